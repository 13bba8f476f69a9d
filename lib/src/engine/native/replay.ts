import type * as tf from '../tf';
import type { AddonProgram, Values } from './addon';
import type { NativeBackend } from './backend';
import { bytesOf, type Graph } from './graph';
import { valuesInPlace } from './in-place';
import { planMemory } from './memory-plan';
import { ARRAYS } from './pool';
import type { Value } from './recording';

interface VariableBinding {
  readonly variable: tf.Variable;
  readonly slot: number;
  readonly written: boolean;
  dataId: tf.DataId;
}

interface LiveBinding {
  readonly scalar: Values;
  readonly read: () => number;
}

/** A graph on memory of its own, run in one native call. */
export class Replay {
  private readonly backend: NativeBackend;
  private readonly program: AddonProgram;
  private readonly results: readonly Value[];
  private readonly variables: VariableBinding[] = [];
  private readonly captured: tf.DataId[] = [];
  private readonly live: LiveBinding[] = [];
  private readonly usedBatch: number[] = [];

  constructor(backend: NativeBackend, graph: Graph) {
    this.backend = backend;
    this.results = graph.results;
    const slotOf = this.numberSlots(graph);
    const { calls } = graph;
    const { addon } = backend;
    this.program = new addon.Program(
      this.memoryOfSlots(graph, slotOf),
      Uint32Array.from(calls, ({ op }) => backend.opId(op)),
      Uint32Array.from(calls, ({ params }) => params.length),
      Float64Array.from(calls.flatMap(({ params }) => params)),
      Uint32Array.from(calls, ({ inputs, outputs }) => inputs.length + outputs.length),
      Uint32Array.from(
        calls.flatMap(({ inputs, outputs }) => [...inputs, ...outputs].map((v) => slotOf.get(v)!)),
      ),
    );
  }

  /** Whether what the step took from outside is still there. */
  isCurrent(): boolean {
    return (
      this.variables.every(({ variable }) => !variable.isDisposed) &&
      this.captured.every((dataId) => this.backend.data.has(dataId))
    );
  }

  /** Runs the step on the batch's tensors and returns the memory of each result. */
  run(batch: readonly tf.Tensor[]): tf.DataId[] {
    const { buffers, results } = this.prepare(batch);
    this.program.run(...buffers);
    return results;
  }

  /** Runs the step on the batch and returns how long each call took, in milliseconds. */
  profile(batch: readonly tf.Tensor[]): number[] {
    const { buffers, results } = this.prepare(batch);
    const milliseconds = this.program.profile(...buffers);
    for (const dataId of results) this.backend.disposeData(dataId);
    return milliseconds;
  }

  /** What changes at each run: the memory of the batch and of the results. */
  private prepare(batch: readonly tf.Tensor[]): { buffers: Values[]; results: tf.DataId[] } {
    const { backend } = this;
    this.bindVariables();
    for (const { scalar, read } of this.live) scalar[0] = read();
    const buffers = this.usedBatch.map((index) => backend.valuesOf(batch[index].dataId));
    const results = this.results.map(({ dtype, length }) => {
      const { dataId } = backend.allocate([length], dtype);
      buffers.push(backend.valuesOf(dataId));
      return dataId;
    });
    return { buffers, results };
  }

  /** Follows variables to the memory they were given since, and away from what copies share. */
  private bindVariables(): void {
    const { backend } = this;
    for (const binding of this.variables) {
      const { variable, slot, written } = binding;
      if (written) backend.makeExclusive(variable);
      if (variable.dataId === binding.dataId) continue;
      binding.dataId = variable.dataId;
      this.program.bind(slot, backend.valuesOf(variable.dataId));
    }
  }

  /** What changes at each replay comes first: the batch, then the results. */
  private numberSlots({ calls, results }: Graph): Map<Value, number> {
    const used = new Set(calls.flatMap(({ inputs, outputs }) => [...inputs, ...outputs]));
    const order = new Set<Value>();
    for (const value of used) {
      if (value.origin.kind !== 'batch') continue;
      order.add(value);
      this.usedBatch.push(value.origin.index);
    }
    for (const value of results) order.add(value);
    for (const value of used) order.add(value);
    return new Map([...order].map((value, slot) => [value, slot]));
  }

  /** The memory of each slot; none for what changes at each replay. */
  private memoryOfSlots(graph: Graph, slotOf: ReadonlyMap<Value, number>): (Values | null)[] {
    const written = new Set(graph.calls.flatMap(({ outputs }) => outputs));
    const arena = this.placeComputed(graph);
    const results = new Set(graph.results);
    return [...slotOf].map(([value, slot]) => {
      const { origin, dtype, length } = value;
      if (origin.kind === 'batch' || results.has(value)) return null;
      if (origin.kind === 'computed') return arena.get(value)!;
      if (origin.kind === 'captured') {
        this.captured.push(origin.dataId);
        return this.backend.valuesOf(origin.dataId);
      }
      if (origin.kind === 'variable') {
        const { variable } = origin;
        const { dataId } = variable;
        this.variables.push({ variable, slot, written: written.has(value), dataId });
        return this.backend.valuesOf(dataId);
      }
      const own = this.backend.pool.take(dtype, length);
      if (origin.kind === 'constant') own.set(origin.values);
      else this.live.push({ scalar: own, read: origin.read });
      return own;
    });
  }

  /** One block of memory for all that is computed on the way, used again and again. */
  private placeComputed(graph: Graph): Map<Value, Values> {
    const inPlaceOf = valuesInPlace(graph);
    const lifetimes = new Map<Value, { bytes: number; first: number; last: number }>();
    const placed = new Map<Value, Value>();
    graph.calls.forEach(({ inputs, outputs }, i) => {
      for (const value of [...inputs, ...outputs]) {
        if (value.origin.kind !== 'computed' || graph.results.includes(value)) continue;
        const memory = inPlaceOf.get(value) ?? value;
        placed.set(value, memory);
        const lifetime = lifetimes.get(memory);
        if (lifetime !== undefined) lifetime.last = i;
        else lifetimes.set(memory, { bytes: bytesOf(memory), first: i, last: i });
      }
    });
    const { offsets, bytes } = planMemory([...lifetimes.values()]);
    const offsetOf = new Map([...lifetimes.keys()].map((memory, i) => [memory, offsets[i]]));
    const arena = this.backend.pool.take('bool', bytes);
    const viewOf = ({ dtype, length }: Value, offset: number) =>
      new ARRAYS[dtype](arena.buffer as ArrayBuffer, arena.byteOffset + offset, length);
    return new Map(
      [...placed].map(([value, memory]) => [value, viewOf(value, offsetOf.get(memory)!)]),
    );
  }
}
