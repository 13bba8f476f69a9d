import { escapeHtml } from 'notegrad/tooling';
import type { GradeRecord, TestGrade } from '../assignment/grade-record';
import { formatCsv } from './csv';

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

/** The columns of nbgrader's own `nbgrader export`. */
export function nbgraderCsv(records: readonly GradeRecord[]): string {
  const header = [
    ...['assignment', 'duedate', 'timestamp', 'student_id', 'last_name', 'first_name', 'email'],
    ...['raw_score', 'late_submission_penalty', 'score', 'max_score'],
  ];
  const rows = records.map(({ assignment, student, points, max }) => {
    const score = numberText(points);
    return [assignment, '', '', student, '', '', '', score, '0', score, numberText(max)];
  });
  return formatCsv([header, ...rows]);
}

/**
 * Gradescope's results.json: what tests earned, with what a student may read. Answers that a person marks
 * are left to Gradescope's own rubric until they have a score.
 */
export function gradescopeResults(record: GradeRecord): object {
  const tests = partsOf(record).map((part, i) => ({
    name: part.name,
    number: String(i + 1),
    score: part.score,
    max_score: part.max,
    status: part.score === part.max ? 'passed' : 'failed',
    output: part.message,
    output_format: 'text',
    visibility: 'visible',
  }));
  return {
    score: tests.reduce((total, { score }) => total + score, 0),
    execution_time: Math.round(record.runtime.seconds),
    visibility: 'visible',
    stdout_visibility: 'hidden',
    tests,
  };
}

/** The results.json of PrairieLearn's external graders; its score is a share. */
export function prairieLearnResults(record: GradeRecord): object {
  const tests = partsOf(record).map(({ name, score, max, message }) => ({
    name,
    points: score,
    max_points: max,
    message,
  }));
  const total = (key: 'points' | 'max_points') => tests.reduce((sum, test) => sum + test[key], 0);
  const score = total('max_points') === 0 ? 0 : total('points') / total('max_points');
  return { gradable: true, score, tests };
}

/** JUnit's XML: a suite a student, a case a test. A test with part of its points has failed. */
export function junitXml(records: readonly GradeRecord[]): string {
  const suites = records.map(({ assignment, student, questions, runtime }) => {
    const tests = questions.flatMap((question) => question.tests);
    const cases = tests.map((test) => junitCase(`${assignment}.${student}`, test));
    const failures = tests.filter(({ status }) => junitKind(status) === 'failure').length;
    const errors = tests.filter(({ status }) => junitKind(status) === 'error').length;
    const counts = `tests="${tests.length}" failures="${failures}" errors="${errors}" skipped="0"`;
    const time = `time="${runtime.seconds}" timestamp="${runtime.startedAt.slice(0, 19)}"`;
    return `<testsuite name="${xml(student)}" ${counts} ${time}>\n${cases.join('')}</testsuite>\n`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${suites.join('')}</testsuites>\n`;
}

function junitCase(className: string, { name, status, message, seconds }: TestGrade): string {
  const kind = junitKind(status);
  const found = kind ? `<${kind} message="${xml(message.public)}" type="${status}"/>` : '';
  return `<testcase classname="${xml(className)}" name="${xml(name)}" time="${seconds}">${found}</testcase>\n`;
}

function junitKind(status: TestGrade['status']): 'failure' | 'error' | undefined {
  if (status === 'passed') return undefined;
  return status === 'failed' ? 'failure' : 'error';
}

interface ScoredPart {
  readonly name: string;
  readonly score: number;
  readonly max: number;
  readonly message: string;
}

/** Tests and marked answers, each called after its question. */
function partsOf({ questions }: GradeRecord): readonly ScoredPart[] {
  return questions.flatMap(({ id, tests, manual }) => [
    ...tests.map(({ name, score, max, message }) => {
      const isNamed = name === id || name.startsWith(`${id}-`);
      return { name: isNamed ? name : `${id}: ${name}`, score, max, message: message.public };
    }),
    ...manual.flatMap(({ cell, score, max, comment }) =>
      score === null ? [] : [{ name: cell, score, max, message: comment }],
    ),
  ]);
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
