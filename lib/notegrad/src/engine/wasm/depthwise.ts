import type * as tf from '../tf';
import { type Call, floats, zeros } from './kernel';
import { convolutionWindows, type Shape4D, type Windows } from './windows';

type Multiply = (filter: number, x: number, dy: number) => void;

/** dW of a depthwise convolution: `x` [N, H, W, C], `dy` [N, H', W', C·m] → [kh, kw, C, m]. */
export function depthwiseBackpropFilter({
  inputs: { x, dy },
  attrs,
  backend,
}: Call): tf.TensorInfo {
  const windows = convolutionWindows(attrs, x.shape, attrs.filterShape as Shape4D, true);
  const { output, values: dW } = zeros(backend, windows.filterShape);
  const [xValues, dyValues] = [floats(backend, x), floats(backend, dy)];
  const { inChannels, outChannels } = windows;
  const multiplier = outChannels / inChannels;
  forEachTap(windows, (w, from, to) => {
    for (let c = 0, k = 0; c < inChannels; c++) {
      for (let m = 0; m < multiplier; m++, k++) {
        dW[w + k] += xValues[from + c] * dyValues[to + k];
      }
    }
  });
  return output;
}

/** dx of a depthwise convolution: `dy` [N, H', W', C·m], `filter` [kh, kw, C, m] → [N, H, W, C]. */
export function depthwiseBackpropInput({
  inputs: { dy, filter },
  attrs,
  backend,
}: Call): tf.TensorInfo {
  const windows = convolutionWindows(attrs, attrs.inputShape as Shape4D, filter.shape, true);
  const { output, values: dx } = zeros(backend, windows.inShape);
  const [weights, dyValues] = [floats(backend, filter), floats(backend, dy)];
  const { inChannels, outChannels } = windows;
  const multiplier = outChannels / inChannels;
  forEachTap(windows, (w, from, to) => {
    for (let c = 0, k = 0; c < inChannels; c++) {
      for (let m = 0; m < multiplier; m++, k++) {
        dx[from + c] += weights[w + k] * dyValues[to + k];
      }
    }
  });
  return output;
}

/** Calls `multiply` with the first places of filter, x and dy of each tap at each pixel of dy. */
function forEachTap(windows: Windows, multiply: Multiply): void {
  const { inChannels, outChannels, inHeight, inWidth, outHeight, outWidth, padInfo } = windows;
  for (let n = 0; n < windows.batchSize; n++) {
    for (let yRow = 0; yRow < outHeight; yRow++) {
      for (let yCol = 0; yCol < outWidth; yCol++) {
        const to = ((n * outHeight + yRow) * outWidth + yCol) * outChannels;
        for (let i = 0; i < windows.filterHeight; i++) {
          const row = yRow * windows.strideHeight + i * windows.dilationHeight - padInfo.top;
          if (row < 0 || row >= inHeight) continue;
          for (let j = 0; j < windows.filterWidth; j++) {
            const col = yCol * windows.strideWidth + j * windows.dilationWidth - padInfo.left;
            if (col < 0 || col >= inWidth) continue;
            const from = ((n * inHeight + row) * inWidth + col) * inChannels;
            multiply((i * windows.filterWidth + j) * outChannels, from, to);
          }
        }
      }
    }
  }
}
