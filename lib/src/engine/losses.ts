import * as tf from '@tensorflow/tfjs';

type Labels = tf.Tensor | tf.TensorLike;

/** tfjs's own, made of many operations each. */
const composed = { ...tf.losses, logSoftmax: tf.logSoftmax };

/**
 * The mean cross-entropy, in nats, of logits with classes given by number: PyTorch's
 * `F.cross_entropy`. No one-hot labels are made on the native engine.
 *
 * @param labels int32, shape [n]: the class of each row, from 0 to classes − 1.
 * @param logits float32, shape [n, classes].
 * @returns A scalar.
 * @throws when a label is out of range (on the native engine) or the shapes do not fit.
 */
export function sparseSoftmaxCrossEntropy(labels: Labels, logits: Labels): tf.Scalar {
  return tf.tidy(() => {
    const classes = tf.cast(tensorOf(labels), 'int32');
    const scores = tensorOf(logits);
    if (scores.rank !== 2 || classes.rank !== 1 || classes.shape[0] !== scores.shape[0]) {
      throw new Error(
        `labels [${classes.shape}] do not fit logits [${scores.shape}]: give [n] and [n, classes]`,
      );
    }
    if (scores.size > 0 && isKernelThere('SparseSoftmaxCrossEntropy')) {
      return run('SparseSoftmaxCrossEntropy', { labels: classes, logits: scores });
    }
    const oneHot = tf.oneHot(classes as tf.Tensor1D, scores.shape[1]!);
    return tf.mean(tf.neg(tf.sum(tf.mul(oneHot, logSoftmax(scores)), -1)));
  });
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
    if (scores.dtype !== 'float32' || !isLast || !isKernelThere('LogSoftmax')) {
      return composed.logSoftmax(scores as T, axis);
    }
    return run('LogSoftmax', { logits: scores }, { axis });
  });
}

type CrossEntropy = typeof tf.losses.softmaxCrossEntropy;

/**
 * `tf.losses.softmaxCrossEntropy` and `tf.losses.sigmoidCrossEntropy` as one operation forward and
 * one backward where the engine has them: same arguments, same values. The latter's gradient at a
 * logit of exactly 0 is the true one, σ(0) − label.
 *
 * @param evenly What all labels are moved towards by label smoothing.
 */
function crossEntropy(
  name: 'softmaxCrossEntropy' | 'sigmoidCrossEntropy',
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
    if (!isKernelThere(kernelName) || !areTensorLike(labels, logits, weights)) {
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
      const losses = run(kernelName, { labels: smoothed, logits: scores });
      return tf.losses.computeWeightedLoss(losses, weights, reduction);
    });
  }) as CrossEntropy;
}

tf.losses.softmaxCrossEntropy = crossEntropy('softmaxCrossEntropy', ([, classes]) => 1 / classes);
tf.losses.sigmoidCrossEntropy = crossEntropy('sigmoidCrossEntropy', () => 0.5);

/** Labels moved by the share `smoothing` towards the same value for all. */
function smooth(labels: tf.Tensor, smoothing: number, towards: number): tf.Tensor {
  if (smoothing <= 0) return labels;
  return tf.add(tf.mul(labels, 1 - smoothing), smoothing * towards);
}

tf.registerGradient({
  kernelName: 'SparseSoftmaxCrossEntropy',
  inputsToSave: ['labels', 'logits'],
  gradFunc: (dy, [labels, logits]) => ({
    logits: () => run('SparseSoftmaxCrossEntropyGrad', { dy: dy as tf.Tensor, labels, logits }),
  }),
});

/** As tfjs has it, the labels' own gradient is labels − softmax(logits). */
tf.registerGradient({
  kernelName: 'SoftmaxCrossEntropy',
  inputsToSave: ['labels', 'logits'],
  gradFunc: (dy, [labels, logits]) => {
    const logitsGrad = () =>
      run('SoftmaxCrossEntropyGrad', { dy: dy as tf.Tensor, labels, logits });
    return { labels: () => tf.neg(logitsGrad()), logits: logitsGrad };
  },
});

tf.registerGradient({
  kernelName: 'SigmoidCrossEntropy',
  inputsToSave: ['labels', 'logits'],
  gradFunc: (dy, [labels, logits]) => ({
    labels: () => tf.neg(tf.mul(dy as tf.Tensor, logits)),
    logits: () => run('SigmoidCrossEntropyGrad', { dy: dy as tf.Tensor, labels, logits }),
  }),
});

function isKernelThere(kernelName: string): boolean {
  return tf.getKernel(kernelName, tf.getBackend()) != null;
}

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
