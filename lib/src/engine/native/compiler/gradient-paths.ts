import * as tf from '../../tf';
import type { Values } from '../addon';
import { NativeBackend } from '../backend';
import { isNumeric } from '../kernels/native-kernel';
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
  readonly state: {
    activeTape: TapeNode[] | null;
    readonly activeScope: { readonly name: string };
    readonly gradientDepth: number;
  };
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

/** The attributes of the copies that are made to save a tensor. */
const CLONE: tf.NamedAttrMap = {};

const identityGradient = (dy: tf.Tensor) => ({ x: () => tf.cast(dy, 'float32') });

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
  // A gradient that is not registered is of tf.customGrad, and may depend on anything.
  const hasPureGradient = ({ kernelName, gradient, attrs }: TapeNode) => {
    const registered = tf.getGradient(kernelName)?.gradFunc;
    if (registered !== undefined) return pure.has(registered);
    return gradient === undefined || attrs === CLONE;
  };
  const prototype = Object.getPrototypeOf(tf.engine()) as Internals;
  const { gradients, addTapeNode, clone } = prototype;

  prototype.addTapeNode = function (...args) {
    addTapeNode.apply(this, args);
    const tape = this.state.activeTape as TapeNode[];
    tape[tape.length - 1].attrs = args[5];
  };

  // tfjs runs a kernel for it; every tensor that is saved for a gradient is such a copy.
  prototype.clone = function (x) {
    const backend = tf.backend();
    if (!(backend instanceof NativeBackend) || !isNumeric(x.dtype)) return clone.call(this, x);
    backend.incRef(x.dataId);
    const y = backend.tensorOf(x);
    this.addTapeNode(this.state.activeScope.name, { x }, [y], identityGradient, [], CLONE);
    return y;
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
    const signature =
      y instanceof tf.Tensor ? tapeSignature(trace, tape, xs, y, hasPureGradient) : null;
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
