import { cpSync, lstatSync, mkdirSync, mkdtempSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import {
  ANSWER_HERE,
  type Assignment,
  type MarkedCell,
  type Question,
} from '../assignment/assignment';
import {
  type GradeFailure,
  type GradeRecord,
  type ManualGrade,
  type QuestionGrade,
  totalOf,
} from '../assignment/grade-record';
import { makeRelease } from '../assignment/make-release';
import { packedFiles } from '../assignment/packed-files';
import { repair } from '../assignment/repair';
import type { CellRun } from '../assignment/run-every-cell';
import { SIDECAR_VARIABLE, sidecarOf } from '../assignment/sidecar';
import type { Submission } from '../assignment/submission';
import { testGradesOf } from '../assignment/test-grades';
import { ProcessorTime, processorTimeWithin } from '../confinement/processor-time';
import type { Walls } from '../confinement/walls';
import { type Profile, readableFolders } from '../execute';
import { pastTimeLimit } from '../failure';
import { Mistake } from '../mistake';
import { type Cell, type Notebook, sourceOf } from '../notebook';
import { removeFolder } from '../remove-folder';
import type { Spawn } from './autotest/student-link';
import type { TestPlan } from './autotest/test-plan';
import { runSubmission, type SubmissionRun } from './run-submission';

export interface GradeOptions {
  readonly profile: Profile;
  /** Seconds that one cell may take. */
  readonly timeout: number;
  /** Seconds that the whole notebook may take. */
  readonly notebookLimit: number;
  readonly signal?: AbortSignal;
  /** Walls that the student's code runs within; without them it has the rights of whoever grades. */
  readonly walls?: Walls;
  /** The folder that was handed in; its files lie beside the notebook when it runs. */
  readonly folder?: string;
  /** Where each test runs, as `planTests` found; one that it does not speak of runs in the kernel. */
  readonly plan: TestPlan;
}

const LEAST_FREE_BYTES = 2 ** 20;

/** A graded submission, and the notebook as it was run: with hidden tests, for staff alone. */
export interface Graded {
  readonly record: GradeRecord;
  readonly executed: Notebook;
}

/**
 * Grades one submission: puts it back into the form in which it was released, with the hidden tests,
 * runs it in a kernel and a folder of its own, past cells that fail, and counts what each test earned.
 * Answers that a person marks have no score yet, except where nothing was written.
 *
 * @throws a Mistake where there is no kernel, or the run was stopped: that is not the student's fault
 */
export async function gradeSubmission(
  submission: Submission,
  assignment: Assignment,
  { profile, timeout, notebookLimit, signal, walls, folder, plan }: GradeOptions,
): Promise<Graded> {
  const startedAt = new Date();
  const { notebook, repairs } = repair(submission.notebook, assignment, { tests: 'all' });
  const work = mkdtempSync(join(tmpdir(), 'notegrad-grade-'));
  const processorTime = new ProcessorTime(
    processorTimeWithin(timeout),
    processorTimeWithin(notebookLimit),
  );
  let done: SubmissionRun;
  try {
    layOut(work, assignment, folder);
    done = await runSubmission(notebook, assignment, {
      plan,
      ...(walls && { spawn: spawnWithin(walls, processorTime), processorTime }),
      folder: work,
      profile,
      timeout,
      limit: { seconds: notebookLimit, signal: AbortSignal.timeout(notebookLimit * 1000) },
      signal,
      walls,
      environment: { [SIDECAR_VARIABLE]: join(work, sidecarOf(assignment.name)) },
    });
    refuseFullDisk(work);
  } finally {
    removeFolder(work);
  }
  const { runs } = done;
  const at = new Map(notebook.cells.map((cell, index) => [gradeIdOf(cell), index]));
  const questions = assignment.questions.map((question) =>
    questionGrade(question, (id) => at.get(id) ?? -1, notebook, done),
  );
  const record: GradeRecord = {
    version: 1,
    assignment: assignment.name,
    student: submission.student,
    file: basename(submission.path),
    sha256: submission.sha256,
    points: totalOf(questions.map(({ points }) => points)),
    max: questions.reduce((total, { max }) => total + max, 0),
    questions,
    repairs,
    failures: [...failuresOf(notebook, assignment, runs), ...done.failures],
    runtime: {
      startedAt: startedAt.toISOString(),
      seconds: (Date.now() - startedAt.getTime()) / 1000,
      confined: walls !== undefined,
    },
  };
  const cells = notebook.cells.map((cell, index) => {
    const run = runs.get(index);
    return run ? { ...cell, outputs: run.outputs } : cell;
  });
  return { record, executed: { ...notebook, cells } };
}

/** Where no space is left, cells fail that are right: that is nobody's answer. */
function refuseFullDisk(work: string): void {
  const { bavail, bsize } = statfsSync(work);
  if (bavail * bsize < LEAST_FREE_BYTES) {
    throw new Mistake(`no space is left on the disk of temporary files: ${tmpdir()}`);
  }
}

/** Starts the process of the student's definitions within the walls of the kernel. */
function spawnWithin(walls: Walls, processorTime: ProcessorTime): Spawn {
  return (command, args, { cwd, env, ...options }) => {
    const inside = {
      folder: String(cwd),
      readable: readableFolders(),
      environment: env,
      limits: { cpu: Math.ceil(processorTime.left) },
      onProcessorTime: processorTime.meter(),
    };
    return walls.spawn(command, args, inside, options);
  };
}

/** What lies beside the notebook: what the student handed in, and over it what was released. */
function layOut(work: string, assignment: Assignment, folder: string | undefined): void {
  if (folder !== undefined) {
    // Links could lead anywhere, and packages are those of whoever grades.
    const filter = (path: string) =>
      basename(path) !== 'node_modules' &&
      (lstatSync(path).isFile() || lstatSync(path).isDirectory());
    cpSync(folder, work, { recursive: true, filter });
  }
  for (const file of packedFiles(assignment)) {
    const target = join(work, file);
    mkdirSync(dirname(target), { recursive: true });
    cpSync(join(dirname(assignment.path), file), target, { recursive: true });
  }
  writeFileSync(join(work, sidecarOf(assignment.name)), JSON.stringify(releasedOf(assignment)));
}

const releases = new WeakMap<Assignment, Notebook>();

/** What students got: made once for a class, as all of it is type-checked. */
function releasedOf(assignment: Assignment): Notebook {
  const known = releases.get(assignment) ?? makeRelease(assignment).notebook;
  releases.set(assignment, known);
  return known;
}

function questionGrade(
  { id, title, tests, manual }: Question,
  at: (id: string) => number,
  notebook: Notebook,
  { runs, places }: SubmissionRun,
): QuestionGrade {
  const grades = tests.flatMap((test) => {
    const where = places.get(test.id) ?? 'kernel';
    return testGradesOf(test, runs.get(at(test.id))).map((grade) => ({ ...grade, where }));
  });
  const marks = manual.map((cell) => manualGrade(cell, notebook.cells[at(cell.id)]));
  const parts = [...grades, ...marks];
  return {
    id,
    title,
    points: totalOf(parts.map(({ score }) => score)),
    max: parts.reduce((total, { max }) => total + max, 0),
    tests: grades,
    manual: marks,
  };
}

function manualGrade(reference: MarkedCell, cell: Cell): ManualGrade {
  const text = sourceOf(cell).trim();
  const isEmpty =
    reference.role === 'written' && ['', ANSWER_HERE, reference.released.trim()].includes(text);
  return {
    cell: reference.id,
    score: isEmpty ? 0 : null,
    max: reference.points,
    comment: isEmpty ? 'no answer was handed in' : '',
  };
}

const LIMITED = /^(?:cell \d+: |the notebook )(?:ran longer than|used more than|the kernel died)/;

/** Whether a failure of a cell or a notebook is a limit that it met, of time or of memory. */
export function metLimit({ message }: GradeFailure): boolean {
  return LIMITED.test(message);
}

/** Cells of the student's that fail; what tests say stands with the tests. */
function failuresOf(
  notebook: Notebook,
  { cells, questions }: Assignment,
  runs: ReadonlyMap<number, CellRun>,
): readonly GradeFailure[] {
  const found = [...runs].flatMap(([index, run]): readonly GradeFailure[] => {
    if (run.status === 'ok' || run.status === 'not-run') return [];
    const id = gradeIdOf(notebook.cells[index]);
    const marked = cells.find((cell) => cell.id === id);
    if (marked?.role === 'tests') return [];
    const question = questions.find((one) => marked && one.cells.includes(marked))?.id ?? null;
    const what = run.status === 'timeout' ? pastTimeLimit(run.text) : briefly(run);
    return [{ kind: 'student', question, message: `cell ${index + 1}: ${what}` }];
  });
  const stopped = [...runs.values()].find(({ limit }) => limit === 'notebook');
  if (!stopped) return found;
  const message = `the notebook ${pastTimeLimit(stopped.text)}`;
  return [...found, { kind: 'student', question: null, message }];
}

function briefly({ outputs, text, status }: CellRun): string {
  const error = outputs.find(({ output_type }) => output_type === 'error');
  if (error) return `${error.ename}: ${error.evalue}`;
  const [first] = text.split('\n');
  return status === 'died' ? `the kernel died (${first})` : first;
}

export function gradeIdOf({ metadata: { nbgrader } }: Cell): string | undefined {
  if (typeof nbgrader !== 'object' || nbgrader === null || !('grade_id' in nbgrader))
    return undefined;
  return typeof nbgrader.grade_id === 'string' ? nbgrader.grade_id : undefined;
}
