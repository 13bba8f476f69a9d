import { addBilinearGradient, addNearestGradient, type ResizeOptions } from '../resize-gradient';
import type * as tf from '../tf';
import { type Call, floats, type Kernel, zeros } from './kernel';

/** The gradient of resizing to the nearest pixel, right for more than one image. */
export const nearestResizeGradient: Kernel = (call) => resizeGradient(call, addNearestGradient);

/** The gradient of bilinear resizing. */
export const bilinearResizeGradient: Kernel = (call) => resizeGradient(call, addBilinearGradient);

function resizeGradient(
  { inputs: { dy, images }, attrs, backend }: Call,
  addGradient: typeof addNearestGradient,
): tf.TensorInfo {
  const { alignCorners, halfPixelCenters } = attrs as unknown as ResizeOptions;
  const { output, values } = zeros(backend, images.shape);
  addGradient(values, {
    shape: images.shape,
    yShape: dy.shape,
    dy: floats(backend, dy),
    alignCorners,
    halfPixelCenters,
  });
  return output;
}
