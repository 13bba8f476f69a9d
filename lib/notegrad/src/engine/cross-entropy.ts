import { EngineError } from '../errors';
import { hasKernel, isDifferentiatedAgain } from './gradients/register';
import { refuseOutside } from './index-range';
import * as tf from './tfjs';

type Labels = tf.Tensor | tf.TensorLike;

/** tfjs's own, made of many operations each. */
const composed = { ...tf.losses, logSoftmax: tf.logSoftmax };

/**
 * The mean cross-entropy, in nats, of logits with classes given by number: PyTorch's
 * `F.cross_entropy`. No one-hot labels are made on the native engine.
 *
 * @param labels int32 (or whole numbers), shape [n]: the class of each row, from 0 to classes − 1.
 * @param logits float32, shape [n, classes].
 * @returns A scalar.
 * @throws when a label is out of range or no whole number, or the shapes do not fit.
 */
export function sparseSoftmaxCrossEntropy(labels: Labels, logits: Labels): tf.Scalar {
  return tf.tidy(() => {
    const given = tensorOf(labels);
    const classes = wholeNumbers(given);
    const scores = tensorOf(logits);
    if (scores.rank !== 2 || classes.rank !== 1 || classes.shape[0] !== scores.shape[0]) {
      throw new EngineError(
        `labels [${classes.shape}] do not fit logits [${scores.shape}]: give [n] and [n, classes]`,
      );
    }
    if (scores.size > 0 && hasKernel('SparseSoftmaxCrossEntropy')) {
      return run('SparseSoftmaxCrossEntropy', { labels: classes, logits: scores });
    }
    refuseOutside('label', given, scores.shape[1]!);
    const oneHot = tf.oneHot(classes as tf.Tensor1D, scores.shape[1]!);
    return tf.mean(tf.neg(tf.sum(tf.mul(oneHot, logSoftmax(scores)), -1)));
  });
}

/** The number that `checkLabels` in softmax.cc takes for none. */
const NO_WHOLE_NUMBER = -(2 ** 31);

/** Labels as int32: a cast alone would make a class of 0.5, and of NaN. */
function wholeNumbers(labels: tf.Tensor): tf.Tensor {
  const whole = tf.cast(labels, 'int32');
  if (labels.dtype !== 'float32') return whole;
  return tf.where(
    tf.equal(tf.cast(whole, 'float32'), labels),
    whole,
    tf.fill(labels.shape, NO_WHOLE_NUMBER, 'int32'),
  );
}

/**
 * tfjs's `logSoftmax` as one operation where the engine has it.
 *
 * @param logits float32, any rank from 1 on.
 * @param axis The last one. Default −1.
 * @returns The logarithms of the probabilities, in the logits' shape.
 * @throws when the axis is not the last.
 */
export function logSoftmax<T extends tf.Tensor>(logits: T | tf.TensorLike, axis = -1): T {
  return tf.tidy(() => {
    const scores = tensorOf(logits);
    const isLast = scores.rank > 0 && (axis === -1 || axis === scores.rank - 1);
    if (scores.dtype !== 'float32' || !isLast || !hasKernel('LogSoftmax')) {
      return composed.logSoftmax(scores as T, axis);
    }
    return run('LogSoftmax', { logits: scores }, { axis });
  });
}

type CrossEntropy = typeof tf.losses.softmaxCrossEntropy;

/** Of logits with labels, before they are weighted. */
type Losses = (labels: tf.Tensor, logits: tf.Tensor) => tf.Tensor;

/** −Σ label·log softmax(logits), a loss a row. */
const ofRows: Losses = (labels, logits) => tf.neg(tf.sum(tf.mul(labels, logSoftmax(logits)), -1));

/** −label·log σ(logit) − (1 − label)·log(1 − σ(logit)), also where the logit is exactly 0. */
const ofPlaces: Losses = (labels, logits) =>
  tf.customGrad((...given) => {
    const [z, x, save] = given as [tf.Tensor, tf.Tensor, tf.GradSaveFunc];
    save([z, x]);
    const value = tf.add(tf.sub(tf.relu(x), tf.mul(x, z)), tf.log1p(tf.exp(tf.neg(tf.abs(x)))));
    const gradFunc = (dy: tf.Tensor, [label, logit]: tf.Tensor[]) => [
      tf.neg(tf.mul(dy, logit)),
      tf.mul(dy, tf.sub(tf.sigmoid(logit), label)),
    ];
    return { value, gradFunc };
  })(labels, logits);

/**
 * `tf.losses.softmaxCrossEntropy` and `tf.losses.sigmoidCrossEntropy` as one operation forward and
 * one backward where the engine has them: same arguments, same values, and the derivatives of these.
 * (tfjs's own gradients are others for labels, and for logits where a row's labels do not add up to 1.)
 *
 * @param evenly What all labels are moved towards by label smoothing.
 */
