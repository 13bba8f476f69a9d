import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as tf from '../../lib/notegrad/src/engine/tf';
import { denseGan } from '../../lib/notegrad/src/models/gan';
import { forward, type Model, predict } from '../../lib/notegrad/src/models/model';
import { gradientStep } from '../../lib/notegrad/src/train/fit';
import { evaluate } from '../../lib/notegrad/src/train/metrics';
import { sgd } from '../../lib/notegrad/src/train/optimizers';

/** Ones in training mode become 0 or 2; in inference mode they stay. */
function dropping(): Model<tf.Tensor2D, tf.Tensor2D> {
  return tf.sequential({
    layers: [
      tf.layers.dense({
        units: 64,
        inputShape: [64],
        useBias: false,
        kernelInitializer: 'identity',
      }),
      tf.layers.dropout({ rate: 0.5 }),
    ],
  });
}

const ones = tf.ones<tf.Rank.R2>([1, 64]);
const isDropped = (y: tf.Tensor) => [...y.dataSync()].some((value) => value !== 1);

/** Whether `compute` is in training mode, there where it is called. */
const places: Record<string, (compute: () => tf.Tensor) => boolean> = {
  'in a gradient step': (compute) => inGradient(compute, 'step'),
  'in optimizer.minimize': (compute) => inGradient(compute, 'minimize'),
  'in tf.grad': (compute) => inGradient(compute, 'grad'),
  'outside of gradients': (compute) => tf.tidy(() => isDropped(compute())),
  'in evaluate': (compute) => {
    let found = false;
    evaluate([{ x: tf.ones([1]) }], () => {
      found = isDropped(compute());
      return {};
    });
    return found;
  },
};

function inGradient(compute: () => tf.Tensor, how: 'step' | 'minimize' | 'grad'): boolean {
  const weight = tf.variable(tf.scalar(1));
  let found = false;
  const loss = () => {
    found = isDropped(compute());
    return weight.square() as tf.Scalar;
  };
  tf.tidy(() => {
    if (how === 'step') gradientStep<tf.TensorContainerObject>(sgd(), loss, [weight])({});
    if (how === 'minimize') sgd().minimize(loss, false, [weight]);
    if (how === 'grad') tf.grad((x) => loss().mul(x))(tf.scalar(1));
  });
  weight.dispose();
  return found;
}

for (const [place, isTraining] of Object.entries(places)) {
  const trains = !/outside|evaluate/.test(place);
  test(`${place} forward is ${trains ? '' : 'not '}in training mode, and predict never`, () => {
    const model = dropping();
    assert.is(
      isTraining(() => forward(model, ones)),
      trains,
    );
    assert.is(
      isTraining(() => predict(model, ones)),
      false,
    );
    for (const training of [true, false]) {
      assert.is(
        isTraining(() => forward(model, ones, { training })),
        training,
      );
    }
    model.dispose();
  });
}

test('a gradient passes through predict, which drops nothing', () => {
  const model = dropping();
  const slopes = tf.grad((x) => predict(model, x as tf.Tensor2D).sum())(ones);
  assert.equal([...slopes.dataSync()], Array(64).fill(1));
  model.dispose();
});

test('the methods of a GAN are in training mode where forward is', () => {
  const gan = denseGan({ inputShape: [2, 2, 1], latentDim: 2, hiddenSizes: [64], dropout: 0.5 });
  const x = tf.ones([1, 2, 2, 1]);
  const judge = () => gan.discriminate(x).dataSync()[0];
  const calm = judge();
  assert.is(judge(), calm);
  const judged: number[] = [];
  for (let i = 0; i < 2; i++) {
    tf.tidy(() =>
      tf.grad((y) => {
        const logits = gan.discriminate(x);
        judged.push(logits.dataSync()[0]);
        return logits.mul(y);
      })(tf.scalar(1)),
    );
  }
  assert.not.equal(judged, [calm, calm]);
  assert.is(judge(), calm);
  gan.dispose();
});

test.run();
