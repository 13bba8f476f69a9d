import { escapeHtml } from 'notegrad/tooling';
import type {
  GradeRecord,
  ManualGrade,
  QuestionGrade,
  TestGrade,
} from '../assignment/grade-record';

/**
 * What a student reads of a grade, as one HTML page: points of each question, what tests said as far as
 * it is theirs to know, comments, and what was repaired.
 */
export function feedbackPage(record: GradeRecord): string {
  const { assignment, student, points, max, questions, repairs, failures } = record;
  const title = escapeHtml(`${assignment}: ${student}`);
  const total =
    points === null
      ? `some answers are not marked yet, of ${max} points`
      : `${points} of ${max} points`;
  const own = failures.filter(({ kind }) => kind === 'student').map(({ message }) => message);
  const inKernel = questions
    .flatMap(({ tests }) => tests)
    .flatMap(({ name, where }) => (where === 'kernel' ? name : []));
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${title}</title><style>
body { font: 16px/1.5 sans-serif; max-width: 50rem; margin: 2rem auto; padding: 0 1rem }
table { border-collapse: collapse; width: 100% } td, th { border-bottom: 1px solid #ccc; padding: .3rem .6rem; text-align: left; vertical-align: top; white-space: pre-wrap }
</style></head><body>
<h1>${title}</h1>
<p>${escapeHtml(total)}</p>
${questions.map(questionPart).join('\n')}
${list('Cells that fail', own)}
${list('Tests that ran in the notebook’s own kernel', inKernel)}
${list(
  'Put back as it was given',
  repairs.map(({ cell, message }) => `${cell} ${message}`),
)}
</body></html>
`;
}

function questionPart({ title, points, max, tests, manual }: QuestionGrade): string {
  const rows = [...tests.map(testRow), ...manual.map(manualRow)].join('\n');
  return `<h2>${escapeHtml(title)} (${points ?? '–'} of ${max})</h2>
<table><thead><tr><th scope="col">part</th><th scope="col">points</th><th scope="col">result</th></tr></thead>
<tbody>${rows}</tbody></table>`;
}

function testRow({ name, score, max, status, message }: TestGrade): string {
  return row(name, score, max, status === 'passed' ? 'passed' : message.public);
}

function manualRow({ cell, score, max, comment }: ManualGrade): string {
  return row(cell, score ?? '–', max, score === null ? 'not marked yet' : comment);
}

function row(name: string, score: number | string, max: number, text: string): string {
  return `<tr><td>${escapeHtml(name)}</td><td>${score}/${max}</td><td>${escapeHtml(text)}</td></tr>`;
}

function list(title: string, items: readonly string[]): string {
  if (items.length === 0) return '';
  return `<h2>${title}</h2><ul>${items.map((item) => `<li>${escapeHtml(item)}</li>`).join('')}</ul>`;
}
