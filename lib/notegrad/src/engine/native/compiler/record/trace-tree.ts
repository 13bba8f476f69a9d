import type { Values } from '../../backend/addon';
import type { DType } from '../../backend/pool';
import type { Call, Origin, Value } from '../graph/call';
import type { Program } from '../replay/program';

/** Equal, element by element, for tapes whose gradients are the same calls. */
export type TapeSignature = readonly unknown[];

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

/** What is known of a value where a trace first meets it. */
export interface Met {
  readonly kind: Origin['kind'];
  readonly dtype: DType;
  readonly length: number;
}

/** A program for what one trace leaves behind, after how often it did. */
export interface Ending {
  readonly survivors: readonly number[];
  /** How often a trace ended so. */
  count: number;
  /** For different values of the constants that they were chosen for. */
  programs: Program[];
}

/** So many ways are remembered to go on from one place. */
const MOST_CHILDREN = 16;

/**
 * All traces of a step, as the tree of their calls: those that begin alike share nodes, so a step
 * that branches has a path for each way through it.
 */
export class TraceNode {
  /** The last one taken comes first. */
  private readonly children: TraceNode[] = [];
  readonly endings: Ending[] = [];
  /** Where gradients begin here. */
  readonly gradientPaths: GradientPath[] = [];
  /** Where the trace goes on after its values were read. */
  private continuation: TraceNode | null = null;

  private constructor(
    /** Null at the root. */
    readonly call: Call | null,
    readonly parent: TraceNode | null,
    /** The values that this call is the first to meet. */
    readonly met: readonly Value[],
  ) {}

  static root(): TraceNode {
    return new TraceNode(null, null, []);
  }

  /** The node after this one for such a call; undefined if no trace had it here. */
  find(
    op: string,
    numInputs: number,
    ids: readonly number[],
    params: Float64Array,
    paramCount: number,
    met: readonly Met[],
  ): TraceNode | undefined {
    const { children } = this;
    for (let i = 0; i < children.length; i++) {
      const child = children[i];
      if (!child.is(op, numInputs, ids, params, paramCount, met)) continue;
      if (i > 0) {
        children.splice(i, 1);
        children.unshift(child);
      }
      return child;
    }
    return undefined;
  }

  add(call: Call, met: readonly Value[]): TraceNode {
    const child = new TraceNode(call, this, met);
    this.children.unshift(child);
    if (this.children.length > MOST_CHILDREN) this.children.pop();
    return child;
  }

  /** How such a call differs from what the last trace did here; null if none came here. */
  difference(op: string, params: readonly number[]): string | null {
    const last = this.children[0]?.call;
    if (last == null) return null;
    if (last.op !== op)
      return `they compute ${last.op} at one call where they compute ${op} at another`;
    const place = params.findIndex((param, i) => !Object.is(param, last.params[i]));
    if (place < 0) return `${op} takes other tensors at each call`;
    const [before, now] = [last.params[place], params[place]];
    return (
      `${op} is given another number at each call (${before}, then ${now}): ` +
      'what changes so often had better be a tensor or a variable'
    );
  }

  next(): TraceNode {
    this.continuation ??= TraceNode.root();
    return this.continuation;
  }

  /** The ending with these survivors, which is added if it is new. */
  ending(survivors: readonly number[]): Ending {
    const known = this.endings.find(({ survivors: others }) => sameNumbers(others, survivors));
    if (known !== undefined) return known;
    const ending: Ending = { survivors: [...survivors], count: 0, programs: [] };
    this.endings.push(ending);
    return ending;
  }

  /** The calls from the root to here. */
  path(): Call[] {
    const calls: Call[] = [];
    for (let node: TraceNode = this; node.call !== null; node = node.parent!) calls.push(node.call);
    return calls.reverse();
  }

  private is(
    op: string,
    numInputs: number,
    ids: readonly number[],
    params: Float64Array,
    paramCount: number,
    met: readonly Met[],
  ): boolean {
    const { inputs, outputs, op: ownOp, params: ownParams } = this.call!;
    if (ownOp !== op || inputs.length !== numInputs) return false;
    if (inputs.length + outputs.length !== ids.length) return false;
    for (let i = 0; i < numInputs; i++) if (inputs[i].id !== ids[i]) return false;
    for (let i = 0; i < outputs.length; i++) {
      if (outputs[i].id !== ids[numInputs + i]) return false;
    }
    return sameNumbers(ownParams, params, paramCount) && sameValues(this.met, met);
  }
}

/** Whether `a` is the first `count` of `b`. */
function sameNumbers(
  a: readonly number[],
  b: ArrayLike<number>,
  count: number = b.length,
): boolean {
  if (a.length !== count) return false;
  for (let i = 0; i < count; i++) if (!Object.is(a[i], b[i])) return false;
  return true;
}

function sameValues(values: readonly Value[], met: readonly Met[]): boolean {
  if (values.length !== met.length) return false;
  for (let i = 0; i < met.length; i++) {
    const { dtype, length, origin } = values[i];
    const other = met[i];
    if (origin.kind !== other.kind || dtype !== other.dtype || length !== other.length)
      return false;
  }
  return true;
}
