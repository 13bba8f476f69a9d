import * as tf from '../tf';
import { type Call, floats, zeros } from './kernel';

type Shape4D = [number, number, number, number];
type Multiply = (filter: number, x: number, dy: number) => void;

/** dW of a depthwise convolution: `x` [N, H, W, C], `dy` [N, H', W', C·m] → [kh, kw, C, m]. */
export function depthwiseBackpropFilter({
  inputs: { x, dy },
  attrs,
  backend,
}: Call): tf.TensorInfo {
  const info = depthwiseInfo(attrs, x.shape as Shape4D, attrs.filterShape as Shape4D);
  const { output, values: dW } = zeros(backend, info.filterShape);
  const [xValues, dyValues] = [floats(backend, x), floats(backend, dy)];
  forEachProduct(info, (w, from, to) => {
    dW[w] += xValues[from] * dyValues[to];
  });
  return output;
}

/** dx of a depthwise convolution: `dy` [N, H', W', C·m], `filter` [kh, kw, C, m] → [N, H, W, C]. */
export function depthwiseBackpropInput({
  inputs: { dy, filter },
  attrs,
  backend,
}: Call): tf.TensorInfo {
  const info = depthwiseInfo(attrs, attrs.inputShape as Shape4D, filter.shape as Shape4D);
  const { output, values: dx } = zeros(backend, info.inShape);
  const [weights, dyValues] = [floats(backend, filter), floats(backend, dy)];
  forEachProduct(info, (w, from, to) => {
    dx[from] += weights[w] * dyValues[to];
  });
  return output;
}

function depthwiseInfo(
  attrs: Call['attrs'],
  inputShape: Shape4D,
  filterShape: Shape4D,
): tf.backend_util.Conv2DInfo {
  const { strides, dilations, pad, dimRoundingMode } = attrs as {
    strides: [number, number];
    dilations: [number, number];
    pad: 'same' | 'valid' | number;
    dimRoundingMode?: 'floor' | 'round' | 'ceil';
  };
  return tf.backend_util.computeConv2DInfo(
    inputShape,
    filterShape,
    strides,
    dilations,
    pad,
    dimRoundingMode,
    true,
  );
}

/** Calls `multiply` with the places of filter, x and dy of each product that the forward pass sums. */
function forEachProduct(info: tf.backend_util.Conv2DInfo, multiply: Multiply): void {
  const { inChannels, outChannels, inHeight, inWidth, outHeight, outWidth, padInfo } = info;
  const multiplier = outChannels / inChannels;
  for (let n = 0; n < info.batchSize; n++) {
    for (let yRow = 0; yRow < outHeight; yRow++) {
      for (let i = 0; i < info.filterHeight; i++) {
        const row = yRow * info.strideHeight + i * info.dilationHeight - padInfo.top;
        if (row < 0 || row >= inHeight) continue;
        for (let yCol = 0; yCol < outWidth; yCol++) {
          for (let j = 0; j < info.filterWidth; j++) {
            const col = yCol * info.strideWidth + j * info.dilationWidth - padInfo.left;
            if (col < 0 || col >= inWidth) continue;
            const w = (i * info.filterWidth + j) * outChannels;
            const from = ((n * inHeight + row) * inWidth + col) * inChannels;
            const to = ((n * outHeight + yRow) * outWidth + yCol) * outChannels;
            for (let c = 0; c < inChannels; c++) {
              for (let m = 0; m < multiplier; m++) {
                const k = c * multiplier + m;
                multiply(w + k, from + c, to + k);
              }
            }
          }
        }
      }
    }
  }
}
