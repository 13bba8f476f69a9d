import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Assignment } from '../assignment/assignment';
import {
  type GradeFailure,
  type GradeRecord,
  readGradeRecord,
  writeGradeRecord,
} from '../assignment/grade-record';
import { readSubmission, type Submission } from '../assignment/submission';
import { Mistake } from '../mistake';
import { writeNotebook } from '../notebook';
import type { TestPlan } from './autotest/test-plan';
import { type GradeOptions, gradeSubmission } from './grade-submission';
import { type HandIn, handInsOf } from './hand-ins';
import { planTests } from './plan-tests';

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
  readonly failure?: Pick<GradeFailure, 'kind' | 'message'>;
}

export const RECORD = 'grade.json';
const INPUTS = 'inputs.sha256';
export const NOT_GRADED = 'not-graded.txt';

/**
 * Grades submissions, each in a kernel of its own and into a folder of its own. One that cannot be graded
 * fails alone, and says why.
 */
export async function gradeClass(
  paths: readonly string[],
  assignment: Assignment,
  options: ClassOptions,
): Promise<readonly Outcome[]> {
  const handIns = handInsOf(paths, assignment.name);
  let plan: Promise<TestPlan> | undefined;
  // Once for all, and not at all where nothing is graded.
  const planned = () => {
    plan ??= planTests(assignment, options);
    return plan;
  };
  const outcomes: Outcome[] = [];
  let next = 0;
  const work = async () => {
    while (next < handIns.length && !options.signal?.aborted) {
      const place = next++;
      outcomes[place] = await outcomeOf(handIns[place], assignment, options, planned);
      options.onGraded?.(outcomes[place]);
    }
  };
  await Promise.all(Array.from({ length: options.jobs }, work));
  return outcomes.filter(Boolean);
}

async function outcomeOf(
  handIn: HandIn,
  assignment: Assignment,
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
  const inputs = inputsOf(submission, assignment, options);
  if (options.resume) {
    const record = recordOf(own, inputs);
    if (record) return { student, record, isKept: true };
  }
  const plan = await planned();
  options.onPlan?.(plan);
  // A run that is cut off leaves no record that could be taken for this one's.
  for (const name of [INPUTS, RECORD, NOT_GRADED]) rmSync(join(own, name), { force: true });
  try {
    const { record, executed } = await gradeSubmission(submission, assignment, {
      ...options,
      folder,
      plan,
    });
    writeNotebook(join(own, 'executed.ipynb'), executed);
    writeGradeRecord(join(own, RECORD), record);
    writeFileSync(join(own, INPUTS), `${inputs}\n`);
    return { student, record };
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
  for (const name of [INPUTS, RECORD]) rmSync(join(own, name), { force: true });
  writeFileSync(join(own, NOT_GRADED), `${kind}: ${message}\n`);
  return { student, failure: { kind, message } };
}

/** One name for all that a grade follows from. */
function inputsOf(
  { sha256 }: Submission,
  { notebook }: Assignment,
  { profile, timeout }: ClassOptions,
): string {
  return createHash('sha256')
    .update(JSON.stringify([sha256, notebook, profile, timeout]))
    .digest('hex');
}

function recordOf(own: string, inputs: string): GradeRecord | undefined {
  const path = join(own, INPUTS);
  if (!existsSync(path) || readFileSync(path, 'utf8').trim() !== inputs) return undefined;
  return existsSync(join(own, RECORD)) ? readGradeRecord(join(own, RECORD)) : undefined;
}