function crossEntropy(
  name: 'softmaxCrossEntropy' | 'sigmoidCrossEntropy',
  lossesOf: Losses,
  evenly: (shape: number[]) => number,
): CrossEntropy {
  const kernelName = name[0].toUpperCase() + name.slice(1);
  return ((
    labels,
    logits,
    weights,
    labelSmoothing = 0,
    reduction = tf.Reduction.SUM_BY_NONZERO_WEIGHTS,
  ) => {
    if (!areTensorLike(labels, logits, weights)) {
      return composed[name](labels, logits, weights, labelSmoothing, reduction);
    }
    return tf.tidy(() => {
      const scores = tensorOf(logits);
      if (scores.size === 0) {
        return composed[name](labels, scores, weights, labelSmoothing, reduction);
      }
      const targets = tf.cast(tensorOf(labels), 'float32');
      tf.util.assertShapesMatch(targets.shape, scores.shape, `Error in ${name}: `);
      const smoothed = smooth(targets, labelSmoothing, evenly(targets.shape));
      const losses = hasKernel(kernelName)
        ? run(kernelName, { labels: smoothed, logits: scores })
        : lossesOf(smoothed, scores);
      return tf.losses.computeWeightedLoss(losses, weights, reduction);
    });
  }) as CrossEntropy;
}

export const softmaxCrossEntropy: CrossEntropy = crossEntropy(
  'softmaxCrossEntropy',
  ofRows,
  ([, classes]) => 1 / classes,
);
export const sigmoidCrossEntropy: CrossEntropy = crossEntropy(
  'sigmoidCrossEntropy',
  ofPlaces,
  () => 0.5,
);

/** Labels moved by the share `smoothing` towards the same value for all. */
function smooth(labels: tf.Tensor, smoothing: number, towards: number): tf.Tensor {
  if (smoothing <= 0) return labels;
  return tf.add(tf.mul(labels, 1 - smoothing), smoothing * towards);
}

tf.registerGradient({
  kernelName: 'SparseSoftmaxCrossEntropy',
  inputsToSave: ['labels', 'logits'],
  gradFunc: (given, [labels, logits]) => {
    const dy = given as tf.Tensor;
    return {
      logits: () => {
        if (!isDifferentiatedAgain()) {
          return run('SparseSoftmaxCrossEntropyGrad', { dy, labels, logits });
        }
        const [rows, classes] = logits.shape;
        const oneHot = tf.oneHot(labels as tf.Tensor1D, classes);
        return tf.mul(tf.div(dy, rows), tf.sub(tf.softmax(logits), oneHot));
      },
    };
  },
});

tf.registerGradient({
  kernelName: 'SoftmaxCrossEntropy',
  inputsToSave: ['labels', 'logits'],
  gradFunc: (given, [labels, logits]) => {
    const dy = given as tf.Tensor;
    return {
      labels: () => tf.neg(tf.mul(tf.expandDims(dy, -1), logSoftmax(logits))),
      logits: () => {
        if (!isDifferentiatedAgain()) return run('SoftmaxCrossEntropyGrad', { dy, labels, logits });
        const expected = tf.mul(tf.softmax(logits), tf.sum(labels, -1, true));
        return tf.mul(tf.expandDims(dy, -1), tf.sub(expected, labels));
      },
    };
  },
});

tf.registerGradient({
  kernelName: 'SigmoidCrossEntropy',
  inputsToSave: ['labels', 'logits'],
  gradFunc: (given, [labels, logits]) => {
    const dy = given as tf.Tensor;
    return {
      labels: () => tf.neg(tf.mul(dy, logits)),
      logits: () => {
        if (!isDifferentiatedAgain()) return run('SigmoidCrossEntropyGrad', { dy, labels, logits });
        return tf.mul(dy, tf.sub(tf.sigmoid(logits), labels));
      },
    };
  },
});

function run<T extends tf.Tensor>(
  kernelName: string,
  inputs: tf.NamedTensorMap,
  attrs: tf.NamedAttrMap = {},
): T {
  return tf.engine().runKernel(kernelName, inputs, attrs) as T;
}

function tensorOf(x: Labels): tf.Tensor {
  return x instanceof tf.Tensor ? x : tf.tensor(x);
}

/** What is not, is for tfjs itself to refuse. Weights may be missing. */
function areTensorLike(labels: unknown, logits: unknown, weights: unknown = 1): boolean {
  return [labels, logits, weights].every(
    (x) =>
      x instanceof tf.Tensor || Array.isArray(x) || ArrayBuffer.isView(x) || typeof x === 'number',
  );
}
