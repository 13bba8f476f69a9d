/** Where the library computes something else than tfjs 4.22, and why. */
export interface Difference {
  /** As `tf` names it. */
  readonly op: string;
  readonly tfjs: string;
  readonly ours: string;
  readonly why: string;
}

const derivative = 'it is the derivative of what is computed forward';
const pytorch = 'as in PyTorch';

/**
 * Every difference on purpose, on the engines native, wasm and cpu. What tfjs refuses and we compute is
 * here too, because a program may have been written around it.
 */
export const differences: readonly Difference[] = [
  {
    op: 'second derivatives',
    tfjs: 'leave out, without a word, what passes through a saved output (tanh, sigmoid, exp, …)',
    ours: 'are complete, to any order',
    why: 'what an operation saves of its outputs comes after it on the tape',
  },
  {
    op: 'second derivatives of convolutions, pooling, resizing, elu, softmax, batchNorm, losses',
    tfjs: 'are refused',
    ours: 'are computed',
    why: 'gradient penalties need them',
  },
  {
    op: 'cast to int32 or bool',
    tfjs: 'passes the gradient on unchanged',
    ours: 'a constant: no gradient, refused where nothing else leads to the result',
    why: `a step has slope 0 almost everywhere; ${pytorch}`,
  },
  {
    op: 'argMax, argMin, isNaN, isInf, isFinite, greaterEqual, …',
    tfjs: 'a gradient of zeros from some, a refusal from others (where, greater, …)',
    ours: 'constants: no gradient, refused by name where nothing else leads to the result',
    why: pytorch,
  },
  {
    op: 'max, min',
    tfjs: 'each of several equal elements gets the whole gradient',
    ours: 'they share it equally',
    why: `otherwise it is no subgradient; ${pytorch} (amax)`,
  },
  {
    op: 'maximum, minimum',
    tfjs: 'of two equal values the first gets the gradient; broadcasting is refused',
    ours: 'they share it equally; broadcast',
    why: pytorch,
  },
  {
    op: 'maxPool, maxPool3d',
    tfjs: 'passes over NaN; maxPool3d gives the gradient to a wrong pixel of oblong windows',
    ours: 'NaN is greater than all; of equal pixels the first gets the gradient',
    why: `a run that failed must not look well; ${pytorch}`,
  },
  {
    op: 'avgPool, avgPool3d with padding',
    tfjs: 'the gradient is divided by the whole window',
    ours: 'by the pixels of the window that are in the image',
    why: derivative,
  },
  {
    op: 'cumsum',
    tfjs: 'the gradient off the last axis has its axes swapped',
    ours: 'right for every axis',
    why: derivative,
  },
  {
    op: 'cumsum, cumprod along a negative axis on cpu and wasm',
    tfjs: 'an empty result, or one beyond the memory',
    ours: 'the axis counted from the end',
    why: 'as documented',
  },
  {
    op: 'mirrorPad',
    tfjs: 'the gradient leaves out the border',
    ours: 'the border’s gradient goes to the elements that it mirrors',
    why: derivative,
  },
  {
    op: 'norm (Euclidean, Frobenius) of zeros',
    tfjs: 'a gradient of NaN',
    ours: 'of 0',
    why: `the smallest subgradient; ${pytorch}`,
  },
  {
    op: 'pow to the power 0 of 0',
    tfjs: 'a gradient of NaN',
    ours: 'of 0',
    why: 'it is 1 for all bases',
  },
  {
    op: 'where',
    tfjs: 'the gradient of what is not chosen is 0 times that of the result: NaN where this is infinite',
    ours: 'exactly 0',
    why: pytorch,
  },
  {
    op: 'squaredDifference, matMul, fused.matMul, prelu broadcast',
    tfjs: 'gradients are refused',
    ours: 'are computed',
    why: derivative,
  },
  {
    op: 'matMul whose batches are both broadcast, on cpu',
    tfjs: 'pairs the wrong matrices',
    ours: 'broadcasts as NumPy does',
    why: 'as documented',
  },
  {
    op: 'complex tensors',
    tfjs: 'broadcast they are NaN; they have no gradients, or half of one',
    ours: 'broadcast; gradients of real and imaginary part as one complex tensor',
    why: `fft, rfft and abs can be trained through; ${pytorch}`,
  },
  {
    op: 'dilated conv2d, conv1d, conv3d, depthwiseConv2d, separableConv2d',
    tfjs: 'gradients are refused',
    ours: 'are computed, by a filter with zeros between its taps',
    why: derivative,
  },
  {
    op: 'conv2d, maxPool, avgPool with dimRoundingMode',
    tfjs: 'the gradient rounds differently from the result',
    ours: 'as the result',
    why: derivative,
  },
  {
    op: 'einsum, topk, stridedSlice, gatherND, scatterND, tensorScatterUpdate, sparseToDense, diag, …',
    tfjs: 'no gradients: also of cumprod, depthToSpace, maxPoolWithArgmax, image.flipLeftRight',
    ours: 'are computed; topk’s go to the elements that come first among equals',
    why: 'PyTorch has them',
  },
  {
    op: 'einsum with a label in one operand only, or a scalar',
    tfjs: 'a result of a wrong shape, or a refusal',
    ours: 'the sum over that label',
    why: 'as documented',
  },
  {
    op: 'stridedSlice that loses an axis, with strides, on cpu and wasm',
    tfjs: 'takes the strides of other axes',
    ours: 'takes its own',
    why: 'as documented',
  },
  {
    op: 'tile and broadcastTo of more than four axes, unstack and split into one piece',
    tfjs: 'gradients are refused',
    ours: 'are computed',
    why: derivative,
  },
  {
    op: 'batchNorm without scale, or with moments that are no vectors',
    tfjs: 'no gradient; values along the last axis whatever the shape, on cpu and wasm',
    ours: 'gradients; broadcast',
    why: 'as documented',
  },
  {
    op: 'layers.batchNormalization',
    tfjs: 'the running variance is that of the batch',
    ours: 'is the unbiased estimate, n/(n − 1) times that; a batch of one leaves it as it is',
    why: pytorch,
  },
  {
    op: 'losses.softmaxCrossEntropy',
    tfjs: 'the gradients of labels, and of logits where labels do not add up to 1, are others',
    ours: 'are those of the loss',
    why: derivative,
  },
  {
    op: 'resizeBilinear, resizeNearestNeighbor',
    tfjs: 'gradients of several images or of other heights than widths are mixed up',
    ours: 'are right',
    why: derivative,
  },
  {
    op: 'layer.trainable',
    tfjs: 'is lost for layers without weights yet, recurrent layers, wrappers and all of tf.sequential',
    ours: 'holds; a compiled model trains what was trainable then, but for layers frozen since',
    why: 'as in Keras',
  },
  {
    op: 'kernelConstraint and other constraints',
    tfjs: 'have no effect in training',
    ours: 'hold after each update of a compiled model',
    why: 'as documented',
  },
  {
    op: 'layers.resizing, randomWidth, centerCrop',
    tfjs: 'do not work within a model; centerCrop has no gradient',
    ours: 'work, with gradients',
    why: 'as documented',
  },
  {
    op: 'model.save of separableConv2d with a depth multiplier, or of the activation gelu_new',
    tfjs: 'writes what cannot be loaded',
    ours: 'can be loaded',
    why: 'as documented',
  },
  {
    op: 'util.shuffle, model.fit and Dataset.shuffle without a seed',
    tfjs: 'follow Math.random or the clock',
    ours: 'follow seedRandom',
    why: 'a run can be repeated',
  },
  {
    op: 'the first operation, tf.ready()',
    tfjs: 'take plain JavaScript',
    ours: 'choose the engine, or say that `await engine()` must come first',
    why: 'it is a thousand times quicker',
  },
  {
    op: 'a disposed tensor',
    tfjs: 'Tensor is disposed, or an error within',
    ours: 'named with operation, argument, shape and what disposes of tensors',
    why: 'the reader knows what to change',
  },
  {
    op: 'fused.matMul on wasm',
    tfjs: 'a matrix in another shape is taken for its first; bias and bounds count once for every 48 rows',
    ours: 'right',
    why: 'as documented',
  },
  {
    op: "the layers' sparseCategoricalCrossentropy",
    tfjs: 'a label that is no class costs nothing',
    ours: 'is refused',
    why: `it would teach nothing, without a word; ${pytorch}`,
  },
  {
    op: 'maxPool3d, dilation2d and the gradients of conv3d on wasm',
    tfjs: 'a maximum is never below 0; windows are left out',
    ours: "cpu's",
    why: 'as documented',
  },
];

/** What is as in tfjs though PyTorch has it otherwise, where no derivative exists. */
export const conventions: readonly Difference[] = [
  {
    op: 'abs at 0',
    tfjs: 'slope −1',
    ours: 'slope −1',
    why:
      'a subgradient; binary cross-entropy of the layers is made of relu and abs, and has its true ' +
      'slope at a logit of 0 only so (PyTorch: 0)',
  },
  {
    op: 'pow: the slope by the exponent for bases that are not positive',
    tfjs: '0',
    ours: '0',
    why: 'there is no derivative (PyTorch: NaN for negative bases)',
  },
  {
    op: 'relu, relu6, clipByValue at their corners',
    tfjs: '0 at relu’s 0; 1 at relu6’s 6 and at both ends of clipByValue',
    ours: 'the same',
    why: 'subgradients (PyTorch: 0 at relu6’s 6, else the same)',
  },
  {
    op: 'oneHot of an index out of range',
    tfjs: 'a row without a 1',
    ours: 'the same; `oneHot`, `crossEntropy` and `sparseSoftmaxCrossEntropy` of notegrad refuse it',
    why: 'tfjs and TensorFlow document it',
  },
];
