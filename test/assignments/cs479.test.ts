import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type GradeRecord, makeRelease, readAssignment } from '../../lib/homework/src/assignment';
import type { TestPlan } from '../../lib/homework/src/grading/autotest/test-plan';
import { gradeIdOf, gradeSubmission } from '../../lib/homework/src/grading/grade-submission';
import { planTests } from '../../lib/homework/src/grading/plan-tests';
import { sourceOf } from '../../lib/homework/src/notebook';

const path = join(__dirname, '..', '..', 'notebooks', 'cs479-assignment-5.ipynb');
const assignment = readAssignment(path);
const released = makeRelease(assignment).notebook;

/** What a student writes, by the cell's grade_id. */
type Answers = Readonly<Record<string, string>>;

const solved: Answers = Object.fromEntries(
  assignment.cells
    .filter(({ role }) => role === 'solution' || role === 'written')
    .map(({ id, source }) => [id, source]),
);
/** Cells that take their time, and that no test looks at. */
const SIDE_SHOWS = [
  'q1-comparison',
  'q1-table',
  'q2a-table',
  'q2b-lengths',
  'q2c-pca',
  'q2e-plane',
  'q2e-walk',
];
const right: Answers = {
  ...solved,
  ...Object.fromEntries(SIDE_SHOWS.map((id) => [id, '// left out'])),
};

/** The right answers but for a few mistakes: another text in the place of one of a cell's. */
function mistaken(
  ...mistakes: readonly (readonly [id: string, from: string, to: string])[]
): Answers {
  const wrong: Record<string, string> = {};
  for (const [id, from, to] of mistakes) {
    const source = wrong[id] ?? right[id];
    assert.ok(source.includes(from), `${id} has no ${from}`);
    wrong[id] = source.replace(from, to);
  }
  return { ...right, ...wrong };
}

const limits = { profile: 'quick', timeout: 120, notebookLimit: 1200 } as const;
let planned: Promise<TestPlan> | undefined;

async function graded(answers: Answers): Promise<GradeRecord> {
  const cells = released.cells.map((cell) => ({
    ...cell,
    source: answers[gradeIdOf(cell) ?? ''] ?? sourceOf(cell),
  }));
  const submission = { student: 'ada', path, notebook: { ...released, cells }, sha256: '' };
  planned ??= planTests(assignment, limits);
  const plan = await planned;
  const { record } = await gradeSubmission(submission, assignment, { ...limits, plan });
  return record;
}

/** The tests, or parts of one, that did not earn their points, with what was lost. */
function losses({ questions }: GradeRecord): Readonly<Record<string, number>> {
  const lost = questions
    .flatMap(({ tests }) => tests)
    .filter(({ score, max }) => score < max)
    .map(({ cell, name, score, max }) => [name === cell ? cell : `${cell}: ${name}`, max - score]);
  return Object.fromEntries(lost);
}

test('the right answers lose nothing, and those in words wait for a person', async () => {
  const record = await graded(right);
  assert.equal(losses(record), {});
  const inWords = record.questions.flatMap(({ manual }) => manual);
  assert.ok(inWords.every(({ score }) => score === null));
  assert.is(record.max, 16);
});

test('what was handed in as it was given out earns nothing', async () => {
  assert.is((await graded({})).points, 0);
});

test('a kernel that is not flipped and sizes that are fixed lose the tests of these', async () => {
  const record = await graded(
    mistaken(
      ['q1-gradient', '[...w].reverse()', 'w'],
      ['q2a', 'imgSize ** 2', '784'],
      ['q2a', "'encoder.fc4', 32, embeddingDim", "'encoder.fc4', 32, 2"],
    ),
  );
  assert.equal(losses(record), { 'q1-tests': 0.5, 'q2a-hidden': 1 });
});

test('a decoder without its sigmoid gives no pixels, and what it gives rebuilds nothing', async () => {
  const record = await graded(mistaken(['q2a', 'this.logits(h).sigmoid()', 'this.logits(h)']));
  assert.equal(losses(record), {
    'q2a-tests: encode, decode and forward': 1,
    'q2b-hidden': 1,
  });
});

test('the first ten digits, one place twice and an overlap of one class lose their parts', async () => {
  const record = await graded(
    mistaken(
      ['q2d', 'digits.labels.indexOf(id)', 'id'],
      ['q2e', 'farthestPair(chosen.inside)', '[chosen.inside[0], chosen.inside[0]]'],
      ['q2e', 'overlap.place;', 'pointA;'],
    ),
  );
  assert.equal(losses(record), {
    'q2d-tests': 1,
    'q2e-tests: A and B far apart': 0.5,
    'q2e-tests: two classes overlap': 0.5,
  });
});

test.run();
