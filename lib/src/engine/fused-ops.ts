import type * as core from '@tensorflow/tfjs-core';
import { add, conv2d, depthwiseConv2d, engine, matMul, type Tensor } from '@tensorflow/tfjs-core';

type Fused = typeof core.fused;

interface Epilogue {
  readonly bias?: core.Tensor | core.TensorLike;
  readonly activation?: string;
}

/**
 * tfjs's fused operations, which are the plain ones where gradients are taken: tfjs gives the fused
 * ones a custom gradient, which has no second derivative, and of which nobody can tell whether it does
 * the same at each step. The values are the same.
 */
export function composedWhereDifferentiated(fused: Fused): Fused {
  return {
    ...fused,
    matMul: (options) => {
      if (!isPlain(options)) return fused.matMul(options);
      const { a, b, transposeA, transposeB } = options;
      return withBias(matMul(a, b, transposeA, transposeB), options);
    },
    conv2d: (options) => {
      if (!isPlain(options)) return fused.conv2d(options);
      const { x, filter, strides, pad, dataFormat, dilations, dimRoundingMode } = options;
      const y = conv2d(x, filter, strides, pad, dataFormat, dilations, dimRoundingMode);
      return withBias(y, options);
    },
    depthwiseConv2d: (options) => {
      if (!isPlain(options)) return fused.depthwiseConv2d(options);
      const { x, filter, strides, pad, dataFormat, dilations, dimRoundingMode } = options;
      const y = depthwiseConv2d(x, filter, strides, pad, dataFormat, dilations, dimRoundingMode);
      return withBias(y, options);
    },
  };
}

function isPlain({ activation = 'linear' }: Epilogue): boolean {
  return engine().state.gradientDepth > 0 && activation === 'linear';
}

function withBias<T extends Tensor>(y: T, { bias }: Epilogue): T {
  return bias == null ? y : add(y, bias);
}
