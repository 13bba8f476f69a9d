import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as tf from '../../lib/notegrad/src/engine/tf';
import { gradientStep } from '../../lib/notegrad/src/train/fit';
import { adam, lion, sgd } from '../../lib/notegrad/src/train/optimizers';
import { assertClose } from '../support/close';

/** Where gradients of these sizes, one a step, take a weight that begins at 1. */
function path(optimizer: tf.Optimizer, gradients: readonly number[]): number[] {
  const w = tf.variable(tf.scalar(1));
  const places = gradients.map((gradient) => {
    optimizer.minimize(() => w.mul(gradient) as tf.Scalar, false, [w]);
    return w.dataSync()[0];
  });
  tf.dispose(w);
  optimizer.dispose();
  return places;
}

const GRADIENTS = [2, -1, 0.5, 3];

/** The same in plain numbers: what PyTorch's documentation says of each optimizer. */
function expected(rule: (gradient: number, step: number) => number): number[] {
  let w = 1;
  return GRADIENTS.map((gradient, i) => (w -= rule(gradient, i + 1)));
}

test('adam is by default PyTorch’s: lr 0.001, betas 0.9 and 0.999, eps 1e-8', () => {
  const adamRule = (lr: number, [beta1, beta2]: [number, number], eps: number) => {
    let [m, v] = [0, 0];
    return (g: number, step: number) => {
      m = beta1 * m + (1 - beta1) * g;
      v = beta2 * v + (1 - beta2) * g * g;
      const [first, second] = [m / (1 - beta1 ** step), v / (1 - beta2 ** step)];
      return (lr * first) / (Math.sqrt(second) + eps);
    };
  };
  assertClose(path(adam(), GRADIENTS), expected(adamRule(0.001, [0.9, 0.999], 1e-8)));
  const options = { lr: 0.1, betas: [0.5, 0.9], eps: 0.1 } as const;
  assertClose(path(adam(options), GRADIENTS), expected(adamRule(0.1, [0.5, 0.9], 0.1)));
  const { epsilon, beta1, beta2, learningRate } = adam().getConfig();
  assert.equal([learningRate, beta1, beta2, epsilon], [0.001, 0.9, 0.999, 1e-8]);
});

test('sgd is plain, with momentum, or Nesterov’s, by default with a rate of 0.001', () => {
  const momentumRule = (lr: number, mu: number, nesterov: boolean) => {
    let v = 0;
    return (g: number) => {
      v = mu * v + g;
      return lr * (nesterov ? g + mu * v : v);
    };
  };
  assertClose(path(sgd(), GRADIENTS), expected(momentumRule(0.001, 0, false)));
  for (const nesterov of [false, true]) {
    const options = { lr: 0.1, momentum: 0.9, nesterov };
    assertClose(path(sgd(options), GRADIENTS), expected(momentumRule(0.1, 0.9, nesterov)));
  }
});

test('lion steps by the sign of its momentum, by default with a rate of 1e-4', () => {
  const lionRule = (lr: number, [beta1, beta2]: [number, number]) => {
    let m = 0;
    return (g: number) => {
      const direction = Math.sign(beta1 * m + (1 - beta1) * g);
      m = beta2 * m + (1 - beta2) * g;
      return lr * direction;
    };
  };
  assertClose(path(lion(), GRADIENTS), expected(lionRule(1e-4, [0.9, 0.99])));
  assertClose(
    path(lion({ lr: 0.1, betas: [0.2, 0.5] }), GRADIENTS),
    expected(lionRule(0.1, [0.2, 0.5])),
  );
});

test('numbers out of range are refused by their names', () => {
  assert.throws(() => adam({ lr: Number.NaN }), 'invalid lr: NaN (0 or above)');
  assert.throws(
    () => adam({ betas: [0.9, 1] }),
    'invalid betas: [0.9, 1] (two, from 0 up to below 1)',
  );
  assert.throws(() => adam({ eps: -1 }), 'invalid eps: -1 (0 or above)');
  assert.throws(() => sgd({ momentum: -1 }), 'invalid momentum: -1 (0 or above)');
  assert.throws(() => sgd({ nesterov: true }), 'nesterov: true needs a momentum above 0');
  assert.throws(() => lion({ weightDecay: -1 }), 'invalid weightDecay: -1 (0 or above)');
});

test('gradients are clipped together where their norm is above maxNorm, as PyTorch does', () => {
  const optimizer = sgd({ lr: 1 });
  const step = (maxNorm?: number) => {
    const starts = [tf.scalar(0), tf.tensor1d([0, 0])];
    const [a, b] = starts.map((start) => tf.variable(start));
    const lossOf = () => a.mul(-3).add(b.mul(tf.tensor1d([0, -4])).sum()) as tf.Scalar;
    const loss = gradientStep<tf.TensorContainerObject>(optimizer, lossOf, [a, b], { maxNorm })({});
    const values = [...a.dataSync(), ...b.dataSync(), ...loss.dataSync()];
    tf.dispose([...starts, a, b, loss]);
    return values;
  };
  assert.equal(step(), [3, 0, 4, 0]);
  assert.equal(step(6), [3, 0, 4, 0]);
  const scale = 1 / (5 + 1e-6);
  assertClose(step(1), [3 * scale, 0, 4 * scale, 0]);
  const { numTensors } = tf.memory();
  step(1);
  assert.is(tf.memory().numTensors, numTensors);
  assert.throws(() => step(0), 'invalid maxNorm: 0 (above 0)');
});

test.run();
