import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { runEveryCell } from '../../../lib/homework/src/assignment/run-every-cell';
import { shareStartUp } from '../../../lib/homework/src/grading/shared-start-up';
import { COMPILED_VARIABLE } from '../../../lib/homework/src/kernel/compiled-typescript';
import { packageFolder } from '../../../lib/homework/src/project';
import { temporaryFolder } from '../../support/temporary-folder';
import { code, notebook } from '../assignment/sketches';
import { wallsOr } from '../confinement/hostile';

const folder = temporaryFolder();
let forget = () => {};
let compiled = '';

test.before(async () => {
  forget = await shareStartUp(5);
  compiled = process.env[COMPILED_VARIABLE] ?? '';
});

test.after(() => forget());

/** What a process of the kernel's flags says of what V8 compiled before. */
function loadedWith(file: string): string {
  const program = join(packageFolder, 'dist', 'kernel', 'compiled-typescript.js');
  const script = `const { loadTypeScript } = require(${JSON.stringify(program)});
const { cachedDataRejected } = loadTypeScript(require('fs').readFileSync(${JSON.stringify(file)}));
const ts = require(require.resolve('typescript', { paths: [${JSON.stringify(packageFolder)}] }));
console.log(cachedDataRejected ? 'refused' : 'taken', ts.transpile('const two: number = 2;').trim());`;
  const args = ['--no-force-async-hooks-checks', '-e', script];
  return spawnSync(process.execPath, args, { encoding: 'utf8' }).stdout.trim();
}

test('what V8 compiled for a class is taken; what was damaged is not, and nothing is lost by it', () => {
  assert.ok(existsSync(compiled));
  assert.is(loadedWith(compiled), 'taken var two = 2;');
  const damaged = join(folder, 'damaged');
  writeFileSync(damaged, readFileSync(compiled).subarray(0, 100_000));
  assert.is(loadedWith(damaged), 'refused var two = 2;');
});

test('within walls it is read, and nobody can change it', async () => {
  const walls = await wallsOr((reason) => console.log(`skipped: ${reason}`));
  if (!walls) return;
  mkdirSync(join(folder, 'work'));
  const file = JSON.stringify(compiled);
  const cells = [
    code(`const fs = require('node:fs');
const size: number = fs.statSync(${file}).size;
for (const change of [() => fs.appendFileSync(${file}, 'x'), () => fs.unlinkSync(${file})]) {
  try { change(); console.log('hole'); } catch { console.log('held'); }
}`),
    code('const wrong: string = size;'),
  ];
  const before = readFileSync(compiled);
  const options = { folder: join(folder, 'work'), profile: 'quick', timeout: 60, walls } as const;
  const runs = await runEveryCell(notebook(cells), options);
  const printed = runs.get(0)?.outputs.map(({ text }) => text) ?? [];
  assert.equal(printed.flat().join(''), 'held\nheld\n', JSON.stringify(runs.get(0)));
  assert.match(runs.get(1)?.text ?? '', 'not assignable', 'types are checked as always');
  assert.ok(readFileSync(compiled).equals(before));
});

test('for a few submissions nothing is compiled before', async () => {
  forget();
  assert.not(existsSync(compiled));
  await shareStartUp(4);
  assert.is(process.env[COMPILED_VARIABLE], undefined);
});

test.run();
