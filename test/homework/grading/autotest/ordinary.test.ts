import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readAssignment } from '../../../../lib/homework/src/assignment/assignment';
import type { TestGrade } from '../../../../lib/homework/src/assignment/grade-record';
import type { TestPlan } from '../../../../lib/homework/src/grading/autotest/test-plan';
import { gradeSubmission } from '../../../../lib/homework/src/grading/grade-submission';
import { planTests } from '../../../../lib/homework/src/grading/plan-tests';
import { type Notebook, sourceOf } from '../../../../lib/homework/src/notebook';
import { temporaryFolder } from '../../../support/temporary-folder';
import { code, given, notebook, solution, tests } from '../../assignment/sketches';

const folder = temporaryFolder();

/** Ordinary test cells, each with the name of what it tests. */
const TESTS: Readonly<Record<string, string>> = {
  'q1-tensor': 'expectClose(gradient(logits, labels), expected, { atol: 1e-4 })',
  'q1-shape': 'expectShape(gradient(tf.zeros([4]), tf.ones([4])), [4])',
  'q1-slopes': `const lossOf = (z: tf.Tensor) => loss(z, labels);
expectGradient(lossOf, logits, gradient(logits, labels));`,
  'q1-tape':
    'expectClose(tf.grad((z: tf.Tensor) => loss(z, labels))(logits), expected, { atol: 1e-4 })',
  'q1-scalar': 'expectClose(loss(logits, labels), 0.3055, { atol: 1e-3 })',
  'q1-int':
    "const found = classes(tf.tensor2d([[1, 3], [5, 2]]));\nassert.equal(found.dtype, 'int32');\nassert.deepEqual(Array.from(found.dataSync()), [1, 0]);",
  'q1-words': "assert.equal(shout('hello'), 'HELLO!')",
  'q1-lists': 'assert.deepEqual(pairs([1, 2, 3]), [[1, 2], [1, 3], [2, 3]])',
  'q1-records': 'assert.deepEqual(summary([1, 2, 4]), { count: 3, mean: 7 / 3, range: [1, 4] })',
  'q1-arrays':
    'assert.deepEqual(normalised(new Float32Array([3, 4])), new Float32Array([0.6, 0.8]))',
  'q1-maps': "assert.deepEqual(counts(['a', 'b', 'a']), new Map([['a', 2], ['b', 1]]))",
  'q1-throws':
    "assert.throws(() => shout(''), /nothing/);\nassert.throws(() => shout(''), RangeError);",
  'q1-awaits': 'assert.equal(await slowly(2), 4)',
  'q1-rejects': "await assert.rejects(slowly(-1), { message: 'below 0' })",
  'q1-generator':
    'assert.deepEqual([...countdown(3)], [3, 2, 1]);\nlet sum = 0;\nfor (const value of countdown(4)) sum += value;\nassert.equal(sum, 10);',
  'q1-async-generator':
    'const seen: number[] = [];\nfor await (const batch of batches([1, 2, 3], 2)) seen.push(batch.length);\nassert.deepEqual(seen, [2, 1]);',
  'q1-class': `const stack = new Stack<number>();
stack.push(1);
stack.push(2);
assert.equal(stack.size, 2);
assert.equal(stack.pop(), 2);
assert.equal(stack.size, 1);
assert.ok(stack instanceof Stack);`,
  'q1-method':
    'const net = new Net(4, 2);\nexpectShape(net.encode(tf.ones([3, 4])), [3, 2]);\nassert.equal(net.sizes.join(), "4,2");',
  'q1-parameters':
    'const model = makeModel(5);\nexpectParameters(model, 18);\nassert.equal(numParameters(model), 18);',
  'q1-callback': 'assert.deepEqual(mapped([1, 2], (x) => 10 * x), [10, 20])',
  'q1-closure': 'const add = adder(2);\nassert.equal(add(3), 5);',
  'q1-seeded':
    'seedRandom(3);\nconst first = noise([2]).dataSync();\nseedRandom(3);\nassert.deepEqual(noise([2]).dataSync(), first);',
  'q1-in-place': 'const list = [3, 1, 2];\nsortInPlace(list);\nassert.deepEqual(list, [1, 2, 3]);',
  'q1-helper': 'assert.ok(isNear(area(2), 12.566));',
  'q1-parts': `await partialCredit({
  'the shape': { points: 0.5, test: () => expectShape(gradient(logits, labels), [3]) },
  'the values': { points: 0.5, test: () => expectClose(gradient(logits, labels), expected, { atol: 1e-4 }) },
})`,
  'q1-points': 'shout("a") === "A!" ? 1 : 0.5',
  'q1-bigint': 'assert.equal(factorial(25n), 15511210043330985984000000n)',
  'q2-value': 'assert.ok(finalLoss < 0.2)',
  'q2-history': 'expectLossFalls(history)',
  'q2-model': 'expectClose(predictLine(tf.tensor([2])), [5], { atol: 0.2 })',
};

