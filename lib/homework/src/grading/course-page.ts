import { histogram, smallMultiples } from 'notegrad/plot';
import { prepare, render } from 'notegrad/tooling';
import type {
  GradeFailure,
  GradeRecord,
  QuestionGrade,
  TestGrade,
} from '../assignment/grade-record';
import type { Ungraded } from './graded-folder';
import { type Item, type ItemStatistics, itemAnalysis } from './item-analysis';
import {
  escaped,
  linesHtml,
  type ReportPage,
  reportPage,
  type SafeHtml,
  type Section,
  tableHtml,
} from './report-page';

/**
 * What staff read of a course: how each question did and what its points look like, failures by whose
 * fault they were, what is still to be marked, and how long everything ran.
 */
export function coursePage(
  assignment: string,
  records: readonly GradeRecord[],
  ungraded: readonly Ungraded[],
): ReportPage {
  return reportPage(`${assignment}: the course`, [
    { place: 'the summary', html: summaryHtml(records, ungraded) },
    { place: 'the questions', html: questionsHtml(records) },
    ...distributionSection(records),
    { place: 'the tests', html: testsHtml(records) },
    failuresSection('Failures of students', failuresOf('student', records, ungraded)),
    failuresSection(
      'Failures of the infrastructure',
      failuresOf('infrastructure', records, ungraded),
    ),
    { place: 'the runtimes', html: runtimesHtml(records) },
  ]);
}

function summaryHtml(records: readonly GradeRecord[], ungraded: readonly Ungraded[]): SafeHtml {
  const points = records.flatMap((record) => record.points ?? []).sort((a, b) => a - b);
  const middle = points.length / 2;
  const median = (points[Math.ceil(middle) - 1] + points[Math.floor(middle)]) / 2;
  const mean = points.reduce((total, one) => total + one, 0) / points.length;
  const open = records.filter((record) => record.points === null).map(({ student }) => student);
  const lines = [
    `${records.length} graded, ${ungraded.length} not graded.`,
    ...(points.length > 0
      ? [`Points of ${records[0].max}: mean ${rounded(mean)}, median ${rounded(median)}.`]
      : []),
    ...(open.length > 0 ? [`With answers to be marked: ${open.join(', ')}.`] : []),
  ];
  return lines.map((line) => `<p>${escaped(line)}</p>`).join('');
}

const ITEM_NOTE = `<p>Difficulty is the mean as a share of the points. Discrimination is the correlation with
the rest of the points (for what one has or has not, the point-biserial correlation), of students whose every
answer is marked; below about 0.2 an item says little about who knows the subject.</p>`;

function questionsHtml(records: readonly GradeRecord[]): SafeHtml {
  const items = questionsIn(records).map(({ id, max }): Item => {
    const scoreOf = ({ questions }: GradeRecord) =>
      questions.find((question) => question.id === id)?.points ?? null;
    return { name: id, max, scores: records.map(scoreOf) };
  });
  return `<h2>Questions</h2>${itemTable('question', itemAnalysis(items))}${ITEM_NOTE}`;
}

function testsHtml(records: readonly GradeRecord[]): SafeHtml {
  const tests = new Map<string, { readonly name: string; readonly max: number }>();
  for (const question of records.flatMap(({ questions }) => questions)) {
    for (const test of question.tests) tests.set(keyOf(test), { name: test.name, max: test.max });
  }
  const rows = [...tests].map(([key, { name, max }]) => {
    const found = records
      .flatMap(({ questions }) => questions)
      .flatMap((question) => question.tests)
      .filter((test) => keyOf(test) === key);
    const count = (...status: readonly TestGrade['status'][]) =>
      String(found.filter((test) => status.includes(test.status)).length);
    const counts = [count('passed'), count('failed'), count('error'), count('timeout', 'not-run')];
    return [escaped(name), String(max), ...counts];
  });
  const header = ['test', 'points', 'passed', 'failed', 'error', 'out of time'];
  return `<h2>Tests</h2>${tableHtml(header, rows)}`;
}

function keyOf({ cell, name }: TestGrade): string {
  return JSON.stringify([cell, name]);
}

