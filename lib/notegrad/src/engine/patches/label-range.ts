import * as tf from '../tfjs';
import type { Patch } from './patch';

type Loss = (labels: tf.Tensor, output: tf.Tensor) => tf.Tensor;

interface Compiled {
  lossFunctions: Loss[];
}

/**
 * Has the layers' sparse cross-entropy refuse a label that is no class of the output. tfjs makes a row
 * of zeros of it, which costs nothing and teaches nothing.
 */
export const labelRange: Patch = {
  changes: ['LayersModel.prototype.compile'],
  apply() {
    const { prototype } = tf.LayersModel;
    const { compile } = prototype;
    prototype.compile = function (this: tf.LayersModel & Compiled, args) {
      compile.call(this, args);
      this.lossFunctions = this.lossFunctions.map((loss) =>
        isSparse(loss) ? checked(loss) : loss,
      );
    };
  },
};

function isSparse({ name }: Loss): boolean {
  return name.startsWith('sparseCategoricalCrossentropy');
}

/** The operation that looks at the labels is part of the loss, to which it adds nothing. */
function checked(loss: Loss): Loss {
  return (labels, output) =>
    tf.tidy(() => {
      const classes = tf.cast(tf.reshape(labels, [-1]), 'int32');
      const nothing = tf.sum(tf.gather(tf.zeros([output.shape.at(-1)!]), classes));
      return tf.add(loss(labels, output), nothing);
    });
}
