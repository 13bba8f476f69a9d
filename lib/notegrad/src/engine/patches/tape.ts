import { EngineError } from '../../errors';
import { instead } from '../gradients/refusals';
import * as tf from '../tfjs';
import type { Patch } from './patch';

type Slopes = Readonly<Record<string, () => tf.Tensor>>;

/** One operation that a gradient has to go back through. */
export interface TapeNode {
  readonly id: number;
  readonly kernelName: string;
  readonly inputs: Readonly<Record<string, tf.Tensor>>;
  readonly outputs: readonly tf.Tensor[];
  readonly saved: readonly tf.Tensor[];
  readonly gradient?: (dys: (tf.Tensor | null)[]) => Slopes;
  attrs?: tf.NamedAttrMap;
}

/** The gradients of y with respect to xs, from a tape that leads from these to that. */
export type Backward = (
  tape: readonly TapeNode[],
  xs: readonly tf.Tensor[],
  y: tf.Tensor,
  options: { readonly dy: tf.Tensor | null; readonly allowNoGradients: boolean },
) => tf.Tensor[];

/** What of tfjs's engine the gradients are made of, and `backward`, which is ours. */
export interface TapeEngine {
  backward: Backward;
  readonly state: {
    readonly gradientDepth: number;
    activeTape: TapeNode[] | null;
    readonly activeScope: { readonly name: string };
  };
  clone<T extends tf.Tensor>(x: T): T;
  runKernel(kernelName: string, inputs: tf.NamedTensorMap, attrs?: tf.NamedAttrMap): tf.Tensor;
  addTapeNode(
    kernelName: string,
    inputs: TapeNode['inputs'],
    outputs: tf.Tensor[],
    ...rest: unknown[]
  ): void;
  gradients(
    f: () => tf.Tensor,
    xs: tf.Tensor[],
    dy?: tf.Tensor | null,
    allowNoGradients?: boolean,
  ): { value: tf.Tensor; grads: tf.Tensor[] };
  scopedRun<T>(start: () => void, end: () => void, f: () => T): T;
  /** Optional inputs may be missing. */
  saveTensorsForBackwardMode(tensors: (tf.Tensor | undefined)[]): (tf.Tensor | undefined)[];
  startTape(): void;
  endTape(): void;
  tidy<T extends tf.TensorContainer>(name: string, f: () => T): T;
}

const isFloating = ({ dtype }: tf.Tensor) => dtype === 'float32' || dtype === 'complex64';

/** Whether an operation makes whole numbers or truths of floats: it is constant almost everywhere. */
function isStep({ inputs, outputs }: TapeNode): boolean {
  return !outputs.some(isFloating) && tensorsOf(inputs).some(isFloating);
}

const tensorsOf = (inputs: TapeNode['inputs']): tf.Tensor[] =>
  Object.values(inputs).filter((input) => input != null);

/**
 * Puts right how tfjs's engine differentiates, on all backends:
 * - What an operation saves of its outputs comes after it on the tape. (tfjs puts it before, so that
 *   a second derivative leaves out, without a word, what passes through it: of tanh, sigmoid, exp.)
 * - Whole numbers and truths of floats are constants, as in PyTorch: no gradient passes a comparison,
 *   a choice of indices or a cast to int32. (tfjs refuses the first and passes through the last.)
 * - Complex tensors have gradients.
 * - Optional inputs may be missing. (tfjs cannot differentiate `batchNorm` without a scale.)
 * - A gradient may be taken while another one is computed.
 * - What has no gradient is refused with what to write instead.
 */
export const tape: Patch = {
  changes: [
    'engine().addTapeNode',
    'engine().backward',
    'engine().clone',
    'engine().gradients',
    'engine().saveTensorsForBackwardMode',
  ],
  apply() {
    const engine = tf.engine() as unknown as TapeEngine;
    const add = engine.addTapeNode;
    engine.addTapeNode = function (kernelName, inputs, outputs, ...rest) {
      add.call(this, kernelName, inputs, outputs, ...rest);
      const tape = this.state.activeTape!;
      tape[tape.length - 1].attrs = rest[2] as tf.NamedAttrMap;
      moveBeforeReaders(tape);
    };
    engine.backward = (...args) => backward(engine, ...args);
    engine.gradients = gradients;
    engine.clone = clone;
    const save = engine.saveTensorsForBackwardMode;
    engine.saveTensorsForBackwardMode = function (tensors) {
      return tensors.map((tensor) => (tensor == null ? tensor : save.call(this, [tensor])[0]));
    };
  },
};

/** The attributes of the copies that are made to save a tensor for its gradient. */
export const SAVED: tf.NamedAttrMap = {};

/** A clone whose gradient keeps its imaginary part. */
function clone<T extends tf.Tensor>(this: TapeEngine, x: T): T {
  const y = this.runKernel(tf.Identity, { x });
  const slope = (dy: tf.Tensor) => ({
    x: () =>
      dy.dtype === 'complex64'
        ? this.runKernel(tf.Identity, { x: dy })
        : this.runKernel(tf.Cast, { x: dy }, { dtype: 'float32' }),
  });
  this.addTapeNode(this.state.activeScope.name, { x }, [y], slope, [], SAVED);
  return y as T;
}

/** Only what was saved of its outputs can have come before an operation that reads them. */
function moveBeforeReaders(tape: TapeNode[]): void {
  const node = tape.pop()!;
  let place = tape.length;
  while (place > 0 && tensorsOf(tape[place - 1].inputs).some((x) => node.outputs.includes(x))) {
    place--;
  }
  tape.splice(place, 0, node);
}

