import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { NativeTensorData } from '../../../../../lib/notegrad/src/engine/native/backend/memory';
import type { NativeBackend } from '../../../../../lib/notegrad/src/engine/native/backend/native-backend';
import { fuse } from '../../../../../lib/notegrad/src/engine/native/compiler/fuse/fuse';
import type { Graph } from '../../../../../lib/notegrad/src/engine/native/compiler/graph/call';
import { Trace } from '../../../../../lib/notegrad/src/engine/native/compiler/record/trace';
import { Traces } from '../../../../../lib/notegrad/src/engine/native/compiler/record/traces';
import { Program } from '../../../../../lib/notegrad/src/engine/native/compiler/replay/program';
import * as tf from '../../../../../lib/notegrad/src/engine/tf';
import { useNative } from '../../../../support/native';

let backend: NativeBackend;
test.before(async () => {
  backend = await useNative();
});

interface Traced {
  readonly graph: Graph;
  readonly memories: readonly NativeTensorData[];
}

function traced(step: (...batch: tf.Tensor[]) => tf.Tensor[], batch: tf.Tensor[]): Traced {
  const trace = new Trace(backend, new Traces());
  backend.trace = trace;
  try {
    tf.tidy(() => step(...batch));
    return { graph: trace.graph(), memories: [...trace.memories] };
  } finally {
    backend.trace = null;
  }
}

const graphFor = (...args: Parameters<typeof traced>) => traced(...args).graph;
const opsOf = ({ calls }: Graph) => calls.map(({ op }) => op);

function valuesOf(graph: Graph, memories: readonly NativeTensorData[]): Float32Array[] {
  new Program(backend, graph, memories).run(memories);
  return graph.results.map(({ id }) => memories[id].values as Float32Array);
}

/** Asserts what a step's operations become, and that they compute the same. */
function assertFuses(
  step: (...batch: tf.Tensor[]) => tf.Tensor[],
  batch: tf.Tensor[],
  expected: readonly string[],
): void {
  const { graph, memories } = traced(step, batch);
  const fused = fuse(graph);
  assert.equal(opsOf(fused), expected);
  const plain = valuesOf(graph, memories);
  valuesOf(fused, memories).forEach((values, i) => {
    assert.equal(values, plain[i], `result ${i}`);
  });
}

const random = (shape: number[], seed: number) => tf.randomNormal(shape, 0, 1, 'float32', seed);
const x = (): tf.Tensor => random([4, 6, 5, 3], 1);
const kernel = (): tf.Tensor4D => random([3, 3, 3, 4], 2) as tf.Tensor4D;
const convolution = (image: tf.Tensor, k: tf.Tensor4D, pad: 'same' | 'valid' = 'same') =>
  tf.conv2d(image as tf.Tensor4D, k, 1, pad);

const activations: Record<string, (x: tf.Tensor) => tf.Tensor> = {
  relu: tf.relu,
  relu6: tf.relu6,
  elu: tf.elu,
  leakyRelu: (y) => tf.leakyRelu(y, 0.3),
  sigmoid: tf.sigmoid,
};

for (const [name, activation] of Object.entries(activations)) {
  test(`a product with bias and ${name} is one operation`, () => {
    const batch = [random([7, 5], 3), random([5, 6], 4), random([6], 5)];
    assertFuses((a, b, c) => [activation(a.matMul(b).add(c))], batch, ['matMul']);
  });

  test(`a convolution with bias and ${name} is one operation`, () => {
    const batch = [x(), kernel(), random([4], 6)];
    assertFuses((a, k, b) => [activation(convolution(a, k as tf.Tensor4D).add(b))], batch, [
      'conv2d',
    ]);
  });
}

test('an activation without a bias, and a bias on the left, are fused too', () => {
  const batch = [random([7, 5], 3), random([5, 6], 4), random([1, 6], 5)];
  assertFuses((a, b, c) => [c.add(a.matMul(b)), a.matMul(b).relu()], batch, ['matMul', 'matMul']);
});

