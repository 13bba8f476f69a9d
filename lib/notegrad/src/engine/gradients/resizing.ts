import * as tf from '../tfjs';
import { run } from './register';

/** Resizing is linear: the gradient of its gradient is resizing again. */
function ofGradient(backward: string, forward: string): tf.GradConfig {
  return {
    kernelName: backward,
    inputsToSave: ['dy', 'images'],
    gradFunc: (ddx, [dy, images], { alignCorners, halfPixelCenters }) => ({
      dy: () =>
        run(
          forward,
          { images: ddx as tf.Tensor },
          { alignCorners, halfPixelCenters, size: dy.shape.slice(1, 3) },
        ),
      images: () => tf.zeros(images.shape),
    }),
  };
}

export const resizingGradients: tf.GradConfig[] = [
  ofGradient(tf.ResizeBilinearGrad, tf.ResizeBilinear),
  ofGradient(tf.ResizeNearestNeighborGrad, tf.ResizeNearestNeighbor),
];
