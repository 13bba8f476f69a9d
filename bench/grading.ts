// Prints what grading a notebook costs beside a plain run of it, in the quick profile:
//   node -r esbuild-register bench/grading.ts [notebook] [rounds]
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { assignmentOf } from '../lib/homework/src/assignment/assignment';
import { readGradeRecord } from '../lib/homework/src/assignment/grade-record';
import { type Notebook, readNotebook } from '../lib/homework/src/notebook';

const [path = 'notebooks/cs479-assignment-5.ipynb', rounds = '3'] = process.argv.slice(2);
const cli = join(__dirname, '..', 'lib', 'homework', 'bin', 'homework.js');

/** A notebook that asks nothing is graded by one test, which always passes. */
function withQuestion(notebook: Notebook): Notebook {
  if (assignmentOf(notebook, path).questions.length > 0) return notebook;
  const marks = { grade: true, solution: false, locked: true, task: false, points: 1 };
  const nbgrader = { schema_version: 3, grade_id: 'bench', ...marks };
  const code = { outputs: [], execution_count: null, source: '1', id: 'bench' };
  const test = { cell_type: 'code', metadata: { nbgrader }, ...code } as const;
  return { ...notebook, cells: [...notebook.cells, test] };
}

function seconds(args: readonly string[]): number {
  const startedAt = performance.now();
  const { status, stderr } = spawnSync(process.execPath, [cli, ...args], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`homework ${args.join(' ')}: ${stderr}`);
  return (performance.now() - startedAt) / 1000;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

const folder = mkdtempSync(join(tmpdir(), 'notegrad-bench-'));
try {
  cpSync(dirname(path), join(folder, 'student'), { recursive: true });
  const notebook = join(folder, 'student', basename(path));
  writeFileSync(notebook, JSON.stringify(withQuestion(readNotebook(path))));
  const run = ['run', notebook, '--profile', 'quick', '--no-pdf', '--out', join(folder, 'run')];
  const grade = ['grade', join(folder, 'student'), '--assignment', notebook, '--profile', 'quick'];
  const load = loadavg()[0].toFixed(1);
  const times = Array.from({ length: Number(rounds) }, (_, round) => {
    const out = join(folder, `graded-${round}`);
    const command = () => seconds([...grade, '--out', out]);
    const own = { run: seconds(run), command: command(), again: command() };
    const { runtime } = readGradeRecord(join(out, 'student', 'grade.json'));
    return { ...own, submission: runtime.seconds };
  });
  const of = (what: 'run' | 'command' | 'again' | 'submission') =>
    median(times.map((time) => time[what]));
  const ratio = (what: 'command' | 'again' | 'submission') =>
    `${of(what).toFixed(1)} s, ${(of(what) / of('run')).toFixed(2)} of it`;
  console.log(`${basename(path)}, medians of ${rounds}, load ${load}`);
  console.log(`plain run: ${of('run').toFixed(1)} s`);
  console.log(`a submission: ${ratio('submission')}`);
  console.log(`the command, which tries the walls and the solution first: ${ratio('command')}`);
  console.log(`the next one for the same folder, which tries the walls alone: ${ratio('again')}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
