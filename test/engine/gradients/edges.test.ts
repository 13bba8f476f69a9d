import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as tf from '../../../lib/notegrad/src/engine/tf';
import { loadWasm } from '../../../lib/notegrad/src/engine/wasm/load';
import { assertClose } from '../../support/close';
import { useNative } from '../../support/native';
import { pythonWithTorch, runPython } from '../../support/python-torch';

const { NaN: nan } = Number;
const python = pythonWithTorch();
if (!python) console.log('skipped: PyTorch is not installed, so its slopes are not compared');

const engines: Record<string, () => Promise<unknown>> = {
  native: useNative,
  wasm: async () => {
    await loadWasm();
    await tf.setBackend('wasm');
  },
  cpu: () => tf.setBackend('cpu'),
};

interface Edge {
  readonly f: (x: tf.Tensor) => tf.Tensor;
  /** The same of `x` in PyTorch, with `F` for its functions. */
  readonly torch: string;
  readonly x: number[] | number[][];
  readonly slopes: readonly number[];
}

/** Of pixels [1, H, W, 1], in PyTorch's order of axes. */
const image = (x: tf.Tensor) => tf.reshape(x, [1, x.shape[0], x.shape[1]!, 1]) as tf.Tensor4D;

/** Where a function has a corner, a tie or a hole. */
const edges: Record<string, Edge> = {
  'equal maxima share the gradient': {
    f: (x) => tf.max(x, 1),
    torch: 'x.amax(1)',
    x: [
      [1, 3, 3],
      [2, 2, 2],
    ],
    slopes: [0, 1 / 2, 1 / 2, 1 / 3, 1 / 3, 1 / 3],
  },
  'equal minima share the gradient': {
    f: (x) => tf.min(x),
    torch: 'x.amin()',
    x: [1, 4, 1, 1],
    slopes: [1 / 3, 0, 1 / 3, 1 / 3],
  },
  'two equal values share the gradient of their maximum': {
    f: (x) => tf.maximum(x, [1, 1, 1]),
    torch: 'torch.maximum(x, torch.ones(3).double())',
    x: [0, 1, 2],
    slopes: [0, 0.5, 1],
  },
  'two equal values share the gradient of their minimum': {
    f: (x) => tf.minimum([1, 1, 1], x),
    torch: 'torch.minimum(torch.ones(3).double(), x)',
    x: [0, 1, 2],
    slopes: [1, 0.5, 0],
  },
  'the first of equal pixels gets the gradient of max pooling': {
    f: (x) => tf.maxPool(image(x), 2, 2, 'valid'),
    torch: 'F.max_pool2d(x[None, None], 2)',
    x: [
      [1, 1, 5, 5],
      [1, 1, 5, 7],
    ],
    slopes: [1, 0, 0, 0, 0, 0, 0, 1],
  },
  'a NaN is the maximum of its window and gets its gradient': {
    f: (x) =>
      tf.where(
        tf.isNaN(tf.maxPool(image(x), 2, 2, 'valid')),
        tf.maxPool(image(x), 2, 2, 'valid'),
        0,
      ),
    torch: 'F.max_pool2d(x[None, None], 2)[:, :, :, :1]',
    x: [
      [1, nan, 5, 4],
      [2, 3, 2, 4],
    ],
    slopes: [0, 1, 0, 0, 0, 0, 0, 0],
  },
  'the first of equal elements are the greatest': {
    f: (x) => tf.topk(x, 2).values,
    torch: 'x.sort(descending=True, stable=True).values[:2]',
    x: [1, 3, 3, 3],
    slopes: [0, 1, 1, 0],
  },
  'the Euclidean norm of zeros has slope 0': {
    f: (x) => tf.norm(x, 2, 1),
    torch: 'x.norm(2, 1)',
    x: [
      [0, 0],
      [3, 4],
    ],
    slopes: [0, 0, 0.6, 0.8],
  },
  'the Frobenius norm of zeros has slope 0': {
    f: (x) => tf.norm(x, 'fro', [0, 1]),
    torch: "x.norm('fro')",
    x: [[0, 0]],
    slopes: [0, 0],
  },
  'what is not chosen has slope 0 though its own is infinite': {
    f: (x) => tf.where(tf.greater(x, 0), tf.sqrt(x), 0),
    torch: 'torch.where(x > 0, x.clamp(min=1e-30).sqrt(), torch.zeros(2).double())',
    x: [4, 1],
    slopes: [0.25, 0.5],
  },
  'the power 0 has slope 0 everywhere': {
    f: (x) => tf.pow(x, 0),
    torch: 'x ** 0',
    x: [0, -1, 2],
    slopes: [0, 0, 0],
  },
  'a product with zeros has the slopes of the other factors': {
    f: (x) => tf.prod(x, 1),
    torch: 'x.prod(1)',
    x: [
      [0, 2, 3],
      [0, 0, 3],
    ],
    slopes: [6, 0, 0, 0, 0, 0],
  },
  'a cumulative product with zeros has slopes': {
    f: (x) => tf.cumprod(x),
    torch: 'x.cumprod(0)',
    x: [2, 0, 3, 0],
    slopes: [1, 8, 0, 0],
  },
  'clipping has slope 1 at its ends, and ReLU 0 at 0': {
    f: (x) => tf.add(tf.clipByValue(x, -1, 1), tf.relu(tf.sub(x, 1))),
    torch: 'x.clamp(-1, 1) + (x - 1).relu()',
    x: [-2, -1, 0, 1, 2],
    slopes: [0, 1, 1, 1, 1],
  },
  'average pooling divides by what is in the image': {
    f: (x) => tf.avgPool(image(x), 2, 1, 'same'),
    torch:
      'F.avg_pool2d(F.pad(x[None, None], (0, 1, 0, 1)), 2, 1) * torch.tensor([[1., 2.], [2., 4.]])',
    x: [
      [1, 2],
      [3, 4],
    ],
    slopes: [0.25, 0.75, 0.75, 2.25],
  },
  'a reflection adds its slopes to what it mirrors': {
    f: (x) => tf.mirrorPad(x, [[2, 1]], 'reflect'),
    torch: "F.pad(x[None, None], (2, 1), mode='reflect')",
    x: [1, 2, 3],
    slopes: [1, 3, 2],
  },
  'a cast to whole numbers is a constant': {
    f: (x) => tf.mul(tf.cast(tf.cast(x, 'int32'), 'float32'), x),
    torch: 'x.int() * x',
    x: [1.5, 2.5, -3.5],
    slopes: [1, 2, -3],
  },
  'the slope of a comparison in a choice is that of the chosen': {
    f: (x) => tf.where(tf.greater(x, 1), tf.square(x), tf.neg(x)),
    torch: 'torch.where(x > 1, x ** 2, -x)',
    x: [0, 1, 2],
    slopes: [-1, -1, 4],
  },
};

