import { test } from 'uvu';
import * as tf from '../../../lib/notegrad/src/engine/tf';
import { assertClose } from '../../support/close';
import { Numbers } from '../../support/native-and-cpu';
import { ENGINES, loadEngines, on } from '../../support/on-every-engine';
import { pythonWithTorch, runPython } from '../../support/python-torch';

test.before(loadEngines);

const CLOSE = { rtol: 1e-4, atol: 1e-5 };
const STEPS = 3;
const CHANNELS = 3;

interface Setting {
  readonly shape: readonly number[];
  readonly axis: number;
  readonly options?: { readonly scale?: boolean; readonly center?: boolean };
}

const settings: Record<string, Setting> = {
  rows: { shape: [5, CHANNELS], axis: -1 },
  'images, channels last': { shape: [2, 3, 2, CHANNELS], axis: -1 },
  'images, channels second': { shape: [2, CHANNELS, 3, 2], axis: 1 },
  sequences: { shape: [2, 4, CHANNELS], axis: 2 },
  volumes: { shape: [2, 2, 2, 2, CHANNELS], axis: -1 },
  'rows without a scale': { shape: [5, CHANNELS], axis: -1, options: { scale: false } },
  'rows without an offset': { shape: [5, CHANNELS], axis: -1, options: { center: false } },
};

interface Outcome {
  /** Of the last batch in training, and of it afterwards, in the order of the input's axes. */
  readonly trained: ArrayLike<number>;
  readonly inferred: ArrayLike<number>;
  readonly mean: ArrayLike<number>;
  readonly variance: ArrayLike<number>;
  /** Of Σ y·(1 … n) by the last batch. */
  readonly slopes: ArrayLike<number>;
}

const batchesOf = ({ shape }: Setting) => {
  const numbers = new Numbers(5);
  return Array.from({ length: STEPS }, () => numbers.values(shape).map((x) => 2 * x + 0.5));
};

const ramp = (size: number) => Float32Array.from({ length: size }, (_, i) => (i + 1) / size);

function ours(setting: Setting): Outcome {
  const { shape, axis, options } = setting;
  const layer = tf.layers.batchNormalization({ axis, momentum: 0.9, epsilon: 1e-5, ...options });
  const batches = batchesOf(setting).map((values) => tf.tensor(values, [...shape]));
  const apply = (x: tf.Tensor, training: boolean) => layer.apply(x, { training }) as tf.Tensor;
  const size = batches[0].size;
  for (const batch of batches.slice(0, -1)) apply(batch, true);
  const last = batches[STEPS - 1];
  const weights = tf.tensor(ramp(size), [...shape]);
  let trained: ArrayLike<number> = [];
  const slopes = tf.grad((x) => {
    const y = apply(x, true);
    trained = y.dataSync();
    return tf.sum(tf.mul(y, weights));
  })(last);
  const [mean, variance] = layer
    .getWeights()
    .slice(-2)
    .map((weight) => weight.dataSync());
  return {
    trained,
    inferred: apply(last, false).dataSync(),
    mean,
    variance,
    slopes: slopes.dataSync(),
  };
}