test('what is added is a bias only if it is the same in all rows', () => {
  const [a, b] = [random([6, 6], 3), random([6, 6], 4)];
  const others = [random([6, 1], 5), random([6, 6], 6), tf.scalar(2), random([2, 6, 6], 7)];
  for (const other of others) {
    assertFuses((p, q, r) => [p.matMul(q).add(r)], [a, b, other], ['matMul', 'add']);
  }
});

test('a product that is needed without its bias is computed apart', () => {
  const batch = [random([7, 5], 3), random([5, 6], 4), random([6], 5)];
  const step = (a: tf.Tensor, b: tf.Tensor, c: tf.Tensor) => {
    const product = a.matMul(b);
    return [product, product.add(c)];
  };
  assertFuses(step, batch, ['matMul', 'add']);
});

test('a product is not delayed beyond an update of what it reads', () => {
  const weight = tf.variable(random([5, 5], 8));
  const step = (a: tf.Tensor) => {
    const product = a.matMul(weight);
    backend.run('copy', [a], [weight], { bytes: 100 });
    return [product.relu()];
  };
  const a = random([5, 5], 9);
  const fused = fuse(graphFor(step, [a]));
  assert.equal(opsOf(fused), ['matMul', 'copy', 'relu']);
});

test('the gradients of a dense layer: one operation for activation and bias, none that is unused', () => {
  const [w, b] = [tf.variable(random([5, 6], 10)), tf.variable(random([6], 11))];
  for (const activation of [tf.relu, (y: tf.Tensor) => tf.leakyRelu(y, 0.2)]) {
    const step = (a: tf.Tensor, dy: tf.Tensor) => {
      const loss = () => activation(a.matMul(w).add(b)).mul(dy).sum() as tf.Scalar;
      const { grads } = tf.variableGrads(loss, [w, b]);
      return [grads[w.name], grads[b.name]];
    };
    const fused = opsOf(fuse(graphFor(step, [random([8, 5], 12), random([8, 6], 13)])));
    assert.equal(
      fused.filter((op) => !/multiply|copy/i.test(op)),
      ['matMul', 'activationGradient', 'matMul'],
    );
    const batch = [random([8, 5], 12), random([8, 6], 13)];
    assertFuses(step, batch, fused);
  }
});

test('a choice that is no gradient of leaky ReLU stays one', () => {
  const choices: ((a: tf.Tensor, b: tf.Tensor) => tf.Tensor)[] = [
    (a, b) => tf.where(tf.isNaN(a), b, b.mul(0.2)),
    (a, b) => tf.where(a.greater(0), b, b.mul(0.2)),
    (a, b) => tf.leakyRelu(a.exp(), 0.3).add(tf.where(a.exp().greater(0), b, b.mul(0.2))),
  ];
  for (const choice of choices) {
    const batch = [random([4, 3], 1), random([4, 3], 2)];
    const fused = opsOf(fuse(graphFor((a, b) => [choice(a, b)], batch)));
    assert.ok(fused.includes('select'), fused.join());
  }
});

for (const [height, width, channels] of [
  [6, 8, 3],
  [5, 6, 4],
  [6, 7, 8],
  [4, 6, 32],
  [7, 5, 16],
  [4, 4, 70],
]) {
  test(`the gradients through ${height}×${width}×${channels} maps, ReLU and pooling are one operation`, () => {
    const bias = tf.variable(random([channels], 20));
    const k = tf.variable(random([3, 3, 2, channels], 21)) as tf.Variable<tf.Rank.R4>;
    const step = (a: tf.Tensor, dy: tf.Tensor) => {
      const maps = () => convolution(a, k).add(bias).relu() as tf.Tensor4D;
      const loss = () => tf.maxPool(maps(), 2, 2, 'valid').mul(dy).sum() as tf.Scalar;
      const { grads } = tf.variableGrads(loss, [k, bias]);
      return [grads[k.name], grads[bias.name]];
    };
    const pooled = [5, Math.floor(height / 2), Math.floor(width / 2), channels];
    const batch = [random([5, height, width, 2], 22), random(pooled, 23)];
    const fused = opsOf(fuse(graphFor(step, batch)));
    assert.ok(fused.includes('maxPoolActivationGradient'), fused.join());
    assert.not(fused.some((op) => /^(step|maxPoolGrad|activationGradient|sum)$/.test(op)));
    assertFuses(step, batch, fused);
  });
}

