import type { Notebook } from '../notebook';

const OFF = { schema_version: 3, grade: false, solution: false, locked: false, task: false };

type Marks = Readonly<Record<string, boolean | number | string>>;

/**
 * An assignment to start from: a small function with visible and hidden tests, some for parts of the
 * points, and a written question.
 */
export function exampleAssignment(title: string): Notebook {
  const cells: Notebook['cells'][number][] = [];
  const code = (source: string, marks?: Marks) => {
    const metadata = marks ? { nbgrader: { ...OFF, ...marks } } : {};
    const id = `cell-${cells.length + 1}`;
    cells.push({ cell_type: 'code', id, metadata, source, outputs: [], execution_count: null });
  };
  const words = (source: string, marks?: Marks) => {
    const metadata = marks ? { nbgrader: { ...OFF, ...marks } } : {};
    cells.push({ cell_type: 'markdown', id: `cell-${cells.length + 1}`, metadata, source });
  };
  words(`# ${title}

Write your answers where it says so. \`await check('q1')\` tells how you stand.`);
  code(
    "import { check, expectClose, expectGradient, expectShape, partialCredit, tf } from 'notegrad';",
    {
      grade_id: 'setup',
      locked: true,
    },
  );
  words(`## 1 The logistic loss

For logits $z$ and labels $y$ of 0 and 1, the loss of a sample is $\\log(1 + e^z) - y z$.`);
  code(
    `/** The mean logistic loss over a batch: logits and labels have the shape [n]. */
function logisticLoss(z: tf.Tensor, y: tf.Tensor): tf.Scalar {
  // BEGIN SOLUTION
  const perSample = z.softplus().sub(y.mul(z));
  return perSample.mean();
  // END SOLUTION
}`,
    { grade_id: 'q1', solution: true },
  );
  code("await check('q1')");
  code(
    `expectShape(logisticLoss(tf.zeros([4]), tf.ones([4])), []);
expectClose(logisticLoss(tf.tensor([0, 0]), tf.tensor([0, 1])), Math.log(2));
// BEGIN HIDDEN TESTS: logits far from 0
expectClose(logisticLoss(tf.tensor([200, -200]), tf.tensor([1, 0])), 0);
expectClose(logisticLoss(tf.tensor([200]), tf.tensor([0])), 200);
// END HIDDEN TESTS`,
    { grade_id: 'q1-tests', grade: true, locked: true, points: 2 },
  );
  words('## 2 Its gradient\n\nThe gradient of the mean loss by each logit, without `tf.grad`.');
  code(
    `/** The gradient of logisticLoss by z: shape [n]. */
function gradient(z: tf.Tensor, y: tf.Tensor): tf.Tensor {
  // BEGIN SOLUTION
  return z.sigmoid().sub(y).div(z.size);
  // END SOLUTION
}`,
    { grade_id: 'q2', solution: true },
  );
  code(
    `const labels = tf.tensor([0, 1, 1]);
const logits = tf.tensor([-1, 0.5, 2]);
const lossOf = (z: tf.Tensor) => z.softplus().sub(labels.mul(z)).mean();
await partialCredit({
  'the shape': { points: 1, test: () => expectShape(gradient(logits, labels), [3]) },
  'the values': {
    points: 2,
    test: () => expectGradient(lossOf, logits, gradient(logits, labels)),
  },
})`,
    { grade_id: 'q2-tests', grade: true, locked: true, points: 3 },
  );
  words('## 3 In words\n\nWhy is the loss not computed as $-\\log \\sigma(z)$ for $y = 1$?');
  words('For a logit far below 0 the sigmoid is 0 in 32 bits, and its logarithm is infinite.', {
    grade_id: 'q3',
    grade: true,
    solution: true,
    points: 2,
  });
  const kernelspec = { name: 'tslab', display_name: 'TypeScript', language: 'typescript' };
  const notebook = { cells, metadata: { kernelspec }, nbformat: 4, nbformat_minor: 5 };
  return notebook;
}
