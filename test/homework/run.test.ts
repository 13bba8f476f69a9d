import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { pythonWithJupyter } from '../../lib/homework/src/python';
import { inFolder } from '../support/folders';
import { temporaryFolder } from '../support/temporary-folder';
import { homework, printedIn, writeNotebook } from './notebooks';

const folder = temporaryFolder();
const read = (...path: string[]) => readFileSync(join(folder, ...path), 'utf8');

test('a notebook runs from top to bottom in the profile asked for, and stays as it was', async () => {
  const path = writeNotebook(folder, 'fine', [
    { markdown: '# Fine' },
    'const profile = process.env.NOTEGRAD_PROFILE;\nconsole.log(profile);\nconsole.log("two");',
    '   ',
    'profile + "!"',
  ]);
  const before = readFileSync(path, 'utf8');
  const ended = await homework(folder, ['run', 'fine.ipynb', '--profile', 'full', '--no-pdf']);
  assert.is(ended.code, 0, ended.stderr);
  assert.match(ended.stdout, 'fine: cell 1 of 2\nfine: cell 2 of 2\n');
  assert.match(ended.stdout, /^fine +2\/2 +[\d.]+ +– +ok$/m);
  const executed = JSON.parse(read('reports', 'fine.ipynb'));
  assert.equal(printedIn(executed), ['full\ntwo\n', '', 'full!']);
  assert.is(executed.cells[1].outputs.length, 1, 'what is printed in pieces is one output');
  assert.is(readFileSync(path, 'utf8'), before);
});

test('in place, outputs go into the notebook, without what changes from run to run', async () => {
  const path = writeNotebook(folder, 'saved', ['40 + 2'], {
    kernelspec: { name: 'tslab', display_name: 'TypeScript' },
    widgets: { state: {} },
  });
  const args = ['run', 'saved.ipynb', '--in-place', '--no-pdf'];
  assert.is((await homework(folder, args)).code, 0);
  const first = readFileSync(path, 'utf8');
  const notebook = JSON.parse(first);
  assert.equal(printedIn(notebook), ['42']);
  assert.equal(notebook.cells[0].metadata, {});
  assert.equal(Object.keys(notebook.metadata), ['kernelspec', 'language_info', 'notegrad']);
  assert.is(notebook.metadata.notegrad.run.profile, 'quick');
  assert.is((await homework(folder, args)).code, 0);
  assert.is(readFileSync(path, 'utf8'), first);
});

test('outputs of the full profile are not replaced by quick ones without a word', async () => {
  writeNotebook(folder, 'hours', ['40 + 2']);
  const run = (...more: string[]) =>
    homework(folder, ['run', 'hours.ipynb', '--in-place', '--no-pdf', ...more]);
  const warning = 'hours.ipynb: quick outputs will replace those of the full profile';
  assert.not.match((await run('--profile', 'full')).stderr, warning);
  assert.match((await run()).stderr, warning);
  assert.not.match((await run()).stderr, warning);
});

test('a notebook that begins with a byte order mark is run', async () => {
  const path = writeNotebook(folder, 'marked', ['40 + 2']);
  writeFileSync(path, `\uFEFF${readFileSync(path, 'utf8')}`);
  const ended = await homework(folder, ['run', 'marked.ipynb', '--no-pdf']);
  assert.is(ended.code, 0, ended.stderr);
});

test('what is saved, Jupyter saves the same, key by key', async () => {
  const path = writeNotebook(folder, 'ordered', [
    { code: "import { display } from 'tslab';\ndisplay.markdown('1e-7');", tags: ['prose'] },
    "({ [Symbol.for('Jupyter.display')]: () => ({ 'application/json': { b: 1e-7, a: [0.5, 3, {}, []] } }) })",
  ]);
  const ended = await homework(folder, ['run', 'ordered.ipynb', '--in-place', '--no-pdf']);
  assert.is(ended.code, 0, ended.stderr);
  const before = readFileSync(path, 'utf8');
  const resave = 'import sys, nbformat; nbformat.write(nbformat.read(sys.argv[1], 4), sys.argv[1])';
  const { status, stderr } = spawnSync(pythonWithJupyter(), ['-c', resave, path]);
  assert.is(status, 0, String(stderr));
  assert.is(readFileSync(path, 'utf8'), before);
});

test('a module that changes on disk while a notebook runs does not stop it', async () => {
  await inFolder(async (own) => {
    writeFileSync(join(own, 'changing.ts'), 'export const answer = 42;');
    writeNotebook(own, 'watched', [
      "import { answer } from './changing';\nimport { writeFileSync } from 'node:fs';",
      `for (let i = 0; i < 5; i++) {
  writeFileSync('changing.ts', \`export const answer = \${i};\\n\`);
  await new Promise((resolve) => setTimeout(resolve, 300));
}`,
      'console.log(answer);',
      'console.log(answer + 1);',
    ]);
    const ended = await homework(own, ['run', 'watched.ipynb', '--no-pdf']);
    assert.is(ended.code, 0, ended.stderr);
    const executed = JSON.parse(readFileSync(join(own, 'reports', 'watched.ipynb'), 'utf8'));
    assert.equal(printedIn(executed).slice(2), ['42\n', '43\n']);
  });
});