function gradients(
  this: TapeEngine,
  f: () => tf.Tensor,
  xs: tf.Tensor[],
  dy: tf.Tensor | null = null,
  allowNoGradients = false,
): { value: tf.Tensor; grads: tf.Tensor[] } {
  tf.util.assert(xs.length > 0, () => 'gradients() received an empty list of xs.');
  if (dy != null && dy.dtype !== 'float32') {
    throw new EngineError(`dy must have 'float32' dtype, but has '${dy.dtype}'`);
  }
  const outer = this.state.activeTape;
  const y = this.scopedRun(
    () => this.startTape(),
    () => this.endTape(),
    () => this.tidy('forward', f),
  );
  tf.util.assert(y instanceof tf.Tensor, () => 'The result y returned by f() must be a tensor.');
  const tape = this.state.activeTape!;
  const isOutermost = this.state.gradientDepth === 0;
  try {
    return this.tidy('backward', () => {
      return { value: y, grads: this.backward(tape, xs, y, { dy, allowNoGradients }) };
    });
  } finally {
    if (isOutermost) {
      for (const node of tape) tf.dispose([...node.saved]);
      this.state.activeTape = outer;
    }
  }
}

function backward(
  engine: TapeEngine,
  ...[tape, xs, y, { dy, allowNoGradients }]: Parameters<Backward>
): tf.Tensor[] {
  const { nodes, steps } = between(tape, xs, y);
  if (nodes.length === 0 && (!allowNoGradients || steps.length > 0)) {
    throw new EngineError(
      'Cannot compute gradient of y=f(x) with respect to x. Make sure that the f you passed ' +
        `encloses all operations that lead from x to y.${whyNot(steps)}`,
    );
  }
  const slopes = new Map<number, tf.Tensor>([[y.id, dy ?? onesLike(y)]]);
  for (const node of nodes.reverse()) passBack(engine, node, slopes);
  return xs.map((x) => slopes.get(x.id) as tf.Tensor);
}

function onesLike(y: tf.Tensor): tf.Tensor {
  if (y.dtype === 'complex64') {
    throw new EngineError('a complex result has no gradient: make it real, with tf.abs or tf.real');
  }
  return tf.ones(y.shape);
}

/** The operations that lead from xs to y, in their order, and those steps that lead from xs on. */
function between(
  tape: readonly TapeNode[],
  xs: readonly tf.Tensor[],
  y: tf.Tensor,
): { nodes: TapeNode[]; steps: TapeNode[] } {
  const fromXs = new Set(xs.map(({ id }) => id));
  const isFromXs = (x: tf.Tensor) => fromXs.has(x.id);
  const reached: TapeNode[] = [];
  const steps: TapeNode[] = [];
  for (const node of tape) {
    if (!tensorsOf(node.inputs).some(isFromXs)) continue;
    if (isStep(node)) {
      steps.push(node);
      continue;
    }
    reached.push(node);
    const isOfFloats = tensorsOf(node.inputs).some(isFloating);
    for (const y of node.outputs) if (!isOfFloats || isFloating(y)) fromXs.add(y.id);
  }
  const toY = new Set([y.id]);
  const nodes: TapeNode[] = [];
  for (const node of reached.reverse()) {
    if (!node.outputs.some(({ id }) => toY.has(id))) continue;
    for (const { id } of tensorsOf(node.inputs)) toY.add(id);
    const named = Object.entries(node.inputs).filter(([, x]) => x != null && isFromXs(x));
    nodes.push({ ...node, inputs: Object.fromEntries(named) });
  }
  return { nodes: nodes.reverse(), steps };
}

function whyNot(steps: readonly TapeNode[]): string {
  if (steps.length === 0) return '';
  const [{ kernelName, outputs }] = steps;
  return ` No gradient passes through ${kernelName}, which makes ${outputs[0].dtype} of float32.`;
}

/** Adds to the slopes of an operation's inputs what its outputs' slopes make of them. */
function passBack(engine: TapeEngine, node: TapeNode, slopes: Map<number, tf.Tensor>): void {
  const { kernelName, inputs, outputs, gradient } = node;
  if (gradient == null) {
    throw new EngineError(
      `Cannot compute gradient: gradient function not found for ${kernelName}. ${instead(kernelName)}`,
    );
  }
  const ofInputs = gradient(outputs.map(({ id }) => slopes.get(id) ?? null));
  for (const [name, x] of Object.entries(inputs)) {
    if (!(name in ofInputs)) {
      throw new EngineError(
        `Cannot backprop through input ${name}. ` +
          `Available gradients found: ${Object.keys(ofInputs)}. (${kernelName})`,
      );
    }
    const dx = engine.tidy(`gradient of ${kernelName}`, () => ofInputs[name]());
    checkSlope(kernelName, name, x, dx);
    const before = slopes.get(x.id);
    slopes.set(x.id, before === undefined ? dx : tf.add(before, dx));
    before?.dispose();
  }
}

function checkSlope(kernelName: string, name: string, x: tf.Tensor, dx: tf.Tensor): void {
  const wanted = x.dtype === 'complex64' ? 'complex64' : 'float32';
  if (dx.dtype !== wanted) {
    throw new EngineError(
      `Error in gradient for op ${kernelName}. The gradient of input ` +
        `${name} must have '${wanted}' dtype, but has '${dx.dtype}'`,
    );
  }
  if (!tf.util.arraysEqual(dx.shape, x.shape)) {
    throw new EngineError(
      `Error in gradient for op ${kernelName}. The gradient of input ` +
        `'${name}' has shape '${dx.shape}', which does not match ` +
        `the shape of the input '${x.shape}'`,
    );
  }
}
