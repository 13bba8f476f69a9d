import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Assignment } from '../assignment/assignment';
import {
  type GradeFailure,
  type GradeRecord,
  readGradeRecord,
  writeGradeRecord,
} from '../assignment/grade-record';
import { readSubmission, type Submission } from '../assignment/submission';
import { listed, Mistake } from '../mistake';
import { writeNotebook } from '../notebook';
import { writeText } from '../write-text';
import type { TestPlan } from './autotest/test-plan';
import {
  changesSince,
  forgetInputs,
  type GradeInputs,
  inputsOfAssignment,
  inputsOfSubmission,
  noteInputs,
} from './grade-inputs';
import { type GradeOptions, gradeSubmission } from './grade-submission';
import { assignmentPath, EXECUTED, NOT_GRADED, notGradedText, RECORD } from './graded-folder';
import { type HandIn, handInsOf } from './hand-ins';
import { takeOverMarks } from './hand-marks';
import { keepPlan, keptPlan, planKey } from './kept-plan';
import { misplacedTests, planTests } from './plan-tests';

export interface ClassOptions extends Omit<GradeOptions, 'folder' | 'plan'> {
  /** A folder for each student lies in it. */
  readonly out: string;
  /** How many are graded at a time. */
  readonly jobs: number;
  /** Whether what was graded from the same files in the same way is left as it is. */
  readonly resume: boolean;
  /** Hears where each test is decided. */
  readonly onPlan?: (plan: TestPlan) => void;
  readonly onGraded?: (outcome: Outcome) => void;
}

/** What became of one submission: its record, or why there is none. */
export interface Outcome {
  readonly student: string;
  readonly record?: GradeRecord;
  /** Whether the record is that of an earlier run. */
  readonly isKept?: boolean;
  /** What of its inputs has changed since it was graded before; absent where that is not known. */
  readonly changes?: readonly string[];
  /** Answers whose mark, given by hand before, no longer holds. */
  readonly outdated?: readonly string[];
  readonly failure?: Pick<GradeFailure, 'kind' | 'message'>;
}

/**
 * Grades submissions, each in a kernel of its own and into a folder of its own. One that cannot be graded
 * fails alone, and says why. Marks that a person gave to the same answers before are taken over.
 *
 * @throws a Mistake where the folder holds grades of another assignment, or a test that is marked
 *   `// TESTED OUTSIDE` cannot be
 */
export async function gradeClass(
  paths: readonly string[],
  assignment: Assignment,
  options: ClassOptions,
): Promise<readonly Outcome[]> {
  const handIns = handInsOf(paths, assignment.name);
  mkdirSync(options.out, { recursive: true });
  refuseOtherAssignment(options.out, assignment);
  const given = { ...inputsOfAssignment(assignment), ...inputsOfOptions(options) };
  // What students read, and what marks are given by, is asked of it later.
  const kept = assignmentPath(options.out, assignment.name);
  if (kept !== resolve(assignment.path)) writeNotebook(kept, assignment.notebook);
  let plan: Promise<TestPlan> | undefined;
  // Once for all, and not at all where nothing is graded.
  const planned = () => {
    plan ??= planFor(assignment, options);
    return plan;
  };
  const outcomes: Outcome[] = [];
  let next = 0;
  const work = async () => {
    while (next < handIns.length && !options.signal?.aborted) {
      const place = next++;
      outcomes[place] = await outcomeOf(handIns[place], assignment, given, options, planned);
      options.onGraded?.(outcomes[place]);
    }
  };
  await Promise.all(Array.from({ length: options.jobs }, work));
  return outcomes.filter(Boolean);
}

/** Where tests are decided, as it was found before for this folder, or now. */
async function planFor(assignment: Assignment, options: ClassOptions): Promise<TestPlan> {
  const key = planKey(assignment, options);
  const known = keptPlan(options.out, key);
  const plan = known ?? (await planTests(assignment, options));
  const misplaced = misplacedTests(assignment, plan);
  if (misplaced.length > 0) {
    throw new Mistake(`${assignment.path}: nothing was graded:${listed(misplaced)}`);
  }
  if (!known) keepPlan(options.out, key, plan);
  options.onPlan?.(plan);
  return plan;
}

async function outcomeOf(
  handIn: HandIn,
  assignment: Assignment,
  given: GradeInputs,
  options: ClassOptions,
  planned: () => Promise<TestPlan>,
): Promise<Outcome> {
  const { student, folder } = handIn;
  if (handIn.isNameless) {
    return { student, failure: { kind: 'infrastructure', message: handIn.flaw ?? '' } };
  }
  const own = join(options.out, student);
  mkdirSync(own, { recursive: true });
  let submission: Submission;
  try {
    if (handIn.flaw || !handIn.notebook) throw new Mistake(handIn.flaw);
    submission = readSubmission(handIn.notebook, student);
  } catch (error) {
    return notGraded(own, student, 'student', error);
  }
  const inputs = { ...inputsOfSubmission(submission, folder), ...given };
  const changes = changesSince(own, inputs);
  if (options.resume && changes?.length === 0) {
    const record = recordIn(own);
    if (record) return { student, record, isKept: true };
  }
  const plan = await planned();
  // A run that is cut off leaves no record that could be taken for this one's.
  forgetInputs(own);
  for (const name of [RECORD, NOT_GRADED]) rmSync(join(own, name), { force: true });
  try {
    const graded = await gradeSubmission(submission, assignment, { ...options, folder, plan });
    const { record, outdated } = takeOverMarks(own, graded.record, graded.executed);
    writeNotebook(join(own, EXECUTED), graded.executed);
    writeGradeRecord(join(own, RECORD), record);
    noteInputs(own, inputs);
    return { student, record, changes, outdated };
  } catch (error) {
    return notGraded(own, student, 'infrastructure', error);
  }
}

function notGraded(
  own: string,
  student: string,
  kind: GradeFailure['kind'],
  error: unknown,
): Outcome {
  const message = error instanceof Error ? error.message : String(error);
  forgetInputs(own);
  rmSync(join(own, RECORD), { force: true });
  writeText(join(own, NOT_GRADED), notGradedText({ kind, message }));
  return { student, failure: { kind, message } };
}

/** Options that a grade follows from, too. */
function inputsOfOptions({ profile, timeout, notebookLimit, walls }: ClassOptions): GradeInputs {
  return {
    '--profile': profile,
    '--timeout': String(timeout),
    '--notebook-limit': String(notebookLimit),
    '--unconfined': String(walls === undefined),
  };
}

/** A record that cannot be read counts as none: it is made anew. */
function recordIn(own: string): GradeRecord | undefined {
  const path = join(own, RECORD);
  try {
    return existsSync(path) ? readGradeRecord(path) : undefined;
  } catch {
    return undefined;
  }
}

/** Points of two assignments would be mixed in one table. */
function refuseOtherAssignment(out: string, { name }: Assignment): void {
  const found = readdirSync(out).map((student) => recordIn(join(out, student)));
  const other = found.find((record) => record && record.assignment !== name);
  if (!other) return;
  throw new Mistake(`${out}: holds grades of ${other.assignment}: name another folder for ${name}`);
}
