// @ts-check
// `npm test`: sets the machine up, then type-checks, lints and runs the tests.
// `npm test -- test/data idx` runs only the test files whose path contains one of the words;
// `npm test -- --notebooks` also runs and prints every notebook in the quick profile;
// `npm test -- --coverage` also says how much of each room the tests ran (the whole: coverage/index.html).
import { parseArgs } from 'node:util';
import { setUp } from './setup.mjs';
import { checks } from './test/checks.mjs';
import { beginCoverage, coverageTable, covered } from './test/coverage.mjs';
import { runJobs } from './test/job.mjs';
import { notebooks } from './test/notebooks.mjs';
import { keepSeconds, lastSeconds } from './test/seconds.mjs';
import { testFile } from './test/test-file.mjs';
import { testFiles } from './test/test-files.mjs';

const AT_A_TIME = 2;

const { values, positionals: words } = parseArgs({
  options: {
    notebooks: { type: 'boolean', default: false },
    coverage: { type: 'boolean', default: false },
  },
  allowPositionals: true,
});
const files = testFiles(words);
if (files.length === 0) {
  console.error(`no test file has ${words.join(' or ')} in its path`);
  process.exit(1);
}
await setUp({ tests: true });

const last = lastSeconds();
const heaviestFirst = files.sort((a, b) => (last[b] ?? Infinity) - (last[a] ?? Infinity));
/** @type {Record<string, number>} */
const took = {};
const sum = { passed: 0, failed: 0, skipped: 0 };

/** @type {Parameters<typeof runJobs>[2]} */
function report({ name }, { passed, failed, skipped = 0, reason, output = '' }, seconds) {
  sum.passed += passed;
  sum.failed += failed;
  sum.skipped += skipped;
  took[name] = seconds;
  const counts = `${passed} passed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
  const verdict = failed > 0 ? `FAILED: ${reason}` : counts;
  console.log(`${failed > 0 ? '✘' : '•'} ${name}: ${verdict} (${seconds.toFixed(1)} s)`);
  if (failed > 0 && output.trim()) console.log(`${output.trim().replaceAll(/^/gm, '    ')}\n`);
  else for (const [line] of output.matchAll(/^skipped:.*/gm)) console.log(`    ${line}`);
}

if (values.coverage) beginCoverage();
const jobs = heaviestFirst.map((file) =>
  values.coverage ? covered(file, testFile) : testFile(file),
);
await runJobs(words.length === 0 ? [...checks(), ...jobs] : jobs, AT_A_TIME, report);
if (values.notebooks) {
  if (notebooks().length === 0) console.log('skipped: there are no notebooks in notebooks/');
  await runJobs(notebooks(), 1, report);
}
if (values.coverage) console.log(`\n${await coverageTable()}\n`);
else keepSeconds(took);
const skipped = sum.skipped > 0 ? `, ${sum.skipped} skipped` : '';
console.log(`${sum.passed} passed, ${sum.failed} failed${skipped}`);
process.exitCode = sum.failed > 0 ? 1 : 0;