test('a convolution pads its images itself, and so do its gradients', () => {
  const k = tf.variable(kernel()) as tf.Variable<tf.Rank.R4>;
  const scale = tf.variable(tf.scalar(1.5));
  for (const stride of [1, 2]) {
    const step = (a: tf.Tensor) => {
      const paddings: [number, number][] = [
        [0, 0],
        [1, 2],
        [2, 0],
        [0, 0],
      ];
      const image = () => tf.pad(a.mul(scale), paddings) as tf.Tensor4D;
      const loss = () => tf.conv2d(image(), k, stride, 'valid').square().sum() as tf.Scalar;
      const { grads } = tf.variableGrads(loss, [k, scale]);
      return [grads[k.name], grads[scale.name]];
    };
    const fused = opsOf(fuse(graphFor(step, [x()])));
    const backward = fused.slice(fused.indexOf('conv2dInputGradient'));
    assert.is(backward[0], 'conv2dInputGradient');
    assert.not(fused.includes('pad') || backward.includes('stridedCopy'), fused.join());
    assertFuses(step, [x()], fused);
  }
});

test('a window across the rows of a gradient is cut out apart', () => {
  const k = tf.variable(kernel()) as tf.Variable<tf.Rank.R4>;
  const step = (a: tf.Tensor) => {
    const gradient = tf.grad((image) => convolution(image, k))(a);
    return [gradient.slice([0, 1, 2, 1], [4, 5, 3, 2]), gradient];
  };
  const fused = opsOf(fuse(graphFor(step, [x()])));
  assert.ok(fused.includes('stridedCopy'));
  assertFuses(step, [x()], fused);
});

test('a padding of ones, or of the batch, stays', () => {
  const step = (ones: number, rows: number) => (a: tf.Tensor, k: tf.Tensor) => {
    const padded = tf.pad(
      a,
      [
        [rows, 0],
        [1, 1],
        [1, 1],
        [0, 0],
      ],
      ones,
    );
    return [convolution(padded, k as tf.Tensor4D, 'valid')];
  };
  assertFuses(step(1, 0), [x(), kernel()], ['pad', 'conv2d']);
  assertFuses(step(0, 1), [x(), kernel()], ['pad', 'conv2d']);
});

test('a chain of elementwise operations in place computes the same, whatever is still needed', () => {
  const step = (a: tf.Tensor, b: tf.Tensor) => {
    const sum = a.add(b);
    const early = sum.exp();
    const late = sum.tanh().mul(early).sub(b).square();
    return [late.add(early).mul(late), late.sum()];
  };
  const batch = [random([30, 7], 30), random([30, 7], 31)];
  const direct = tf.tidy(() => step(batch[0], batch[1]).map((y) => y.dataSync()));
  const { graph, memories } = traced(step, batch);
  valuesOf(fuse(graph), memories).forEach((values, i) => {
    assert.equal(values, direct[i]);
  });
});

test('calls that nothing needs are left out, but not those that change a variable', () => {
  const counter = tf.variable(tf.zeros([2]));
  const step = (a: tf.Tensor) => {
    a.exp().log();
    counter.assign(counter.add(1));
    return [a.neg()];
  };
  assert.equal(opsOf(fuse(graphFor(step, [random([2], 1)]))), ['add', 'neg']);
});

test.run();
