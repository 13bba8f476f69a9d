import * as tf from '../../tf';
import { NativeBackend } from '../backend';

let noted = false;

/** Lets a trace know what variables were before they are assigned, in case it fails. */
export function noteAssignedVariables(): void {
  if (noted) return;
  noted = true;
  const { prototype } = tf.Variable;
  const { assign } = prototype;
  prototype.assign = function (this: tf.Variable, value) {
    const backend = tf.backend();
    if (backend instanceof NativeBackend) backend.trace?.assigns(this);
    assign.call(this, value);
  };
}
