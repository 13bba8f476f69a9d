import { checkFunctions } from '../checks';
import { EngineError } from '../errors';
import { NativeBackend } from './native/backend/native-backend';
import * as tf from './tf';

/**
 * A float32 scalar of a number that JavaScript changes from step to step, for steps that are promised
 * to be pure (`compile: true`): where those are replayed, the number is read anew. Elsewhere it is
 * `tf.scalar(read())`.
 *
 * ```ts
 * step: gradientStep(optimizer, ({ x }) => reconstruction(x).add(live(() => beta).mul(divergence(x))))
 * ```
 */
export function live(read: () => number): tf.Scalar {
  checkFunctions({ read }, EngineError);
  const backend = tf.backend();
  return backend instanceof NativeBackend
    ? (backend.tensorOf(backend.live(read)) as tf.Scalar)
    : tf.scalar(read());
}
