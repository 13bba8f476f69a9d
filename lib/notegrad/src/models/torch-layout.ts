import { ModelError } from '../errors';
/**
 * How PyTorch lays out what a layer gives, relative to tfjs. tfjs keeps maps as [height, width,
 * channel] and PyTorch as [channel, height, width]; once such a map is flattened, every weight that
 * follows has its elements in another order. A `Layout` says so for each output of a layer: the
 * order of its axes, and of the elements along each axis.
 *
 * Both may be decided late: by a layer further on (a transposed convolution decides how the vector
 * before it was reshaped), or by nothing at all. So they are objects that are resolved when the
 * whole graph has been followed; what cannot be proved throws then, and only if a weight needs it.
 */

/** PyTorch's i-th element is ours `permutation[i]`; undefined where both have the same order. */
export type Permutation = Int32Array | undefined;

/** PyTorch's i-th axis is our axis `axes[i]`; the batch is left out. */
export type Axes = readonly number[];

export type Shape = readonly (number | null)[];

export interface Layout {
  /** Ours, without the batch. */
  readonly shape: Shape;
  readonly axes: AxisOrder;
  /** Of the elements along each of our axes. */
  readonly orders: readonly ElementOrder[];
}

/** The order of the elements along one axis. */
export class ElementOrder {
  private leader?: ElementOrder;
  private derive?: () => Permutation;
  private isResolving = false;

  /** An order that a layer's own weights can take: what follows may choose it. */
  static free(): ElementOrder {
    return new ElementOrder();
  }

  static same(): ElementOrder {
    return ElementOrder.derived(() => undefined);
  }

  static derived(derive: () => Permutation): ElementOrder {
    const order = new ElementOrder();
    order.derive = derive;
    return order;
  }

  get isFree(): boolean {
    return this.root.derive === undefined;
  }

  /** Makes a free order what `derive` says. */
  settle(derive: () => Permutation): void {
    this.root.derive = derive;
  }

  /** Makes one follow the other if either is free; says whether both are one now. */
  join(other: ElementOrder): boolean {
    const [a, b] = [this.root, other.root];
    if (a === b) return true;
    if (a.derive === undefined) a.leader = b;
    else if (b.derive === undefined) b.leader = a;
    else return false;
    return true;
  }

  resolve(): Permutation {
    const { root } = this;
    if (root.derive === undefined) return undefined;
    if (root.isResolving) throw new ModelError('the order of elements depends on itself');
    root.isResolving = true;
    try {
      const permutation = root.derive();
      root.derive = () => permutation;
      return permutation;
    } finally {
      root.isResolving = false;
    }
  }

  private get root(): ElementOrder {
    return this.leader?.root ?? this;
  }
}

/** The order of the axes. */
export class AxisOrder {
  private readonly wishes: Axes[] = [];
  private resolved?: Axes;
  private isResolving = false;

  private constructor(
    private readonly derive: (wishes: readonly Axes[]) => Axes,
    private readonly sources: readonly AxisOrder[] = [],
    private readonly passOn?: (wish: Axes) => Axes,
    private readonly fixedAxes?: Axes,
  ) {}

  /** What a layer of PyTorch gives, whatever comes after it. */
  static fixed(axes: Axes): AxisOrder {
    return new AxisOrder(() => axes, [], undefined, axes);
  }

  /** What layers further on decide by the layout that they take; their wishes are told to `derive`. */
  static wished(derive: (wishes: readonly Axes[]) => Axes): AxisOrder {
    return new AxisOrder(derive);
  }

  /** What follows from the orders before it, which are told of the wishes after it in their terms. */
  static from(
    sources: readonly AxisOrder[],
    derive: () => Axes,
    passOn?: (wish: Axes) => Axes,
  ): AxisOrder {
    return new AxisOrder(derive, sources, passOn);
  }

  wish(axes: Axes): void {
    if (this.wishes.some((wish) => String(wish) === String(axes))) return;
    this.wishes.push(axes);
    for (const source of this.sources) source.wish(this.passOn?.(axes) ?? axes);
  }

  /** What it is already, whatever comes after it. */
  get settled(): Axes | undefined {
    const isPassed = this.sources.length === 1 && this.passOn === undefined;
    return isPassed ? this.sources[0].settled : this.fixedAxes;
  }

  resolve(): Axes {
    if (this.resolved !== undefined) return this.resolved;
    if (this.isResolving) throw new ModelError('the order of axes depends on itself');
    this.isResolving = true;
    try {
      this.resolved = this.derive(this.wishes);
      return this.resolved;
    } finally {
      this.isResolving = false;
    }
  }
}