if (python) {
  test('the expected slopes are those of PyTorch', () => {
    const script = [
      'import json, sys, torch, torch.nn.functional as F',
      'def slopes(expression, values):',
      '    x = torch.tensor(values, dtype=torch.float64, requires_grad=True)',
      '    eval(expression, dict(torch=torch, F=F, x=x)).sum().backward()',
      '    return [None if v != v else v for v in x.grad.flatten().tolist()]',
      'cases = json.loads(sys.argv[1].replace("null", "NaN"))',
      'print(json.dumps([slopes(*case) for case in cases]))',
    ].join('\n');
    const cases = Object.values(edges).map(({ torch, x }) => [torch, x]);
    const theirs: number[][] = JSON.parse(runPython(python, script, [JSON.stringify(cases)]));
    Object.entries(edges).forEach(([name, { slopes }], i) => {
      assertClose(theirs[i], slopes, {}, name);
    });
  });
}

for (const [engine, use] of Object.entries(engines)) {
  for (const [name, { f, x, slopes }] of Object.entries(edges)) {
    test(`${name} on ${engine}`, async () => {
      await use();
      tf.tidy(() => {
        const slope = tf.grad((v) => tf.sum(f(v)))(tf.tensor(x));
        assertClose(slope.dataSync(), slopes, {}, name);
      });
    });
  }

  test(`maxima of windows with NaN are NaN on ${engine}`, async () => {
    await use();
    tf.tidy(() => {
      const pixels = tf.tensor4d([nan, 1, 2, 3, 4, 5, 6, nan, 0, 0, 0, 0], [1, 3, 4, 1]);
      assertClose(tf.maxPool(pixels, [2, 2], 1, 'valid').dataSync(), [nan, 6, nan, 5, 6, nan]);
      const volume = tf.reshape(pixels, [1, 1, 3, 4, 1]) as tf.Tensor5D;
      const maxima = tf.maxPool3d(volume, [1, 2, 2], 1, 'valid');
      assertClose(maxima.dataSync(), [nan, 6, nan, 5, 6, nan]);
    });
  });

  test(`what has no derivative is refused by name on ${engine}`, async () => {
    await use();
    tf.tidy(() => {
      const x = tf.tensor2d([
        [1, 2],
        [3, 4],
      ]);
      assert.throws(
        () => tf.grad((v) => tf.cast(v, 'int32'))(x),
        /No gradient passes through Cast, which makes int32 of float32/,
      );
      assert.throws(() => tf.grad((v) => tf.sum(tf.cast(tf.argMax(v), 'float32')))(x), /ArgMax/);
      assert.throws(
        () =>
          tf.grad((v) =>
            tf.sum(
              tf.image.cropAndResize(
                tf.reshape(v, [1, 2, 2, 1]) as tf.Tensor4D,
                [[0, 0, 1, 1]],
                [0],
                [2, 2],
              ),
            ),
          )(x),
        /CropAndResize.*tf\.image\.resizeBilinear/,
      );
      assert.throws(() => tf.grad((v) => tf.complex(v, v))(x), /complex result has no gradient/);
      const rows = tf.tensor2d([[0], [0]], [2, 1], 'int32');
      assert.throws(
        () => tf.grad((v) => tf.tensorScatterUpdate(x, rows, v))(x),
        /writes to \[0\] more than once/,
      );
    });
    const weight = tf.variable(tf.scalar(1.5));
    assert.throws(
      () =>
        tf.variableGrads(() => tf.sum(tf.cast(tf.cast(weight, 'int32'), 'float32')) as tf.Scalar),
      /Cast/,
    );
    weight.dispose();
  });

  test(`a gradient may be taken while another one is computed on ${engine}`, async () => {
    await use();
    tf.tidy(() => {
      const cube = tf.customGrad((...given) => {
        const [x, save] = given as [tf.Tensor, tf.GradSaveFunc];
        save([x]);
        const gradFunc = (dy: tf.Tensor, [v]: tf.Tensor[]) => tf.grad((w) => tf.pow(w, 3))(v, dy);
        return { value: tf.pow(x, 3), gradFunc };
      });
      const x = tf.tensor1d([1, 2]);
      assertClose(
        tf
          .grad((v) => tf.mul(cube(v), 2))(x)
          .dataSync(),
        [6, 24],
      );
      assertClose(
        tf
          .grad((v) => tf.grad((w) => cube(w))(v))(x)
          .dataSync(),
        [6, 12],
      );
    });
  });
}

test.run();
