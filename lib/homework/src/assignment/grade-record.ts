import { readFileSync } from 'node:fs';
import { writeAtomically } from 'notegrad/tooling';
import { Mistake, reasonOf } from '../mistake';
import { REPAIR_KINDS, type Repair } from './repair';
import { amount, flag, listOf, oneOf, orNull, record, text } from './shape';

/** How a test ended. */
export type TestStatus =
  | 'passed'
  /** It found something else than it expected, or gave part of the points. */
  | 'failed'
  /** The student's code threw, or what it declares is missing. */
  | 'error'
  | 'timeout'
  /** The kernel had ended before. */
  | 'not-run';

/** Where a test was decided, and what it was decided on. */
export type TestPlace =
  /** In the grader's process, on the definitions in a process of their own. */
  | 'autotest'
  /** In the grader's process, on what the notebook's kernel gave. */
  | 'notebook'
  /** In the notebook's kernel: whoever wrote the notebook can deceive it. */
  | 'kernel';

/** One test, or a named part of one. */
export interface TestGrade {
  /** The cell's grade_id, or the name of a part of it. */
  readonly name: string;
  /** The grade_id of the test cell. */
  readonly cell: string;
  /** Whether students see its source; of a hidden one they read `message.public` alone. */
  readonly visible: boolean;
  /** Absent in records of checks, which decide nothing. */
  readonly where?: TestPlace;
  readonly score: number;
  readonly max: number;
  readonly status: TestStatus;
  readonly message: {
    /** For the student. */
    readonly public: string;
    /** For staff: the whole error. */
    readonly private: string;
  };
  readonly seconds: number;
}

/** An answer that a person marks. */
export interface ManualGrade {
  /** The grade_id of the cell. */
  readonly cell: string;
  /** Null until it is marked. */
  readonly score: number | null;
  readonly max: number;
  readonly comment: string;
}

export interface QuestionGrade {
  readonly id: string;
  readonly title: string;
  /** Of tests and marks together; null while a mark is missing. */
  readonly points: number | null;
  readonly max: number;
  readonly tests: readonly TestGrade[];
  readonly manual: readonly ManualGrade[];
}

/** Something that went wrong, and whose fault it was: the two are never mixed. */
export interface GradeFailure {
  readonly kind: 'student' | 'infrastructure';
  /** Null where it concerns the whole notebook. */
  readonly question: string | null;
  readonly message: string;
}

/** All that is known of one graded submission. */
export interface GradeRecord {
  readonly version: 1;
  readonly assignment: string;
  readonly student: string;
  /** The submitted file, and the SHA-256 of what was in it. */
  readonly file: string;
  readonly sha256: string;
  /** Null while a mark is missing. */
  readonly points: number | null;
  readonly max: number;
  readonly questions: readonly QuestionGrade[];
  readonly repairs: readonly Repair[];
  readonly failures: readonly GradeFailure[];
  readonly runtime: {
    /** When grading began, as in 2026-11-25T23:55:00.000Z. */
    readonly startedAt: string;
    readonly seconds: number;
    /** Whether the student's code ran within walls, and could not reach beyond its folder. */
    readonly confined: boolean;
  };
}

const testGrade = record<TestGrade>({
  name: text,
  cell: text,
  visible: flag,
  where: (value, where) =>
    value === undefined ? undefined : oneOf('autotest', 'notebook', 'kernel')(value, where),
  score: amount,
  max: amount,
  status: oneOf('passed', 'failed', 'error', 'timeout', 'not-run'),
  message: record<TestGrade['message']>({ public: text, private: text }),
  seconds: amount,
});
const manualGrade = record<ManualGrade>({
  cell: text,
  score: orNull(amount),
  max: amount,
  comment: text,
});
const questionGrade = record<QuestionGrade>({
  id: text,
  title: text,
  points: orNull(amount),
  max: amount,
  tests: listOf(testGrade),
  manual: listOf(manualGrade),
});
const gradeRecord = record<GradeRecord>({
  version: oneOf(1),
  assignment: text,
  student: text,
  file: text,
  sha256: text,
  points: orNull(amount),
  max: amount,
  questions: listOf(questionGrade),
  repairs: listOf(record<Repair>({ kind: oneOf(...REPAIR_KINDS), cell: text, message: text })),
  failures: listOf(
    record<GradeFailure>({
      kind: oneOf('student', 'infrastructure'),
      question: orNull(text),
      message: text,
    }),
  ),
  runtime: record<GradeRecord['runtime']>({ startedAt: text, seconds: amount, confined: flag }),
});

/** A value as a record, checked: its fields, and that its points are the sums that they should be. */
export function gradeRecordOf(value: unknown, where: string): GradeRecord {
  const found = gradeRecord(value, where);
  for (const question of found.questions) {
    const expected = totalOf([...question.tests, ...question.manual].map(({ score }) => score));
    refuseOther(`${where}: points of ${question.id}`, expected, question.points);
    const max = totalOf([...question.tests, ...question.manual].map((part) => part.max));
    refuseOther(`${where}: max of ${question.id}`, max, question.max);
  }
  refuseOther(
    `${where}: points`,
    totalOf(found.questions.map(({ points }) => points)),
    found.points,
  );
  refuseOther(`${where}: max`, totalOf(found.questions.map(({ max }) => max)), found.max);
  return found;
}

/** The sum, or null where one of them is missing. */
export function totalOf(scores: readonly (number | null)[]): number | null {
  return scores.reduce(
    (total, score) => (total === null || score === null ? null : total + score),
    0,
  );
}

function refuseOther(where: string, expected: number | null, found: number | null): void {
  const isSame =
    expected === null || found === null ? expected === found : Math.abs(expected - found) < 1e-9;
  if (!isSame) throw new Mistake(`${where}: ${found} stands there, and the parts make ${expected}`);
}

export function readGradeRecord(path: string): GradeRecord {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new Mistake(`${path}: ${reasonOf(error)}`);
  }
  return gradeRecordOf(value, path);
}

export function writeGradeRecord(path: string, record: GradeRecord): void {
  writeAtomically(path, [Buffer.from(`${JSON.stringify(gradeRecordOf(record, path), null, 1)}\n`)]);
}
