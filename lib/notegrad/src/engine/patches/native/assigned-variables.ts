import { NativeBackend } from '../../native/backend/native-backend';
import * as tf from '../../tf';
import type { Patch } from '../patch';

/** Lets a trace know what variables were before they are assigned, in case it fails. */
export const assignedVariables: Patch = {
  changes: ['Variable.prototype.assign'],
  apply() {
    const { prototype } = tf.Variable;
    const { assign } = prototype;
    prototype.assign = function (this: tf.Variable, value) {
      const backend = tf.backend();
      if (backend instanceof NativeBackend) backend.trace?.assigns(this);
      assign.call(this, value);
    };
  },
};
