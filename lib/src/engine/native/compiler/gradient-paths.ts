import * as tf from '../../tf';
import type { Values } from '../addon';
import { NativeBackend } from '../backend';
import type { Value } from './call';
import { sameSignature, type TapeNode, type TapeSignature, tapeSignature } from './tape-signature';
import type { TraceNode } from './trace-tree';

/** The calls that the gradient of a tape is made of: from one node of the traces to another. */
export interface GradientPath {
  readonly signature: TapeSignature;
  readonly end: TraceNode;
  /** What is met on the way, in order. */
  readonly met: readonly Value[];
  /** The values of those that JavaScript made there. */
  readonly made: readonly (Values | undefined)[];
  readonly gradients: readonly (Gradient | null)[];
}

interface Gradient {
  readonly id: number;
  readonly shape: number[];
}

type Differentiated = () => tf.Tensor;
interface ValueAndGradients {
  value: tf.Tensor;
  grads: (tf.Tensor | undefined)[];
}

/** What tfjs's engine has, in public or not. */
interface Internals {
  readonly state: { activeTape: TapeNode[] | null; gradientDepth: number };
  startTape(): void;
  endTape(): void;
  tidy<T>(name: string, work: () => T): T;
  scopedRun<T>(start: () => void, end: () => void, work: () => T): T;
  clone(x: tf.Tensor): tf.Tensor;
  addTapeNode(...args: [string, unknown, unknown, unknown, unknown, tf.NamedAttrMap]): void;
  gradients(
    f: Differentiated,
    xs: tf.Tensor[],
    dy?: tf.Tensor | null,
    allowNoGradients?: boolean,
  ): ValueAndGradients;
}

let following = false;

/**
 * In a trace, lets the gradient of a tape that was gone through before be the same calls as then,
 * instead of running the JavaScript that makes them. Only where that is certain: the gradients of all
 * kernels of the tape are among those registered so far, which are functions of what the tape holds;
 * `tf.customGrad` and gradients that are registered later are gone through as ever.
 */
export function followGradientPaths(): void {
  if (following) return;
  following = true;
  const pure = new Set(registeredGradients());
  const isPure = (gradient: tf.GradFunc) => pure.has(gradient);
  const prototype = Object.getPrototypeOf(tf.engine()) as Internals;
  const { gradients, addTapeNode, clone } = prototype;
  let cloning = false;

  prototype.clone = function (x) {
    cloning = true;
    try {
      return clone.call(this, x);
    } finally {
      cloning = false;
    }
  };

  prototype.addTapeNode = function (...args) {
    addTapeNode.apply(this, args);
    const tape = this.state.activeTape as TapeNode[];
    Object.assign(tape[tape.length - 1], { attrs: args[5], isClone: cloning });
  };

  prototype.gradients = function (f, xs, dy, allowNoGradients) {
    const backend = tf.backend();
    const trace = backend instanceof NativeBackend ? backend.trace : null;
    if (trace === null || this.state.gradientDepth > 0 || dy != null || xs.length === 0) {
      return gradients.call(this, f, xs, dy, allowNoGradients);
    }
    const y = this.scopedRun(
      () => this.startTape(),
      () => this.endTape(),
      () => this.tidy('forward', f),
    );
    const tape = this.state.activeTape as TapeNode[];
    const backward = () => {
      const again = () => {
        this.state.activeTape = tape;
        return y;
      };
      return gradients.call(this, again, xs, dy, allowNoGradients);
    };
    const signature = y instanceof tf.Tensor ? tapeSignature(trace, tape, xs, y, isPure) : null;
    if (signature === null) return backward();
    const known = trace.gradientPaths.find((path) => sameSignature(path.signature, signature));
    if (known === undefined) {
      return trace.noteGradientPath(signature, backward);
    }
    return this.tidy('backward', () => {
      const grads = trace.follow(known);
      for (const { saved = [] } of tape) tf.dispose([...saved]);
      this.state.activeTape = null;
      return { value: y, grads };
    });
  };
}

function registeredGradients(): tf.GradFunc[] {
  const names = tf.getKernelsForBackend('native').map(({ kernelName }) => kernelName);
  return names.flatMap((name) => tf.getGradient(name)?.gradFunc ?? []);
}
