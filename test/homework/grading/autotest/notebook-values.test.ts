import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readAssignment } from '../../../../lib/homework/src/assignment/assignment';
import type { TestPlan } from '../../../../lib/homework/src/grading/autotest/test-plan';
import { gradeSubmission } from '../../../../lib/homework/src/grading/grade-submission';
import { misplacedTests, planTests } from '../../../../lib/homework/src/grading/plan-tests';
import { sourceOf } from '../../../../lib/homework/src/notebook';
import { temporaryFolder } from '../../../support/temporary-folder';
import { given, notebook, solution, tests } from '../../assignment/sketches';

const folder = temporaryFolder();
const IMPORTS =
  "import assert from 'node:assert/strict';\nimport { expectClose, forward, tf, trainableVariables } from 'notegrad';";
const COUNTING = `const before = tf.memory().numTensors;
cube(tf.scalar(2)).dispose();
assert.ok(tf.memory().numTensors <= before + 1);`;
const TRAINING = `{
  const before = forward(net, tf.ones([1, 1])).dataSync()[0];
  tf.train.sgd(0.5).minimize(() => forward(net, tf.ones([1, 1])).sum(), false, LIST);
  expectClose(forward(net, tf.ones([1, 1])), [[before - 1]]);
}`;
const RIGHT = {
  q1: 'const finalLoss = [0.3, 0.1].reduce((a, b) => Math.min(a, b));',
  q2: 'const scores = [1, 2].map((x) => x / 2);\nconst scoreOf = (i: number) => scores[i];',
  q3: "const answer = Number('42');",
  q4: 'function cube(x: tf.Tensor): tf.Tensor {\n  return x.pow(3);\n}',
  q6: 'const net = tf.sequential({ layers: [tf.layers.dense({ inputShape: [1], units: 1 })] });\nnet.setWeights([tf.ones([1, 1]), tf.zeros([1])]);',
  q5: 'const weights = await Promise.resolve(tf.tensor([3, 4]));\nconst predict = (x: tf.Tensor) => x.mul(weights);',
};

function assignmentWith(counting: string) {
  const cells = [
    given('setup', IMPORTS),
    solution('q1', RIGHT.q1),
    tests('q1-tests', 1, 'assert.ok(finalLoss > 0 && finalLoss < 0.2)'),
    solution('q2', RIGHT.q2),
    tests('q2-tests', 1, 'assert.deepEqual(scores, [0.5, 1]);\nassert.equal(scoreOf(1), 1);'),
    solution('q3', RIGHT.q3),
    tests('q3-tests', 1, 'assert.equal(answer, 42)'),
    solution('q4', RIGHT.q4),
    tests('q4-tests', 1, counting),
    solution('q5', RIGHT.q5),
    tests('q5-tests', 1, 'expectClose(tf.grad(predict)(tf.ones([2])), [3, 4])'),
  ];
  if (counting === COUNTING) {
    cells.push(
      solution('q6', RIGHT.q6),
      tests('q6-named', 1, TRAINING.replace('LIST', 'trainableVariables(net)')),
      tests(
        'q6-all',
        1,
        TRAINING.replace('const before', 'const own = tf.variable(tf.scalar(1));\n  const before')
          .replace('.sum()', '.sum().add(own)')
          .replace('LIST', 'undefined'),
      ),
    );
  }
  const path = join(folder, 'values.ipynb');
  writeFileSync(path, JSON.stringify(notebook(cells)));
  return readAssignment(path);
}

const assignment = assignmentWith(COUNTING);
const options = { profile: 'quick', timeout: 30, notebookLimit: 600 } as const;
let plan: TestPlan = new Map();

async function gradesOf(
  answers: Readonly<Record<string, string>>,
  timeout: number = options.timeout,
) {
  const cells = assignment.notebook.cells.map((cell) => {
    const { grade_id: id } = cell.metadata.nbgrader as { readonly grade_id: string };
    return { ...cell, source: answers[id] ?? sourceOf(cell) };
  });
  const own = { ...assignment.notebook, cells };
  const handedIn = { student: 'ada', path: 'ada.ipynb', notebook: own, sha256: '' };
  const { record, executed } = await gradeSubmission(handedIn, assignment, {
    ...options,
    timeout,
    plan,
  });
  const grades = record.questions.flatMap((question) => question.tests);
  return { grades, executed };
}

test('values that a notebook computes, and gradients through its functions, are asked of it; how many tensors it has is not', async () => {
  plan = await planTests(assignment, options);
  const places = [...plan].map(([id, { place }]) => [id, place]);
  assert.equal(places, [
    ['q1-tests', 'notebook'],
    ['q2-tests', 'notebook'],
    ['q3-tests', 'notebook'],
    ['q4-tests', 'kernel'],
    ['q5-tests', 'notebook'],
    ['q6-named', 'notebook'],
    ['q6-all', 'kernel'],
  ]);
  assert.match(plan.get('q6-all')?.reason ?? '', 'by variables that the test does not name');
  assert.is(plan.get('q4-tests')?.reason, 'it counts tensors');
});

test('a right notebook gets all points, and its record says where', async () => {
  const { grades, executed } = await gradesOf(RIGHT);
  const found = grades.map(({ cell, score, where }) => `${cell} ${score} ${where}`);
  assert.equal(found, [
    'q1-tests 1 notebook',
    'q2-tests 1 notebook',
    'q3-tests 1 notebook',
    'q4-tests 1 kernel',
    'q5-tests 1 notebook',
    'q6-named 1 notebook',
    'q6-all 1 kernel',
  ]);
  const sources = executed.cells.map(sourceOf);
  assert.ok(
    sources.includes('assert.equal(answer, 42)'),
    'staff see the test, and not what stood for it',
  );
});

test('a notebook that lies, patches what tests use, or does not answer gets none', async () => {
  const { grades } = await gradesOf({
    q1: `let reads = 0;
const finalLoss = 9;
Object.defineProperty(globalThis, 'finalLoss', { get: () => (reads++ === 0 ? 1 : 0.1) });`,
    q2: `const scores: number[] = [];
const scoreOf = (i: number) => i;
require('node:assert/strict').deepEqual = () => {};
console.log('1 of 1 points');`,
    q3: 'const answer = 41;\nconst Reflect: any = { get: () => () => undefined };',
  });
  const found = grades.slice(0, 3).map(({ cell, score, where }) => `${cell} ${score} ${where}`);
  assert.equal(found, ['q1-tests 0 notebook', 'q2-tests 0 notebook', 'q3-tests 0 notebook']);
  assert.match(grades[2].message.private, 'the notebook did not answer');
});

test('a loop without end costs its test, and the next one is answered', async () => {
  const endless = `${RIGHT.q2.split('\n')[0]}\nconst scoreOf = (i: number): number => { for (;;) i++; };`;
  const { grades } = await gradesOf({ q2: endless }, 12);
  const found = grades.map(({ cell, score, status }) => `${cell} ${score} ${status}`);
  assert.equal(found.slice(0, 3), ['q1-tests 1 passed', 'q2-tests 0 timeout', 'q3-tests 1 passed']);
});

test('a test that has to be decided outside and cannot be is found before anything is graded', async () => {
  const marked = assignmentWith(`// TESTED OUTSIDE\n${COUNTING}`);
  const found = misplacedTests(marked, await planTests(marked, options));
  assert.equal(found, [
    'cell 9 (q4-tests): is marked as tested outside, and cannot be: it counts tensors',
  ]);
});

test.run();