function itemTable(what: string, items: readonly ItemStatistics[]): SafeHtml {
  const rows = items.map(({ name, count, mean, max, difficulty, discrimination }) => [
    escaped(name),
    String(count),
    ...[mean, max, difficulty, discrimination].map(rounded),
  ]);
  return tableHtml([what, 'students', 'mean', 'of', 'difficulty', 'discrimination'], rows);
}

/** A panel a question: how many students have which share of its points. */
function distributionSection(records: readonly GradeRecord[]): readonly Section[] {
  const panels = questionsIn(records).flatMap(({ id, max }) => {
    const shares = records
      .flatMap(({ questions }) => questions.find((question) => question.id === id)?.points ?? [])
      .map((points) => points / max);
    if (shares.length === 0 || max === 0) return [];
    const options = { numBins: 10, xRange: [0, 1], xLabel: 'share of the points' } as const;
    return [[id, histogram({ ...options, series: { [id]: shares }, title: id })] as const];
  });
  if (panels.length === 0) return [];
  const title = 'How many students have which share of the points';
  const prepared = prepare(
    smallMultiples({ panels: Object.fromEntries(panels), title, panelHeight: 110 }),
  );
  const png = Buffer.from(render({ ...prepared, scale: 2 })).toString('base64');
  const { width, height } = prepared.layout;
  const image = `<img src="data:image/png;base64,${png}" width="${width}" height="${height}" alt="${escaped(`${title}, question by question: ${spoken(records)}`)}">`;
  return [{ place: 'the distribution', html: `<h2>Distribution</h2>${image}` }];
}

function spoken(records: readonly GradeRecord[]): string {
  return questionsIn(records)
    .map(({ id }) => {
      const points = records.flatMap(
        ({ questions }) => questions.find((question) => question.id === id)?.points ?? [],
      );
      return `${id} ${points.sort((a, b) => a - b).join(', ')}`;
    })
    .join('; ');
}

function questionsIn(records: readonly GradeRecord[]): readonly QuestionGrade[] {
  const questions = new Map<string, QuestionGrade>();
  for (const question of records.flatMap((record) => record.questions)) {
    if (!questions.has(question.id)) questions.set(question.id, question);
  }
  return [...questions.values()];
}

interface StudentFailure extends Pick<GradeFailure, 'question' | 'message'> {
  readonly student: string;
}

function failuresOf(
  kind: GradeFailure['kind'],
  records: readonly GradeRecord[],
  ungraded: readonly Ungraded[],
): readonly StudentFailure[] {
  const inRuns = records.flatMap(({ student, failures }) =>
    failures.filter((failure) => failure.kind === kind).map((failure) => ({ ...failure, student })),
  );
  const whole = ungraded
    .filter((one) => one.kind === kind)
    .map(({ student, message }) => ({
      student,
      question: null,
      message: `not graded: ${message}`,
    }));
  return [...whole, ...inRuns];
}

function failuresSection(title: string, failures: readonly StudentFailure[]): Section {
  const rows = failures.map(({ student, question, message }) => [
    escaped(student),
    escaped(question ?? ''),
    linesHtml(message),
  ]);
  const content =
    rows.length > 0 ? tableHtml(['student', 'question', 'what happened'], rows) : '<p>None.</p>';
  return { place: title, html: `<h2>${title}</h2>${content}` };
}

function runtimesHtml(records: readonly GradeRecord[]): SafeHtml {
  const rows = records.map(({ student, questions, runtime }) => {
    const tests = questions.flatMap((question) => question.tests);
    const slowest = [...tests].sort((a, b) => b.seconds - a.seconds)[0];
    const walls = runtime.confined ? 'yes' : 'no';
    const test = slowest ? [escaped(slowest.name), slowest.seconds.toFixed(1)] : ['', ''];
    return [escaped(student), runtime.seconds.toFixed(1), ...test, walls];
  });
  const header = ['student', 'seconds', 'slowest test', 'its seconds', 'confined'];
  return `<h2>Runtimes</h2>${tableHtml(header, rows)}`;
}

function rounded(value: number | null): string {
  return value === null ? '–' : String(Math.round(value * 100) / 100);
}
