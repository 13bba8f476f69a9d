import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Assignment } from '../assignment/assignment';
import { type GradeFailure, type GradeRecord, readGradeRecord } from '../assignment/grade-record';
import { readSubmission } from '../assignment/submission';
import { listed, Mistake, reasonOf } from '../mistake';
import { writeNotebook } from '../notebook';
import { writeText } from '../write-text';
import type { TestPlan } from './autotest/test-plan';
import {
  changesSince,
  forgetInputs,
  type GradeInputs,
  inputsOfAssignment,
  inputsOfSubmission,
} from './grade-inputs';
import type { GradeTask } from './grade-into';
import type { GradeOptions } from './grade-submission';
import { assignmentPath, NOT_GRADED, notGradedText, RECORD } from './graded-folder';
import { Grader } from './grader';
import { type HandIn, handInsOf } from './hand-ins';
import { keepPlan, keptPlan, planKey } from './kept-plan';
import { misplacedTests, planTests } from './plan-tests';
import { shareStartUp } from './shared-start-up';

export interface ClassOptions extends Omit<GradeOptions, 'folder' | 'plan'> {
  /** A folder for each student lies in it. */
  readonly out: string;
  /** How many are graded at a time, each in a process of its own. */
  readonly jobs: number;
  /** Whether what was graded from the same files in the same way is left as it is. */
  readonly resume: boolean;
  /** Seconds before something that failed, and is not the student's fault, is tried again. Default 2. */
  readonly pause?: number;
  /** Seconds without a word after which a process that grades is taken to hang, and ended. Default 120. */
  readonly patience?: number;
  /** Hears where each test is decided. */
  readonly onPlan?: (plan: TestPlan) => void;
  /** Hears how many are graded now, once that is known: the others need not be, or cannot. */
  readonly onCounted?: (toGrade: number) => void;
  readonly onStarted?: (student: string) => void;
  /** Hears what failed that is not the student's fault; it is tried again. */
  readonly onFault?: (student: string, message: string) => void;
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

/** The options that a grade follows from. */
type InputOptions = Pick<GradeOptions, 'profile' | 'timeout' | 'notebookLimit'> & {
  readonly walls?: unknown;
};

/** How often something is tried that fails without the student's fault. */
const ATTEMPTS = 3;

/**
 * Grades submissions, each in a process and a kernel of its own and into a folder of its own. One that cannot
 * be graded fails alone, and says why; where that is not the student's fault, a process that was killed, say,
 * it is tried again first. Marks that a person gave to the same answers before are taken over.
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
  const given = inputsOfClass(assignment, options);
  // What students read, and what marks are given by, is asked of it later.
  const kept = assignmentPath(options.out, assignment.name);
  if (kept !== resolve(assignment.path)) writeNotebook(kept, assignment.notebook);
  const outcomes = new Map<HandIn, Outcome>();
  const tell = (handIn: HandIn, outcome: Outcome) => {
    outcomes.set(handIn, outcome);
    options.onGraded?.(outcome);
  };
  const todo: [HandIn, Todo][] = [];
  for (const handIn of handIns) {
    const found = lookedAt(handIn, given, options);
    if ('own' in found) todo.push([handIn, found]);
    else tell(handIn, found);
  }
  options.onCounted?.(todo.length);
  if (todo.length > 0) {
    const [plan, endSharing] = await Promise.all([
      planFor(assignment, options),
      shareStartUp(todo.length),
    ]);
    const { profile, timeout, notebookLimit, walls } = options;
    const same = { profile, timeout, notebookLimit, plan };
    const setUp = { assignment, given, options: same, walls: walls?.options };
    const left = todo.values();
    const work = async () => {
      const temporary = mkdtempSync(join(tmpdir(), 'ng-'));
      const grader = new Grader(setUp, temporary, options.patience);
      const stop = () => grader.end();
      options.signal?.addEventListener('abort', stop);
      for (const [handIn, one] of left) {
        if (options.signal?.aborted) break;
        options.onStarted?.(handIn.student);
        tell(handIn, await outcomeOf(one, grader, options));
      }
      await grader.end();
      options.signal?.removeEventListener('abort', stop);
    };
    try {
      await Promise.all(Array.from({ length: Math.min(options.jobs, todo.length) }, work));
    } finally {
      endSharing();
    }
  }
  return handIns.flatMap((handIn) => outcomes.get(handIn) ?? []);
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

/** A submission that is to be graded, and why it is. */
interface Todo extends GradeTask {
  readonly changes?: readonly string[];
}

/** Whether there is anything to grade; what there is instead, if not. */
function lookedAt(handIn: HandIn, given: GradeInputs, options: ClassOptions): Todo | Outcome {
  const { student, folder, notebook } = handIn;
  if (handIn.isNameless) {
    return { student, failure: { kind: 'infrastructure', message: handIn.flaw ?? '' } };
  }
  const own = join(options.out, student);
  let inputs: GradeInputs;
  try {
    if (handIn.flaw || !notebook) throw new Mistake(handIn.flaw);
    inputs = { ...inputsOfSubmission(readSubmission(notebook, student), folder), ...given };
  } catch (error) {
    return notGraded(own, student, 'student', error);
  }
  const changes = changesSince(own, inputs);
  const record = options.resume && changes?.length === 0 ? recordIn(own) : undefined;
  if (record) return { student, record, isKept: true };
  return { student, notebook, folder, own, changes };
}

async function outcomeOf(
  { changes, ...task }: Todo,
  grader: Grader,
  { signal, pause = 2, onFault }: ClassOptions,
): Promise<Outcome> {
  const { student, own } = task;
  for (let attempt = 1; ; attempt++) {
    try {
      return { student, changes, ...(await grader.grade(task)) };
    } catch (error) {
      if (signal?.aborted) return notGraded(own, student, 'infrastructure', new Mistake('stopped'));
      if (attempt === ATTEMPTS) return notGraded(own, student, 'infrastructure', error);
      onFault?.(student, reasonOf(error));
      await sleep(pause * attempt * 1000);
    }
  }
}

function notGraded(
  own: string,
  student: string,
  kind: GradeFailure['kind'],
  error: unknown,
): Outcome {
  const message = reasonOf(error);
  try {
    mkdirSync(own, { recursive: true });
    forgetInputs(own);
    rmSync(join(own, RECORD), { force: true });
    writeText(join(own, NOT_GRADED), notGradedText({ kind, message }));
  } catch {
    // A full disk, say, takes no note either: the others are graded all the same.
  }
  return { student, failure: { kind, message } };
}

/** Digests of what all grades of a class follow from: the assignment, and options. */
export function inputsOfClass(
  assignment: Assignment,
  { profile, timeout, notebookLimit, walls }: InputOptions,
): GradeInputs {
  return {
    ...inputsOfAssignment(assignment),
    '--profile': profile,
    '--timeout': String(timeout),
    '--notebook-limit': String(notebookLimit),
    '--unconfined': String(walls === undefined),
    NOTEGRAD_THREADS: process.env.NOTEGRAD_THREADS ?? '',
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
