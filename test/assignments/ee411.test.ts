import { dirname, join } from 'node:path';
import ts from 'typescript';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { assignmentOf } from '../../lib/homework/src/assignment/assignment';
import { makeRelease } from '../../lib/homework/src/assignment/make-release';
import { runEveryCell } from '../../lib/homework/src/assignment/run-every-cell';
import { testGradesOf } from '../../lib/homework/src/assignment/test-grades';
import { type Cell, type Notebook, readNotebook, sourceOf } from '../../lib/homework/src/notebook';

const path = join(__dirname, '..', '..', 'notebooks', 'ee411-homework-3.ipynb');
const whole = assignmentOf(readNotebook(path), path);

/** Whether a cell holds nothing but functions and types. */
function isDefinition(source: string): boolean {
  const { statements } = ts.createSourceFile('cell.ts', source, ts.ScriptTarget.ES2022);
  return statements.every((one) => ts.isFunctionDeclaration(one) || ts.isTypeAliasDeclaration(one));
}

/** Cells of quick statements that define what tested cells name. */
const NAMES = ['q21', 'q26-factors'];

/** What is tested, and the tests: training for the report would take its time and earns nothing. */
const tested: Notebook = {
  ...whole.notebook,
  cells: whole.notebook.cells.filter((cell, index) => {
    const marked = whole.cells.find((one) => one.index === index);
    if (!marked || cell.cell_type !== 'code') return false;
    const { id, role } = marked;
    const isNeeded = role === 'given' || role === 'tests' || NAMES.includes(id);
    return isNeeded || isDefinition(sourceOf(cell));
  }),
};
const assignment = assignmentOf(tested, path);

/** The points that tests give for each question of a notebook of the tested cells. */
async function pointsOf(notebook: Notebook): Promise<Readonly<Record<string, number>>> {
  const runs = await runEveryCell(notebook, {
    folder: dirname(path),
    profile: 'quick',
    timeout: 60,
  });
  const points = assignment.questions
    .filter(({ tests }) => tests.length > 0)
    .map(({ id, tests }) => {
      const grades = tests.flatMap((one) => testGradesOf(one, runs.get(one.index)));
      return [id, grades.reduce((total, { score }) => total + score, 0)];
    });
  return Object.fromEntries(points);
}

/** The solution with pieces of its code replaced by wrong ones, by the grade_id of their cell. */
function withMistakes(
  mistakes: Readonly<Record<string, readonly [right: string, wrong: string]>>,
): Notebook {
  const cells = tested.cells.map((cell, index): Cell => {
    const id = assignment.cells.find((one) => one.index === index)!.id;
    if (!(id in mistakes)) return cell;
    const [right, wrong] = mistakes[id];
    assert.ok(sourceOf(cell).includes(right), `${id} has no ${right}`);
    return { ...cell, source: sourceOf(cell).replace(right, wrong) };
  });
  return { ...tested, cells };
}

const ALL = {
  q11: 5,
  q12: 3,
  q13: 4,
  q15: 12,
  q21: 2,
  q22: 3,
  q23: 3,
  q24: 3,
  q25: 3,
  q31: 5,
  q32: 5,
  q33: 9,
  q34: 5,
};

test('each question has the points of the handout', () => {
  assert.equal(Object.fromEntries(whole.questions.map(({ id, points }) => [id, points])), {
    q11: 5,
    q12: 5,
    q13: 6,
    q14: 12,
    q15: 12,
    q21: 4,
    q22: 6,
    q23: 6,
    q24: 6,
    q25: 8,
    q26: 5,
    q31: 7,
    q32: 5,
    q33: 9,
    q34: 9,
  });
});

test('the solution earns all points that tests give', async () => {
  assert.equal(await pointsOf(tested), ALL);
});

test('stubs earn none', async () => {
  const { unsolved } = makeRelease(assignment);
  assert.equal(
    await pointsOf(unsolved),
    Object.fromEntries(Object.keys(ALL).map((question) => [question, 0])),
  );
});

test('an overflow far out and a sum for the mean cost what they break', async () => {
  const found = await pointsOf(
    withMistakes({
      q13: ['z2.relu().add(z2.abs().neg().exp().log1p())', 'z2.exp().log1p()'],
      q15: ['const batchSize = X.shape[0];', 'const batchSize = 1;'],
    }),
  );
  assert.equal(found, { ...ALL, q13: 2, q15: 4 });
});

test('a forgotten pooling, sums where digits overlap and a missing ReLU cost what they break', async () => {
  const found = await pointsOf(
    withMistakes({
      q23: [
        'convolution(32, 64, 3, 10 * seed + 2), halve(),\n    tf.layers.flatten(),\n    linear(3 * 3 * 64',
        'convolution(32, 64, 3, 10 * seed + 2),\n    tf.layers.flatten(),\n    linear(7 * 7 * 64',
      ],
      q31: ['tf.maximum(topLeft, bottomRight)', 'tf.add(topLeft, bottomRight)'],
      q33: ["10 * seed + 2, 'relu')", '10 * seed + 2)'],
    }),
  );
  assert.equal(found, { ...ALL, q23: 1, q31: 3, q33: 6 });
});

test('biases left out, pixels put where they came from and one label for both tasks cost what they break', async () => {
  const found = await pointsOf(
    withMistakes({
      q24: [
        'new Set(model.trainableWeights)',
        'model.trainableWeights.filter(({ shape }) => shape.length > 1)',
      ],
      q25: ['order[position]', 'order.indexOf(position)'],
      q34: ['targets.labels2.as1D()', 'y'],
    }),
  );
  assert.equal(found, { ...ALL, q24: 0, q25: 0, q34: 1 });
});

test.run();
