import { replaceTensors, tensorsOf } from '../../../containers';
import * as tf from '../../../tf';
import type { NativeTensorData } from '../../backend/memory';
import type { NativeBackend } from '../../backend/native-backend';
import type { Program } from './program';
import type { Segment } from './segment';

/** Where the memory of a value comes from when a program runs without the JavaScript of its step. */
type Source =
  | { readonly kind: 'batch'; readonly index: number }
  | { readonly kind: 'variable'; readonly variable: tf.Variable }
  /** A tensor that was there before the step. */
  | { readonly kind: 'captured'; readonly data: NativeTensorData }
  /** Made in JavaScript. */
  | { readonly kind: 'constant'; readonly data: NativeTensorData }
  /** A number that JavaScript keeps, such as a learning rate. */
  | { readonly kind: 'live'; readonly read: () => number }
  | { readonly kind: 'result'; readonly index: number }
  /** What the step assigns a variable. */
  | { readonly kind: 'assigned'; readonly variable: tf.Variable };

/** What a step did in one call, all of it computed by one program. */
export interface Observed<R> {
  readonly segment: Segment;
  readonly batch: unknown;
  readonly result: R;
  /** The variables before the call, by their memory. */
  readonly variables: ReadonlyMap<NativeTensorData, tf.Variable>;
}

/** Why a step that two calls show cannot be replayed without its JavaScript. */
export class Obstacle {
  constructor(readonly reason: string) {}
}

/**
 * A program that is run again and again without the JavaScript that asked for it, which its author has
 * promised to do the same at each call. What still changes from call to call are the batch, variables
 * (other than by name), learning rates and random numbers.
 */
export class Replay<R> {
  private constructor(
    private readonly backend: NativeBackend,
    readonly program: Program,
    private readonly sources: ReadonlyMap<number, Source>,
    private readonly result: R,
  ) {}

  static of<R>(backend: NativeBackend, observed: Observed<R>): Replay<R> | Obstacle {
    const { segment, batch, result, variables } = observed;
    const { program, memories, constants } = segment;
    if (program === undefined) return new Obstacle('it was computed operation by operation');
    const batchData = tensorsOf(batch).map(({ dataId }) => backend.dataOf(dataId));
    const results = tensorsOf(result).map(({ dataId }) => backend.dataOf(dataId));
    const assigned = new Map<NativeTensorData, tf.Variable>();
    for (const variable of Object.values(tf.engine().registeredVariables)) {
      assigned.set(backend.dataOf(variable.dataId), variable);
    }
    const sources = new Map<number, Source>();
    for (const id of program.survivors) {
      const data = memories[id];
      const index = results.indexOf(data);
      const variable = assigned.get(data);
      if (index >= 0) sources.set(id, { kind: 'result', index });
      else if (variable !== undefined) sources.set(id, { kind: 'assigned', variable });
      else return new Obstacle('it keeps a tensor beyond its end (tf.keep)');
    }
    const isForeign = results.some(
      (data) => !program.survivors.some((id) => memories[id] === data),
    );
    if (isForeign || new Set(results).size < results.length) {
      return new Obstacle('it returns a tensor that it does not compute');
    }
    for (const id of program.given) {
      const data = memories[id];
      const variable = variables.get(data);
      const index = batchData.indexOf(data);
      const values = constants.get(id);
      if (index >= 0) sources.set(id, { kind: 'batch', index });
      else if (variable !== undefined) sources.set(id, { kind: 'variable', variable });
      else if (data.read !== undefined) sources.set(id, { kind: 'live', read: data.read });
      else if (values !== undefined) {
        sources.set(id, { kind: 'constant', data: { ...program.memoryFor(id), values } });
      } else sources.set(id, { kind: 'captured', data });
    }
    return new Replay(backend, program, sources, result);
  }

  /** How another call did something else than this one; null if it did the same. */
  difference(other: Replay<R>): string | null {
    if (other.program !== this.program) return 'it computes other operations';
    for (const [id, source] of this.sources) {
      const now = other.sources.get(id)!;
      if (!areSame(source, now)) {
        return source.kind === 'constant'
          ? 'it takes a number that JavaScript makes anew'
          : 'it takes another tensor from outside';
      }
    }
    return null;
  }

  /** Whether what the step took from outside is still there. */
  isCurrent(): boolean {
    for (const source of this.sources.values()) {
      if (source.kind === 'captured' && source.data.refCount <= 0) return false;
      if ('variable' in source && source.variable.isDisposed) return false;
    }
    return true;
  }

  run(batch: unknown): R {
    const { backend, program } = this;
    const tensors = tensorsOf(batch);
    const memories: NativeTensorData[] = [];
    for (const [id, source] of this.sources) memories[id] = this.memoryOf(id, source, tensors);
    program.run(memories);
    const results: tf.DataId[] = [];
    for (const [id, source] of this.sources) {
      if (source.kind === 'result') results[source.index] = backend.hold(memories[id]);
      if (source.kind === 'assigned') this.assign(source.variable, memories[id]);
    }
    let next = 0;
    return replaceTensors(this.result, ({ shape, dtype }) =>
      backend.tensorOf({ dataId: results[next++], shape, dtype }),
    );
  }

  private memoryOf(id: number, source: Source, batch: readonly tf.Tensor[]): NativeTensorData {
    const { backend, program } = this;
    switch (source.kind) {
      case 'batch':
        return backend.dataOf(batch[source.index].dataId);
      case 'variable':
        if (program.writes(id)) backend.makeExclusive(source.variable);
        return backend.dataOf(source.variable.dataId);
      case 'captured':
        return source.data;
      case 'constant':
        return program.writes(id)
          ? { ...source.data, values: source.data.values!.slice() }
          : source.data;
      case 'live':
        return { ...program.memoryFor(id), values: Float32Array.of(source.read()) };
      default:
        return program.memoryFor(id);
    }
  }

  private assign(variable: tf.Variable, data: NativeTensorData): void {
    const { shape, dtype } = variable;
    const value = this.backend.tensorOf({ dataId: this.backend.hold(data), shape, dtype });
    variable.assign(value);
    value.dispose();
  }
}

function areSame(a: Source, b: Source): boolean {
  if (a.kind === 'constant' && b.kind === 'constant') return sameBytes(a.data, b.data);
  if (a.kind === 'live' && b.kind === 'live') return true;
  if (a.kind === 'batch' && b.kind === 'batch') return a.index === b.index;
  if (a.kind === 'result' && b.kind === 'result') return a.index === b.index;
  if (a.kind === 'captured' && b.kind === 'captured') return a.data === b.data;
  return 'variable' in a && 'variable' in b && a.kind === b.kind && a.variable === b.variable;
}

function sameBytes(a: NativeTensorData, b: NativeTensorData): boolean {
  const bytes = ({ values }: NativeTensorData) =>
    Buffer.from(values!.buffer, values!.byteOffset, values!.byteLength);
  return bytes(a).equals(bytes(b));
}