function theirs(python: string, all: readonly Setting[]): Outcome[] {
  const script = [
    'import json, sys, torch',
    'def outcome(shape, axis, batches, weights):',
    '    move = lambda x: x.movedim(axis, 1)',
    '    back = lambda x: x.movedim(1, axis).flatten().tolist()',
    `    norm = torch.nn.BatchNorm1d(${CHANNELS}, eps=1e-5, momentum=0.1, dtype=torch.float64)`,
    '    def apply(x):',
    '        x = move(x)',
    '        return norm(x.flatten(2) if x.dim() > 2 else x).reshape(x.shape)',
    '    tensors = [torch.tensor(b, dtype=torch.float64).reshape(shape) for b in batches]',
    '    for x in tensors[:-1]: apply(x)',
    '    x = tensors[-1].requires_grad_()',
    '    y = apply(x)',
    '    (y * move(torch.tensor(weights, dtype=torch.float64).reshape(shape))).sum().backward()',
    '    norm.eval()',
    '    return dict(trained=back(y), inferred=back(apply(x)), slopes=x.grad.flatten().tolist(),',
    '        mean=norm.running_mean.tolist(), variance=norm.running_var.tolist())',
    'print(json.dumps([outcome(*case) for case in json.loads(sys.argv[1])]))',
  ].join('\n');
  const cases = all.map((setting) => {
    const { shape, axis } = setting;
    const batches = batchesOf(setting).map((values) => Array.from(values));
    const size = batches[0].length;
    return [shape, axis < 0 ? axis + shape.length : axis, batches, Array.from(ramp(size))];
  });
  return JSON.parse(runPython(python, script, [JSON.stringify(cases)]));
}

const python = pythonWithTorch();
if (python) {
  test('outputs, slopes and running moments are those of PyTorch', async () => {
    const expected = theirs(python, Object.values(settings));
    for (const engine of ENGINES) {
      for (const [i, [name, setting]] of Object.entries(settings).entries()) {
        const actual = await on(engine, () => ours(setting));
        for (const key of ['trained', 'slopes', 'mean', 'variance', 'inferred'] as const) {
          assertClose(actual[key], expected[i][key], CLOSE, `${name} on ${engine}: ${key}`);
        }
      }
    }
  });
} else {
  console.log('skipped: PyTorch is not installed, so its batch normalisation is not compared');
}

for (const engine of ENGINES) {
  test(`the running variance takes up the unbiased estimate on ${engine}`, async () => {
    const { variance } = await on(engine, () => {
      const layer = tf.layers.batchNormalization({ momentum: 0.9 });
      layer.apply(tf.tensor2d([[1], [2], [6]]), { training: true });
      return { variance: layer.getWeights()[3].dataSync() };
    });
    // The values' squared distances from 3 are 4, 1 and 9.
    assertClose(variance, [0.9 * 1 + 0.1 * (14 / 2)], {}, engine);
  });

  test(`a batch of one value leaves the running variance as it is on ${engine}`, async () => {
    const [mean, variance] = await on(engine, () => {
      const layer = tf.layers.batchNormalization({ momentum: 0.9 });
      layer.apply(tf.tensor2d([[4]]), { training: true });
      return layer
        .getWeights()
        .slice(2)
        .map((weight) => weight.dataSync());
    });
    assertClose(mean, [0.4], {}, engine);
    assertClose(variance, [1], {}, engine);
  });
}

test('a gradient penalty through the layer is the same on all engines, wherever it was applied', async () => {
  const numbers = new Numbers(9);
  const [values, weights] = [numbers.values([4, CHANNELS]), numbers.values([4, CHANNELS])];
  const penalties = (): ArrayLike<number>[] => {
    const layer = tf.layers.batchNormalization({ epsilon: 1e-3 });
    const factors = tf.tensor(weights, [4, CHANNELS]);
    const loss = (y: tf.Tensor) => tf.sum(tf.mul(tf.square(y), factors));
    const apply = (v: tf.Tensor) => layer.apply(v, { training: true }) as tf.Tensor;
    const within = (x: tf.Tensor) => tf.sum(tf.square(tf.grad((v) => loss(apply(v)))(x)));
    const before = (x: tf.Tensor) => {
      const y = apply(x);
      const { grads } = tf.engine().gradients(() => loss(y), [x]);
      return tf.sum(tf.square(grads[0]));
    };
    const x = tf.tensor(values, [4, CHANNELS]);
    return [within, before].map((penalty) => tf.grad(penalty)(x).dataSync());
  };
  const [expected] = await on('cpu', penalties);
  for (const engine of ENGINES) {
    for (const slopes of await on(engine, penalties)) assertClose(slopes, expected, CLOSE, engine);
  }
});

test.run();
