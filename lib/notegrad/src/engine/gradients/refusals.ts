const WITHOUT =
  'Compute it outside of the function that is differentiated, or write its gradient with tf.customGrad.';

/** What to write in the place of operations that have no gradient, by kernel. */
const byKernel: Readonly<Record<string, string>> = {
  CropAndResize: 'Cut the boxes out with tf.slice and resize them with tf.image.resizeBilinear.',
  DenseBincount: 'Add the weights up with tf.unsortedSegmentSum instead.',
  Bincount: 'Add the weights up with tf.unsortedSegmentSum instead.',
  RaggedGather: 'Take the rows with tf.gather instead.',
  RotateWithOffset: 'Rotate the images before the step, or take the pixels with tf.gatherND.',
  SparseSegmentMean: 'Take the rows with tf.gather and average them with tf.unsortedSegmentSum.',
  SparseSegmentSum: 'Take the rows with tf.gather and add them up with tf.unsortedSegmentSum.',
  Transform: 'Transform the images before the step, or take the pixels with tf.gatherND.',
  Unique: 'Take the indices that it finds, and the elements with tf.gather.',
};

/** One sentence on what to write instead of an operation that has no gradient. */
export function instead(kernelName: string): string {
  return byKernel[kernelName] ?? WITHOUT;
}
