import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { temporaryFolder } from '../support/temporary-folder';

const root = join(__dirname, '..', '..');
const folder = temporaryFolder();
symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));

interface Outcome {
  readonly passed: number;
  readonly failed: number;
  readonly skipped?: number;
  readonly reason?: string;
}

// Written out in pieces, so that this file is not taken for one of those it tells of.
const imports = `import { suite, test } from 'uvu';\nimport * as assert from 'uvu/assert';\n`;
const good = `test('good', () => {});\n`;
const run = 'test.run();\n';

const FILES = {
  green: `${imports}${good}test.skip('later', () => {});\nconsole.log('skipped: no torch here');\n${run}`,
  failing: `${imports}${good}test('bad', () => assert.is(1, 2));\n${run}`,
  empty: '\n',
  none: `${imports}${run}`,
  forgotten: `${imports}${good}`,
  halfForgotten: `${imports}const more = suite('more');\nmore('x', () => {});\n${good}${run}`,
  only: `${imports}${good}${'test'}.only('this', () => {});\n${run}`,
  beforeThrows: `${imports}test.before(() => { throw new Error('no'); });\n${good}${run}`,
  afterEachThrows: `${imports}test.after.each(() => { throw new Error('no'); });\n${good}${run}`,
  afterThrows: `${imports}test.after(() => { throw new Error('no'); });\n${good}${run}`,
  crashes: `${imports}throw new Error('at once');\n`,
  exits: `${imports}${good}test('leaves', () => process.exit(0));\n${run}`,
  unresolved: `${imports}test('waits', () => new Promise(() => {}));\n${run}`,
  hangs: `${imports}test('spins', () => { while (true) {} });\n${run}`,
  open: `${imports}${good}setInterval(() => {}, 1000);\n${run}`,
  leaves: `${imports}${good}require('fs').writeFileSync(require('os').tmpdir() + '/forgotten.txt', '');\n${run}`,
  badCode: `${imports}${good}process.on('exit', () => { process.exitCode = 3; });\n${run}`,
};

let outcomes: Record<keyof typeof FILES, Outcome>;

test.before(() => {
  mkdirSync(join(folder, 'test'));
  for (const [name, text] of Object.entries(FILES)) {
    writeFileSync(join(folder, 'test', `${name}.test.ts`), text);
  }
  const module = (name: string) => JSON.stringify(pathToFileURL(join(root, 'scripts/test', name)));
  const script = `
    import { runJobs } from ${module('job.mjs')};
    import { testFile } from ${module('test-file.mjs')};
    const jobs = ${JSON.stringify(Object.keys(FILES))}.map((name) => {
      const seconds = name === 'hangs' ? 8 : 60;
      const limits = { seconds, secondsToExit: 10 };
      return testFile('test/' + name + '.test.ts', { ...limits, cwd: ${JSON.stringify(folder)} });
    });
    const outcomes = [];
    await runJobs(jobs, 4, ({ name }, outcome) => outcomes.push([name.slice(5, -8), outcome]));
    console.log(JSON.stringify(Object.fromEntries(outcomes)));`;
  const args = ['--input-type=module', '--eval', script];
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  assert.is(stderr, '');
  outcomes = JSON.parse(stdout);
});

function assertRed(name: keyof typeof FILES, reason: RegExp | string) {
  assert.ok(outcomes[name].failed > 0, `${name} is not red`);
  assert.match(outcomes[name].reason ?? '', reason);
}

test('a file whose tests pass is green, and what it skipped is counted', () => {
  const { passed, failed, skipped, reason } = outcomes.green;
  assert.equal([passed, failed, skipped, reason], [1, 0, 2, undefined]);
});

test('a failing test is red, and the others are counted as passed', () => {
  assert.equal([outcomes.failing.passed, outcomes.failing.failed], [1, 1]);
  assertRed('failing', '1 of 2 failed');
});

test('an empty file, and one without tests, are red', () => {
  assertRed('empty', 'the file is empty');
  assertRed('none', 'it has no tests');
});

test('a forgotten .run() is red, of one suite of several, too', () => {
  assertRed('forgotten', 'test.run() was forgotten');
  assertRed('halfForgotten', 'more.run() was forgotten');
});

test('an .only that was left in is red', () => {
  assertRed('only', 'an .only was left in');
});

test('a hook that throws is red, though uvu exits with 0', () => {
  assertRed('beforeThrows', 'a hook threw');
  assertRed('afterEachThrows', 'a hook threw');
  assertRed('afterThrows', /no test was run|exit code/);
});

test('a file that crashes, or exits before its end, is red', () => {
  assertRed('crashes', 'no test was run (exit code 1)');
  assertRed('exits', 'no test was run');
});

test('a test that never resolves, and one that never returns, are red', () => {
  assertRed('unresolved', /no test was run/);
  assertRed('hangs', 'not done after 8 s');
});

test('something left open is red, and so is an exit code other than 0', () => {
  assertRed('open', 'its tests are done and it does not exit');
  assertRed('badCode', 'exit code 3');
});

test('a file left in the temporary folder is red and named, and nothing of it stays', () => {
  assertRed('leaves', 'it left behind forgotten.txt');
  const folders = readdirSync(tmpdir()).filter((name) => name.startsWith('notegrad-test-'));
  assert.equal(folders, []);
});

test.run();