const IMPORTS = `import assert from 'node:assert/strict';
import { expectClose, expectGradient, expectLossFalls, expectParameters, expectShape, numParameters, partialCredit, seedRandom, tf } from 'notegrad';`;

const GIVEN = `const logits = tf.tensor([-1, 0.5, 2]);
const labels = tf.tensor([0, 1, 1]);
const expected = tf.tensor([0.08965, -0.12585, -0.03973]);
const isNear = (a: number, b: number) => Math.abs(a - b) < 1e-2;
const SCALE = 1;`;

const SOLUTION = `const BATCH = 2;
function gradient(z: tf.Tensor, y: tf.Tensor): tf.Tensor {
  return z.sigmoid().sub(y).div(z.size * SCALE);
}
function loss(z: tf.Tensor, y: tf.Tensor): tf.Tensor {
  return z.softplus().sub(y.mul(z)).mean();
}
const classes = (scores: tf.Tensor2D) => scores.argMax(1);
function shout(text: string): string {
  if (text === '') throw new RangeError('nothing to shout');
  return \`\${text.toUpperCase()}!\`;
}
function pairs(items: number[]): number[][] {
  return items.flatMap((a, i) => items.slice(i + 1).map((b) => [a, b]));
}
function summary(x: number[]) {
  return { count: x.length, mean: x.reduce((a, b) => a + b, 0) / x.length, range: [Math.min(...x), Math.max(...x)] };
}
function normalised(x: Float32Array): Float32Array {
  const length = Math.hypot(...x);
  return x.map((value) => value / length);
}
function counts(words: string[]): Map<string, number> {
  const found = new Map<string, number>();
  for (const word of words) found.set(word, (found.get(word) ?? 0) + 1);
  return found;
}
async function slowly(x: number): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, 5));
  if (x < 0) throw new Error('below 0');
  return 2 * x;
}
function* countdown(from: number): Generator<number> {
  for (let i = from; i > 0; i--) yield i;
}
async function* batches(items: number[], size: number): AsyncGenerator<number[]> {
  for (let i = 0; i < items.length; i += size) yield items.slice(i, i + size);
}
class Stack<T> {
  private items: T[] = [];
  get size(): number {
    return this.items.length;
  }
  push(item: T): void {
    this.items.push(item);
  }
  pop(): T | undefined {
    return this.items.pop();
  }
}
class Net {
  readonly sizes: number[];
  private readonly weights: tf.Tensor2D;
  constructor(inputs: number, hidden: number) {
    this.sizes = [inputs, hidden];
    this.weights = tf.ones([inputs, hidden]);
  }
  encode(x: tf.Tensor2D): tf.Tensor2D {
    return x.matMul(this.weights).relu();
  }
}
function makeModel(inputs: number): tf.LayersModel {
  return tf.sequential({ layers: [tf.layers.dense({ units: 3, inputShape: [inputs] })] });
}
function mapped(x: number[], f: (value: number) => number): number[] {
  return x.map((value) => f(value));
}
const adder = (a: number) => (b: number) => a + b;
function noise(shape: number[]): tf.Tensor {
  return tf.randomNormal(shape).mul(BATCH);
}
function sortInPlace(x: number[]): void {
  x.sort((a, b) => a - b);
}
const area = (radius: number) => Math.PI * radius ** 2;
function factorial(n: bigint): bigint {
  return n <= 1n ? 1n : n * factorial(n - 1n);
}`;

const TRAINING = `const slope = tf.variable(tf.scalar(0));
const offset = tf.variable(tf.scalar(0));
const predictLine = (x: tf.Tensor) => x.mul(slope).add(offset);
const history: number[] = [];
const optimizer = tf.train.adam(0.1);
for (let step = 0; step < 120; step++) {
  const value = optimizer.minimize(() => predictLine(tf.tensor([0, 1, 2, 3])).sub(tf.tensor([1, 3, 5, 7])).square().mean(), true);
  history.push(value!.dataSync()[0]);
}
const finalLoss = history.at(-1)!;`;

const sources = (prefix: string) =>
  Object.entries(TESTS).flatMap(([id, source]) =>
    id.startsWith(prefix) ? tests(id, 1, source) : [],
  );
