import type * as tf from '../tf';
import { type Call, floats, zeros } from './kernel';
import { poolingWindows } from './windows';

/**
 * The gradient of max pooling: each output's gradient goes to the first of the greatest inputs of
 * its window. `dy` [N, H', W', C], `input` [N, H, W, C] → dx [N, H, W, C].
 */
export function maxPoolGrad({ inputs: { dy, input }, attrs, backend }: Call): tf.TensorInfo {
  const windows = poolingWindows(attrs, input.shape);
  const { inChannels, inHeight, inWidth, outHeight, outWidth, padInfo } = windows;
  const { output, values: dx } = zeros(backend, input.shape);
  const [x, gradient] = [floats(backend, input), floats(backend, dy)];

  for (let n = 0; n < windows.batchSize; n++) {
    for (let yRow = 0; yRow < outHeight; yRow++) {
      const top = yRow * windows.strideHeight - padInfo.top;
      const [rowFrom, rowTo] = [Math.max(0, top), Math.min(inHeight, top + windows.filterHeight)];
      for (let yCol = 0; yCol < outWidth; yCol++) {
        const left = yCol * windows.strideWidth - padInfo.left;
        const [colFrom, colTo] = [Math.max(0, left), Math.min(inWidth, left + windows.filterWidth)];
        const y = ((n * outHeight + yRow) * outWidth + yCol) * inChannels;
        for (let c = 0; c < inChannels; c++) {
          let greatest = Number.NEGATIVE_INFINITY;
          let place = -1;
          for (let row = rowFrom; row < rowTo; row++) {
            for (let col = colFrom; col < colTo; col++) {
              const index = ((n * inHeight + row) * inWidth + col) * inChannels + c;
              if (x[index] > greatest) {
                greatest = x[index];
                place = index;
              }
            }
          }
          if (place >= 0) dx[place] += gradient[y + c];
        }
      }
    }
  }
  return output;
}
