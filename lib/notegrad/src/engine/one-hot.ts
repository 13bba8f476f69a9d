import * as tf from './tf';

/**
 * Class ids [count] as rows with a single 1: [count, numClasses], float32. Of an id out of range `tf.oneHot`
 * makes a row without one, as of no class at all.
 *
 * @throws when an id is not from 0 to numClasses − 1
 */
export function oneHotRows(ids: tf.Tensor1D, numClasses: number): tf.Tensor2D {
  return tf.tidy(() => {
    // `gather` refuses ids out of range on every engine.
    const zeros = tf.gather(tf.zeros([numClasses]), ids);
    return tf.add(tf.oneHot(ids, numClasses), tf.expandDims(zeros, 1)) as tf.Tensor2D;
  });
}