const instructors = notebook([
  given('setup', IMPORTS),
  given('data', GIVEN),
  solution('q1', SOLUTION),
  ...sources('q1'),
  solution('q2', TRAINING),
  ...sources('q2'),
]);
const path = join(folder, 'ordinary.ipynb');
writeFileSync(path, JSON.stringify(instructors));
const assignment = readAssignment(path);

/** Each function wrong in its way, but none that another needs. */
const WRONG = SOLUTION.replace('.div(z.size * SCALE)', '')
  .replace('.sub(y.mul(z)).mean()', '.sub(y.mul(z)).sum()')
  .replace('scores.argMax(1)', 'scores.argMax(1).toFloat()')
  .replace('}!`', '}`')
  .replace("throw new RangeError('nothing to shout')", "throw new Error('too little')")
  .replace('slice(i + 1)', 'slice(i)')
  .replace('count: x.length', 'count: x.length - 1')
  .replace('value / length', 'value')
  .replace('?? 0) + 1', '?? 1) + 1')
  .replace("throw new Error('below 0')", 'return 0')
  .replace('return 2 * x', 'return x')
  .replace('i > 0; i--', 'i >= 0; i--')
  .replace('items.slice(i, i + size)', 'items.slice(i, i + 1)')
  .replace('return this.items.length', 'return 0')
  .replace('.matMul(this.weights)', '')
  .replace('units: 3', 'units: 4')
  .replace('f(value));', 'f(f(value)));')
  .replace('a + b;', 'a - b;')
  .replace('tf.randomNormal(shape)', 'tf.fill(shape, calls++)')
  .replace('function noise', 'let calls = 0;\nfunction noise')
  .replace('x.sort((a, b) => a - b)', 'x.slice().sort((a, b) => a - b)')
  .replace('radius ** 2', 'radius')
  .replace('n <= 1n ? 1n', 'n <= 1n ? 2n');
/** Shapes, a gradient that fits the wrong loss, and half a point that the test itself gives. */
const PASSED_WHEN_WRONG = ['q1-shape', 'q1-slopes', 'the shape', 'q1-points'];
const UNTRAINED = TRAINING.replace('step < 120', 'step < 1');

function submission(answers: Readonly<Record<string, string>>, student: string): Notebook {
  const cells = instructors.cells.map((cell) => {
    const { grade_id: id } = cell.metadata.nbgrader as { readonly grade_id: string };
    return { ...cell, source: answers[id] ?? sourceOf(cell) };
  });
  return { ...instructors, cells: [...cells, code(`// ${student}`)] };
}

let plan: TestPlan = new Map();
async function gradesOf(own: Notebook, plan: TestPlan): Promise<readonly TestGrade[]> {
  const handedIn = { student: 'ada', path: 'ada.ipynb', notebook: own, sha256: '' };
  const options = { profile: 'quick', timeout: 60, notebookLimit: 600, plan } as const;
  const { record } = await gradeSubmission(handedIn, assignment, options);
  return record.questions.flatMap((question) => question.tests);
}

test('ordinary tests are decided outside: on definitions, or on what the notebook has', async () => {
  plan = await planTests(assignment, { profile: 'quick', timeout: 60, notebookLimit: 600 });
  const places = [...plan].map(([id, { place, reason }]) => `${id} ${place} ${reason}`);
  for (const line of places) {
    const wanted = line.startsWith('q1') ? / autotest / : / notebook /;
    assert.match(line, wanted, places.join('\n'));
  }
});

test('a right solution passes them all', async () => {
  const own = submission({ q1: SOLUTION, q2: TRAINING }, 'right');
  const grades = await gradesOf(own, plan);
  assert.is(grades.length, Object.keys(TESTS).length + 1);
  const failed = grades.filter(({ status, where }) => status !== 'passed' || where === 'kernel');
  assert.equal(failed, []);
});

test('a wrong solution gets from each the verdict, and the words, that it gets in the kernel', async () => {
  const own = submission({ q1: WRONG, q2: UNTRAINED }, 'wrong');
  const shown = (grades: readonly TestGrade[]) =>
    grades.map(({ cell, name, score, status, message }) => ({
      test: `${cell} ${name}`,
      score,
      status,
      message: message.public,
    }));
  const outside = await gradesOf(own, plan);
  assert.equal(shown(outside), shown(await gradesOf(own, new Map())));
  const passed = outside.filter(({ score }) => score > 0).map(({ name }) => name);
  assert.equal(passed, PASSED_WHEN_WRONG);
});

test.run();
