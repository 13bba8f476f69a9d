import { hostname } from 'node:os';
import { escapeHtml } from 'notegrad/tooling';
import type { GradeRecord, TestGrade } from '../assignment/grade-record';
import type { Course } from './course';
import { formatCsv } from './csv';
import type { Ungraded } from './graded-folder';

/**
 * Points of all questions, a line a student; a field is empty while a mark is missing, and for those who
 * could not be graded all are.
 */
export function gradesCsv(
  records: readonly GradeRecord[],
  ungraded: readonly string[] = [],
): string {
  const ids = [...new Set(records.flatMap(({ questions }) => questions.map(({ id }) => id)))];
  const rows = records.map(({ student, points, max, questions }) => {
    const pointsOf = (id: string) => questions.find((one) => one.id === id)?.points;
    return [student, ...[...ids.map(pointsOf), points, max].map(numberText)];
  });
  const empty = ungraded.map((student) => [student, ...[...ids, 'points', 'max'].map(() => '')]);
  return formatCsv([['student', ...ids, 'points', 'max'], ...rows, ...empty]);
}

/**
 * The columns of nbgrader's own `nbgrader export`
 * (https://github.com/jupyter/nbgrader/blob/main/nbgrader/plugins/export.py, `CsvExportPlugin`). Who could
 * not be graded has a line without a score.
 */
export function nbgraderCsv({ assignment, records, ungraded }: Course): string {
  const header = [
    ...['assignment', 'duedate', 'timestamp', 'student_id', 'last_name', 'first_name', 'email'],
    ...['raw_score', 'late_submission_penalty', 'score', 'max_score'],
  ];
  const row = (student: string, score: string, max: number) => {
    const penalty = score === '' ? '' : '0';
    return [assignment.name, '', '', student, '', '', '', score, penalty, score, String(max)];
  };
  return formatCsv([
    header,
    ...records.map(({ student, points, max }) => row(student, numberText(points), max)),
    ...ungraded.map(({ student }) => row(student, '', assignment.points)),
  ]);
}

export interface GradescopeOptions {
  /** Whether points and time are entered in a leaderboard, which all students see. Default false. */
  readonly leaderboard?: boolean;
}

/**
 * Gradescope's results.json (https://gradescope-autograders.readthedocs.io/en/latest/specs/): what tests
 * earned, with what a student may read. Answers that a person marks are left to Gradescope's own rubric
 * until they have a score.
 */
export function gradescopeResults(
  record: GradeRecord,
  { leaderboard = false }: GradescopeOptions = {},
): object {
  const tests = record.questions.flatMap((question, i) =>
    partsOf(question).map((part, j) => ({
      name: part.name,
      number: `${i + 1}.${j + 1}`,
      score: part.score,
      max_score: part.max,
      status: part.score === part.max ? 'passed' : 'failed',
      output: part.message,
      output_format: 'text',
      visibility: 'visible',
    })),
  );
  const score = sum(tests.map((test) => test.score));
  const seconds = record.runtime.seconds;
  return {
    score,
    execution_time: Math.round(seconds),
    visibility: 'visible',
    stdout_visibility: 'hidden',
    tests,
    ...(leaderboard && {
      leaderboard: [
        { name: 'Points', value: score },
        { name: 'Seconds', value: Math.round(seconds), order: 'asc' },
      ],
    }),
  };
}

/** Gradescope's results.json for who handed in what cannot be graded. */
export function gradescopeRefusal({ message }: Ungraded): object {
  return { score: 0, output: message, output_format: 'text', stdout_visibility: 'hidden' };
}

/**
 * The results.json of PrairieLearn's external graders
 * (https://prairielearn.readthedocs.io/en/latest/externalGrading/#grading-results); its score is a share.
 */
export function prairieLearnResults({ questions }: GradeRecord): object {
  const tests = questions.flatMap(partsOf).map(({ name, score, max, message }) => ({
    name,
    points: score,
    max_points: max,
    message,
  }));
  const most = sum(tests.map((test) => test.max_points));
  const score = most === 0 ? 0 : sum(tests.map(({ points }) => points)) / most;
  return { gradable: true, score: Math.min(1, Math.max(0, score)), tests };
}

