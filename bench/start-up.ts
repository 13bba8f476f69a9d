// Prints what a submission costs that computes nothing: in processor time, of which other work on the machine takes
// little away, and its parts:
//   npm run build && node -r esbuild-register bench/start-up.ts [rounds]
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { COMPILED_VARIABLE } from '../lib/homework/src/kernel/compiled-typescript';
import { pythonWithJupyter } from '../lib/homework/src/python';

const [rounds = 3] = process.argv.slice(2).map(Number);
const homework = join(__dirname, '..', 'lib', 'homework');
const dist = join(homework, 'dist');
const cli = join(homework, 'bin', 'homework.js');
const folder = mkdtempSync(join(tmpdir(), 'notegrad-start-up-'));
/** The kernel's own. */
const FLAGS = ['--no-force-async-hooks-checks'];
const TICKS = 100;

function notebook(): string {
  const cell = (source: string, grade_id: string, marks: object) => ({
    cell_type: 'code',
    id: grade_id,
    source,
    metadata: { nbgrader: { schema_version: 3, grade_id, ...marks } },
    outputs: [],
    execution_count: null,
  });
  const answer = { solution: true, grade: false, locked: false, task: false };
  const test = { solution: false, grade: true, locked: true, task: false, points: 1 };
  const cells = [
    cell('/// BEGIN SOLUTION\nconst two = 2;\n/// END SOLUTION', 'q1', answer),
    cell("if (two !== 2) throw new Error('not two');", 'q1-tests', test),
  ];
  const kernelspec = { name: 'tslab', display_name: 'TypeScript', language: 'typescript' };
  return JSON.stringify({ cells, metadata: { kernelspec }, nbformat: 4, nbformat_minor: 5 });
}

/** Seconds of processor time of those whom we have waited for, and of those for whom they have. */
function processorTime(): number {
  const [, after] = readFileSync('/proc/self/stat', 'latin1').split(') ');
  // cutime, cstime: proc(5).
  const [user, system] = after.split(' ').slice(13, 15).map(Number);
  return (user + system) / TICKS;
}

/** The least of all rounds: what else happens only adds to it. */
function cost(
  what: string,
  command: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): number {
  const [program, ...args] = command;
  const seconds = Array.from({ length: rounds }, () => {
    const before = processorTime();
    const env = { ...process.env, NOTEGRAD_THREADS: '1', ...environment };
    const { status, stderr } = spawnSync(program, args, { env, encoding: 'utf8' });
    if (status !== 0) throw new Error(`${what}: ${stderr}`);
    return processorTime() - before;
  });
  const least = Math.min(...seconds);
  console.log(`${least.toFixed(2)} s  ${what}`);
  return least;
}

const node = (script: string) => [process.execPath, ...FLAGS, '-e', script];

function main(): void {
  const path = join(folder, 'ps.ipynb');
  writeFileSync(path, notebook());
  const submissions = Array.from({ length: 6 }, (_, i) => {
    const one = join(folder, `student${i}.ipynb`);
    writeFileSync(one, notebook());
    return one;
  });
  const grade = (few: readonly string[]) => [
    ...[process.execPath, cli, 'grade', ...few, '--assignment', path, '-j', '1'],
    ...['--out', mkdtempSync(join(folder, 'out-'))],
  ];
  const compiled = join(folder, 'typescript');
  const shared = { [COMPILED_VARIABLE]: compiled };
  const out = ['--out', join(folder, 'reports')];
  cost('run, without a PDF', [process.execPath, cli, 'run', path, '--no-pdf', ...out]);
  const one = cost('grade: one submission, and what is done once', grade(submissions.slice(0, 1)));
  const six = cost('grade: six submissions, and what is done once', grade(submissions));
  console.log(`${((six - one) / 5).toFixed(2)} s  grade: one submission more`);
  console.log('of which');
  cost('Node', node(''));
  cost('the command line', [process.execPath, cli, '--help']);
  const driver = 'import nbformat, zmq, nbclient, jupyter_client.manager';
  cost('the imports of the program that runs cells', [pythonWithJupyter(), '-c', driver]);
  cost('the imports of the kernel', node(`require('${dist}/kernel/tslab-front.js')`));
  cost('the import of notegrad', node(`require('${homework}/../notegrad')`));
  const check = `require('${dist}/kernel/compiled-typescript.js');
const { CellTypes } = require('${dist}/kernel/cell-types.js');
new CellTypes('${folder}', '${homework}').check(1, `;
  const first = node(`${check} 'const a = 1;')`);
  const tensors = node(`${check} 'import * as notegrad from "notegrad"; notegrad.tf;')`);
  cost('the first cell, until it is checked', first);
  cost('the same, where it imports notegrad', tensors);
  spawnSync(process.execPath, [...FLAGS, join(dist, 'kernel', 'compile-typescript.js'), compiled]);
  cost('the first cell, TypeScript being compiled before', first, shared);
  cost('the same, where it imports notegrad', tensors, shared);
}

try {
  main();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