test('thousands of outputs in one turn of the event loop all arrive', async () => {
  writeNotebook(folder, 'busy', [
    "import { display } from 'tslab';",
    'for (let i = 0; i < 5000; i++) display.text(String(i));\nconsole.log("end");',
    'console.log("next");',
  ]);
  const ended = await homework(folder, ['run', 'busy.ipynb', '--no-pdf']);
  assert.is(ended.code, 0, ended.stderr);
  const { cells } = JSON.parse(read('reports', 'busy.ipynb'));
  assert.is(cells[1].outputs.length, 5001);
});

test('Ctrl-C keeps what was run, and leaves no kernel behind', async () => {
  const mark = join(folder, 'pid');
  writeNotebook(folder, 'long', [
    `require('fs').writeFileSync(${JSON.stringify(mark)}, String(process.pid));\nconsole.log("kept");`,
    'while (true) {}',
  ]);
  let sent = false;
  const ended = await homework(folder, ['run', 'long.ipynb', '--no-pdf'], (stdout, pid) => {
    if (sent || !stdout.includes('cell 2 of 2')) return;
    sent = true;
    process.kill(pid, 'SIGINT');
  });
  assert.is(ended.code, 130, ended.stderr);
  assert.match(ended.stderr, 'long.ipynb: stopped in cell 2');
  assert.equal(printedIn(JSON.parse(read('reports', 'long.ipynb')))[0], 'kept\n');
  assert.throws(() => process.kill(Number(readFileSync(mark, 'utf8')), 0), /ESRCH/);
});

test('what a cell started ends with the kernel', async () => {
  const mark = join(folder, 'child');
  writeNotebook(folder, 'parent', [
    `const child = require('child_process').spawn('sleep', ['300']);\nrequire('fs').writeFileSync(${JSON.stringify(mark)}, String(child.pid));`,
  ]);
  assert.is((await homework(folder, ['run', 'parent.ipynb', '--no-pdf'])).code, 0);
  const pid = readFileSync(mark, 'utf8');
  const state = spawnSync('ps', ['-o', 'stat=', '-p', pid], { encoding: 'utf8' }).stdout.trim();
  assert.ok(state === '' || state.startsWith('Z'), `process ${pid} is ${state}`);
});

test('wrong arguments give one clear error each, and nothing is run', async () => {
  writeFileSync(join(folder, 'text.ipynb'), 'not JSON');
  writeFileSync(join(folder, 'list.ipynb'), '[1, 2]');
  writeNotebook(folder, 'empty', []);
  writeNotebook(folder, 'other', ['1'], { kernelspec: { name: 'python3' } });
  writeFileSync(join(folder, 'file'), '');
  const cases: readonly (readonly [args: readonly string[], says: string])[] = [
    [['run', 'nope.ipynb'], 'nope.ipynb: no such notebook'],
    [['run', '.'], '.: is a folder, not a notebook'],
    [['run', 'text.ipynb'], 'text.ipynb: not a notebook: '],
    [['run', 'list.ipynb'], 'list.ipynb: not a notebook: it has no cells or no metadata'],
    [['run', 'empty.ipynb'], 'empty.ipynb: has no cells'],
    [
      ['run', 'other.ipynb'],
      'other.ipynb: is written for the kernel python3, and this one is tslab',
    ],
    [['run', 'fine.ipynb', './fine.ipynb'], 'would write the same report'],
    [['run', 'fine.ipynb', '--out', '.'], 'fine.ipynb would be overwritten'],
    [['run', 'fine.ipynb', '--out', 'file'], 'cannot write to file: '],
    [['run', '--profile', 'slow'], "argument 'slow' is invalid. Allowed choices are quick, full."],
    [['run', '--timeout', 'x'], "argument 'x' is invalid. It is a number of seconds above 0."],
    [['run', '--timeout', '0'], "argument '0' is invalid. It is a number of seconds above 0."],
    [['pdf', '--paper', 'a5'], "argument 'a5' is invalid. Allowed choices are a4, letter."],
    [['pdf', 'nope.ipynb'], 'nope.ipynb: no such notebook'],
    [['walk'], "unknown command 'walk'"],
  ];
  await Promise.all(
    cases.map(async ([args, says]) => {
      const { code, stdout, stderr } = await homework(folder, args);
      assert.is(code, 1, args.join(' '));
      assert.ok(stderr.includes(says), `${args.join(' ')}: ${stderr}`);
      assert.not.match(stderr, /\n\s+at /);
      assert.is(stdout, '');
    }),
  );
  assert.not.ok(existsSync(join(folder, 'nope')));
});

test('every command explains itself', async () => {
  for (const command of ['run', 'pdf', 'submit', 'lab']) {
    const { code, stdout } = await homework(folder, [command, '--help']);
    assert.is(code, 0);
    assert.match(stdout, `Usage: homework ${command}`);
  }
});

test.run();