/** PrairieLearn's results.json for who handed in what cannot be graded: it costs no attempt. */
export function prairieLearnRefusal({ message }: Ungraded): object {
  return { gradable: false, format_errors: [message] };
}

/**
 * JUnit's XML: a suite a student, a case a test. A test with part of its points has failed; a submission
 * that could not be graded is a suite with one error. It is as the schema of Ant's reports wants it
 * (https://github.com/windyroad/JUnit-Schema/blob/master/JUnit.xsd).
 */
export function junitXml({ assignment, records, ungraded }: Course): string {
  const suites: readonly JunitSuite[] = [
    ...records.map(({ student, questions, runtime }) => ({
      student,
      seconds: runtime.seconds,
      startedAt: runtime.startedAt,
      cases: questions
        .flatMap((question) => question.tests)
        .map((test) => ({ ...test, kind: junitKind(test.status), message: test.message.public })),
    })),
    ...ungraded.map(({ student, kind, message }) => ({
      student,
      seconds: 0,
      startedAt: '1970-01-01T00:00:00',
      cases: [{ name: 'not graded', kind: 'error', status: kind, message, seconds: 0 } as const],
    })),
  ];
  const body = suites.map((suite, id) => junitSuite(suite, assignment.name, id)).join('');
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${body}</testsuites>\n`;
}

interface JunitCase {
  readonly name: string;
  readonly kind: 'failure' | 'error' | undefined;
  readonly status: string;
  readonly message: string;
  readonly seconds: number;
}

interface JunitSuite {
  readonly student: string;
  readonly seconds: number;
  readonly startedAt: string;
  readonly cases: readonly JunitCase[];
}

function junitSuite(suite: JunitSuite, assignment: string, id: number): string {
  const { student, seconds, startedAt, cases } = suite;
  const count = (kind: JunitCase['kind']) => cases.filter((one) => one.kind === kind).length;
  const counts = `tests="${cases.length}" failures="${count('failure')}" errors="${count('error')}" skipped="0"`;
  const where = `hostname="${xml(hostname() || 'localhost')}" package="${xml(assignment)}" id="${id}"`;
  const when = `time="${seconds.toFixed(3)}" timestamp="${startedAt.slice(0, 19)}"`;
  const body = cases.map((one) => junitCase(`${assignment}.${student}`, one)).join('');
  return `<testsuite name="${xml(student)}" ${counts} ${where} ${when}>
<properties/>
${body}<system-out/>
<system-err/>
</testsuite>
`;
}

function junitCase(className: string, { name, kind, status, message, seconds }: JunitCase): string {
  const found = kind ? `<${kind} message="${xml(message)}" type="${status}"/>` : '';
  return `<testcase classname="${xml(className)}" name="${xml(name)}" time="${seconds.toFixed(3)}">${found}</testcase>\n`;
}

function junitKind(status: TestGrade['status']): JunitCase['kind'] {
  if (status === 'passed') return undefined;
  return status === 'failed' ? 'failure' : 'error';
}

interface ScoredPart {
  readonly name: string;
  readonly score: number;
  readonly max: number;
  readonly message: string;
}

/** Characters of one message: PrairieLearn takes 1 MB in all. */
const LONGEST_MESSAGE = 4000;

/** Tests and marked answers, each called after its question, as otter-grader has it: `q1 - shape`. */
function partsOf({ id, tests, manual }: GradeRecord['questions'][number]): readonly ScoredPart[] {
  const named = (name: string) => (name === id ? id : `${id} - ${name}`);
  return [
    ...tests.map(({ name, score, max, message }) => {
      return { name: named(name), score, max, message: shortened(message.public) };
    }),
    ...manual.flatMap(({ cell, score, max, comment }) =>
      score === null ? [] : [{ name: named(cell), score, max, message: shortened(comment) }],
    ),
  ];
}

function shortened(message: string): string {
  return message.length > LONGEST_MESSAGE ? `${message.slice(0, LONGEST_MESSAGE)}…` : message;
}

/** Text as XML 1.0 can have it. */
function xml(text: string): string {
  return escapeHtml(
    text.replaceAll(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '\uFFFD'),
  );
}

function numberText(value: number | null | undefined): string {
  return value === null || value === undefined ? '' : String(value);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
