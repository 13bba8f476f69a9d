// @ts-check
import { spawn } from 'node:child_process';
import { root } from '../setup/root.mjs';

/** After so long a job hangs: some take minutes of two cores, and several times that beside another suite. */
export const SECONDS_TO_HANG = 900;

/**
 * What came of a job. `reason` says why it is red; `output` is what it printed.
 *
 * @typedef {object} Outcome
 * @property {number} passed
 * @property {number} failed
 * @property {number} [skipped]
 * @property {string} [reason]
 * @property {string} [output]
 */

/** @typedef {{ name: string, run: () => Promise<Outcome> }} Job */

/**
 * @typedef {object} Ended
 * @property {number | null} code null where it was killed
 * @property {string} output stdout and stderr as they came
 * @property {boolean} timedOut
 */

/**
 * Runs a command in a process group of its own, so that nothing it started outlives it.
 *
 * @param {string[]} argv
 * @param {{ seconds: number, cwd?: string, env?: NodeJS.ProcessEnv, onOutput?: (output: string, stop: () => void) => void }} options
 * @returns {Promise<Ended>}
 */
export function runCommand(argv, { seconds, cwd = root, env, onOutput }) {
  const [command, ...args] = argv;
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      ...{ cwd, env, detached: true },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    let timedOut = false;
    const stop = () => {
      timedOut = true;
      killGroup(child.pid);
    };
    const timer = setTimeout(stop, seconds * 1000);
    const stopWithUs = () => killGroup(child.pid);
    process.once('exit', stopWithUs);
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        output += text;
        onOutput?.(output, stop);
      });
    }
    /** @param {number | null} code */
    const end = (code) => {
      clearTimeout(timer);
      process.removeListener('exit', stopWithUs);
      killGroup(child.pid);
      resolve({ code, output, timedOut });
    };
    child.on('error', (error) => {
      output += error.message;
      end(1);
    });
    // Not 'close': a grandchild that holds the pipe open must not keep us waiting.
    child.on('exit', (code) => setImmediate(end, code));
  });
}

function killGroup(/** @type {number | undefined} */ pid) {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // It is gone already.
  }
}

/**
 * Runs jobs, so many at a time, and hands each one's outcome on as it comes.
 *
 * @param {Job[]} jobs
 * @param {number} width
 * @param {(job: Job, outcome: Outcome, seconds: number) => void} report
 */
export async function runJobs(jobs, width, report) {
  const queue = [...jobs];
  const worker = async () => {
    for (let job = queue.shift(); job !== undefined; job = queue.shift()) {
      const start = performance.now();
      const outcome = await job.run();
      report(job, outcome, (performance.now() - start) / 1000);
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
}
