import type {
  GradeRecord,
  ManualGrade,
  QuestionGrade,
  TestGrade,
} from '../assignment/grade-record';
import {
  escaped,
  linesHtml,
  listHtml,
  type ReportPage,
  reportPage,
  type SafeHtml,
  type Section,
  tableHtml,
} from './report-page';

/**
 * What a student reads of a grade: points of each question, what tests said as far as it is theirs to
 * know, comments, and what was repaired.
 */
export function feedbackPage(record: GradeRecord): ReportPage {
  const { assignment, student, repairs, failures } = record;
  const own = failures.filter(({ kind }) => kind === 'student').map(({ message }) => message);
  const put = repairs.map(({ cell, message }) => `${cell} ${message}`);
  const inKernel = record.questions
    .flatMap(({ tests }) => tests)
    .flatMap(({ name, where }) => (where === 'kernel' ? name : []));
  return reportPage(`${assignment}: ${student}`, [
    { place: 'the points', html: summaryHtml(record) },
    ...record.questions.map(questionSection),
    ...listSection('Cells that fail', own),
    ...listSection('Tests that ran in the notebook’s own kernel', inKernel),
    ...listSection('Put back as it was given', put),
  ]);
}

function summaryHtml({ points, max, questions, runtime }: GradeRecord): SafeHtml {
  const total =
    points === null
      ? `some answers are not marked yet, of ${max} points`
      : `${points} of ${max} points`;
  const rows = questions.map(({ title, points: own, max: most }) => [
    escaped(title),
    String(own ?? '–'),
    String(most),
  ]);
  const day = new Date(runtime.startedAt).toLocaleDateString('en-GB', {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    timeZone: 'UTC',
  });
  const walls = runtime.confined ? 'confined' : 'unconfined';
  return `<p><strong>${total}</strong></p>
${tableHtml(['question', 'points', 'of'], rows)}
<p>Graded on ${day} in ${Math.round(runtime.seconds)} s, ${walls}.</p>`;
}

function questionSection({ id, title, points, max, tests, manual }: QuestionGrade): Section {
  const rows = [...tests.map(testRow), ...manual.map(manualRow)];
  return {
    place: `the question ${id}`,
    html: `<h2>${escaped(title)} (${points ?? '–'} of ${max})</h2>
${tableHtml(['part', 'points', 'result'], rows)}`,
  };
}

function testRow({ name, score, max, status, message }: TestGrade): readonly SafeHtml[] {
  const result = status === 'passed' ? 'passed' : linesHtml(message.public);
  return [escaped(name), `${score}/${max}`, result];
}

function manualRow({ cell, score, max, comment }: ManualGrade): readonly SafeHtml[] {
  const result = score === null ? 'not marked yet' : linesHtml(comment);
  return [escaped(cell), `${score ?? '–'}/${max}`, result];
}

function listSection(title: string, items: readonly string[]): readonly Section[] {
  if (items.length === 0) return [];
  return [{ place: title, html: `<h2>${title}</h2>${listHtml(items.map(linesHtml))}` }];
}
