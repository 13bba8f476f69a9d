// @ts-check
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../setup/root.mjs';
import { runCommand, SECONDS_TO_HANG } from './job.mjs';

/** What a file has put on the disk is taken away at its end. */
const SECONDS_TO_EXIT = 60;

/**
 * A job that runs one test file in a process of its own, with a folder of its own for temporary files,
 * in which nothing may be left. uvu alone calls a file fine that has no
 * tests, forgot `.run()`, kept an `.only`, or whose hook threw; here each of these is red.
 *
 * @param {string} file relative to the root
 * @param {{ seconds?: number, secondsToExit?: number, cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 *   the time limits, of all and from its summary on, and variables beside our own
 * @returns {import('./job.mjs').Job}
 */
export function testFile(
  file,
  { seconds = SECONDS_TO_HANG, secondsToExit = SECONDS_TO_EXIT, cwd = root, env } = {},
) {
  return {
    name: file,
    run: async () => {
      const mistake = mistakeInSource(readFileSync(join(cwd, file), 'utf8'));
      if (mistake) return { passed: 0, failed: 1, reason: mistake };
      /** @type {NodeJS.Timeout | undefined} */
      let afterSummary;
      const argv = [process.execPath, '-r', 'esbuild-register', file];
      // test/support/temporary-folder.ts knows the name.
      const temporary = mkdtempSync(join(realpathSync(tmpdir()), 'notegrad-test-'));
      const ended = await runCommand(argv, {
        seconds,
        cwd,
        env: { ...process.env, ...env, TMPDIR: temporary },
        onOutput: (output, stop) => {
          if (summaryOf(output)) afterSummary ??= setTimeout(stop, secondsToExit * 1000);
        },
      });
      clearTimeout(afterSummary);
      const left = readdirSync(temporary);
      rmSync(temporary, { recursive: true, force: true, maxRetries: 5 });
      const outcome = judge(ended, seconds);
      if (outcome.failed > 0 || left.length === 0) return outcome;
      return { ...outcome, failed: 1, reason: `it left behind ${left.join(', ')}` };
    },
  };
}

/** What uvu lets pass without a word; undefined where the source has none of it. */
function mistakeInSource(/** @type {string} */ source) {
  if (source.trim() === '') return 'the file is empty';
  if (/^\s*\w+\.only\(/m.test(source)) return 'an .only was left in';
  const suites = [...source.matchAll(/^\s*(?:const|let)\s+(\w+)\s*=\s*suite[<(]/gm)];
  const names = suites.map(([, name]) => name);
  if (/^\s*test\(/m.test(source)) names.push('test');
  const forgotten = names.find((name) => !new RegExp(`\\b${name}\\.run\\(`).test(source));
  return forgotten && `${forgotten}.run() was forgotten`;
}

/**
 * @param {import('./job.mjs').Ended} ended
 * @param {number} seconds
 * @returns {import('./job.mjs').Outcome}
 */
export function judge({ code, output, timedOut }, seconds) {
  const summary = summaryOf(output);
  if (!summary) {
    const reason = timedOut ? `not done after ${seconds} s` : `no test was run (exit code ${code})`;
    return { passed: 0, failed: 1, reason, output };
  }
  const { total, passed } = summary;
  const skipped = summary.skipped + (output.match(/^skipped:/gm) ?? []).length;
  const outcome = { passed, failed: total - passed, skipped, output };
  if (total === 0 && skipped === 0) return { ...outcome, failed: 1, reason: 'it has no tests' };
  if (timedOut) {
    const failed = Math.max(1, outcome.failed);
    return { ...outcome, failed, reason: 'its tests are done and it does not exit' };
  }
  if (code === 0 && passed < total) return { ...outcome, reason: 'a hook threw' };
  if (passed < total) return { ...outcome, reason: `${total - passed} of ${total} failed` };
  if (code !== 0) return { ...outcome, failed: 1, reason: `exit code ${code}` };
  return outcome;
}

/** What uvu says at the end; undefined before. */
function summaryOf(/** @type {string} */ output) {
  const found = /^ {2}Total: +(\d+)\n {2}Passed: +(\d+)\n {2}Skipped: +(\d+)$/m.exec(output);
  if (!found) return undefined;
  const [total, passed, skipped] = found.slice(1).map(Number);
  return { total, passed, skipped };
}