export function sameAxes(rank: number): number[] {
  return Array.from({ length: rank }, (_, axis) => axis);
}

/** The channels before the others, as PyTorch's convolutions have them. */
export function channelsFirst(rank: number, channelAxis: number = rank - 1): number[] {
  return [channelAxis, ...sameAxes(rank).filter((axis) => axis !== channelAxis)];
}

/** Whether two orders of axes place every element alike: axes of length 1 can stand anywhere. */
export function agree(shape: Shape, a: Axes, b: Axes): boolean {
  const long = (axes: Axes) => axes.filter((axis) => shape[axis] !== 1);
  return String(long(a)) === String(long(b));
}

/** The order of a layout's axes; the question is not asked where only one has a length. */
export function axesOf({ shape, axes }: Layout): Axes {
  return isLine(shape) ? sameAxes(shape.length) : axes.resolve();
}

/** Whether at most one axis is longer than 1. */
export function isLine(shape: Shape): boolean {
  return shape.filter((length) => length !== 1).length <= 1;
}

/** Whether PyTorch has every element where we have it. */
export function isSame(layout: Layout): boolean {
  return (
    layout.orders.every((order) => order.resolve() === undefined) &&
    agree(layout.shape, axesOf(layout), sameAxes(layout.shape.length))
  );
}

/** The order of the vector that a flattening makes. */
export function flattened(
  shape: readonly number[],
  axes: Axes,
  orders: readonly Permutation[],
): Permutation {
  const strides = rowMajorStrides(shape);
  const size = shape.reduce((product, length) => product * length, 1);
  const permutation = new Int32Array(size);
  const index = axes.map(() => 0);
  for (let i = 0; i < size; i++) {
    permutation[i] = axes.reduce((at, axis, k) => {
      return at + (orders[axis]?.[index[k]] ?? index[k]) * strides[axis];
    }, 0);
    for (let k = axes.length - 1; k >= 0; k--) {
      if (++index[k] < shape[axes[k]]) break;
      index[k] = 0;
    }
  }
  return unlessSame(permutation);
}

/**
 * The order along each axis when a vector is reshaped to `shape` here and, in PyTorch, to the same
 * lengths in the order `axes`; undefined where the elements of one axis would be spread over several.
 */
export function unflattened(
  vector: Permutation,
  shape: readonly number[],
  axes: Axes,
): Permutation[] | undefined {
  const strides = rowMajorStrides(shape);
  const torchStrides = rowMajorStrides(axes.map((axis) => shape[axis]));
  const ours = (i: number) => vector?.[i] ?? i;
  const orders = shape.map((length, axis) => {
    const stride = torchStrides[axes.indexOf(axis)];
    return Int32Array.from({ length }, (_, i) => {
      return Math.floor(ours(i * stride) / strides[axis]) % length;
    });
  });
  const rebuilt = flattened(shape, axes, orders);
  const size = shape.reduce((product, length) => product * length, 1);
  for (let i = 0; i < size; i++) if ((rebuilt?.[i] ?? i) !== ours(i)) return undefined;
  return orders.map(unlessSame);
}

/** The order of several axes put one after another. */
export function joined(parts: readonly { length: number; order: Permutation }[]): Permutation {
  const permutation: number[] = [];
  for (const { length, order } of parts) {
    const start = permutation.length;
    for (let i = 0; i < length; i++) permutation.push(start + (order?.[i] ?? i));
  }
  return unlessSame(Int32Array.from(permutation));
}

/** The order when each element becomes `times` neighbours. */
export function repeated(order: Permutation, times: number): Permutation {
  return (
    order &&
    Int32Array.from({ length: order.length * times }, (_, i) => {
      return order[Math.floor(i / times)] * times + (i % times);
    })
  );
}

/** Where PyTorch has our i-th element: the way back. */
export function inverse(permutation: Int32Array): Int32Array {
  const back = new Int32Array(permutation.length);
  for (const [i, at] of permutation.entries()) back[at] = i;
  return back;
}

export function unlessSame(permutation: Permutation): Permutation {
  return permutation?.every((at, i) => at === i) ? undefined : permutation;
}

function rowMajorStrides(shape: readonly number[]): number[] {
  return shape.map((_, axis) =>
    shape.slice(axis + 1).reduce((product, length) => product * length, 1),
  );
}
