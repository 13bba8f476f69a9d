import type { AddonProgram, Values } from '../../backend/addon';
import type { NativeTensorData } from '../../backend/memory';
import type { NativeBackend } from '../../backend/native-backend';
import { ARRAYS } from '../../backend/pool';
import { bytesOf, type Graph, type Value } from '../graph/call';
import { valuesInPlace } from './in-place';
import { planMemory } from './memory-plan';

/** A memory of the trace that the program runs on. */
interface Binding {
  readonly id: number;
  readonly slot: number;
}

interface Pin {
  readonly id: number;
  readonly values: Values;
}

/** The calls of a trace as one native call, on memory of its own for what is computed on the way. */
export class Program {
  /** Whether others are run so much more often that it is let go. */
  isForgotten = false;
  private readonly backend: NativeBackend;
  private readonly program: AddonProgram;
  /** The memory of each slot; null before the first run where that changes. */
  private readonly slots: (Values | null)[];
  private readonly bindings: readonly Binding[];
  private readonly pins: readonly Pin[];
  /** The ids of what is needed afterwards. */
  readonly survivors: readonly number[];
  /** The ids of what is there before. */
  readonly given: readonly number[];
  private readonly written: ReadonlySet<number>;
  private readonly bound: ReadonlyMap<number, Value>;

  /** @param memories of the trace, by the values' ids */
  constructor(backend: NativeBackend, graph: Graph, memories: readonly NativeTensorData[]) {
    const { calls, results, pinned = new Set<Value>() } = graph;
    this.backend = backend;
    this.survivors = results.map(({ id }) => id);
    const used = new Set(calls.flatMap(({ inputs, outputs }) => [...inputs, ...outputs]));
    const slotOf = new Map([...used].map((value, slot) => [value, slot]));
    const arena = placeComputed(backend, graph);
    const isBound = (value: Value) => value.origin.kind !== 'computed' || results.includes(value);
    this.slots = [...used].map((value) => arena.get(value) ?? null);
    this.bindings = [...slotOf].flatMap(([value, slot]) =>
      isBound(value) ? [{ id: value.id, slot }] : [],
    );
    this.bound = new Map([...used].filter(isBound).map((value) => [value.id, value]));
    this.given = [...this.bound.keys()].filter((id) => !this.survivors.includes(id));
    this.written = new Set(calls.flatMap(({ outputs }) => outputs.map(({ id }) => id)));
    this.pins = [...pinned].map(({ id }) => ({ id, values: memories[id].values!.slice() }));
    this.program = new backend.addon.Program(
      this.slots,
      Uint32Array.from(calls, ({ op }) => backend.opId(op)),
      Uint32Array.from(calls, ({ params }) => params.length),
      Float64Array.from(calls.flatMap(({ params }) => params)),
      Uint32Array.from(calls, ({ inputs, outputs }) => inputs.length + outputs.length),
      Uint32Array.from(
        calls.flatMap(({ inputs, outputs }) => [...inputs, ...outputs].map((v) => slotOf.get(v)!)),
      ),
    );
  }

  /** Whether a call writes the value. */
  writes(id: number): boolean {
    return this.written.has(id);
  }

  /** A memory of the kind that the value has, without values. */
  memoryFor(id: number): NativeTensorData {
    const { dtype, length } = this.bound.get(id)!;
    return { dtype, length, refCount: 1, madeIn: 0 };
  }

  /** Whether the constants that the calls were chosen for are those of the trace. */
  fits(memories: readonly NativeTensorData[]): boolean {
    return this.pins.every(({ id, values }) =>
      values.every((value, i) => Object.is(value, memories[id].values![i])),
    );
  }

  /** Runs on the trace's memories, and gives the survivors theirs. */
  run(memories: readonly NativeTensorData[]): void {
    const { backend, slots, program } = this;
    for (const id of this.survivors) backend.giveMemory(memories[id]);
    for (const { id, slot } of this.bindings) {
      const values = memories[id].values!;
      if (slots[slot] === values) continue;
      program.bind(slot, values);
      slots[slot] = values;
    }
    program.run();
  }

  /** How long each call took, in milliseconds, on the memory that it ran on last. */
  profile(): number[] {
    return this.program.profile();
  }
}

/** One block of memory for all that is computed on the way, used again and again. */
function placeComputed(backend: NativeBackend, graph: Graph): Map<Value, Values> {
  const results = new Set(graph.results);
  const inPlaceOf = valuesInPlace(graph);
  const lifetimes = new Map<Value, { bytes: number; first: number; last: number }>();
  const placed = new Map<Value, Value>();
  graph.calls.forEach(({ inputs, outputs }, i) => {
    for (const value of [...inputs, ...outputs]) {
      if (value.origin.kind !== 'computed' || results.has(value)) continue;
      const memory = inPlaceOf.get(value) ?? value;
      placed.set(value, memory);
      const lifetime = lifetimes.get(memory);
      if (lifetime !== undefined) lifetime.last = i;
      else lifetimes.set(memory, { bytes: bytesOf(memory), first: i, last: i });
    }
  });
  const { offsets, bytes } = planMemory([...lifetimes.values()]);
  const offsetOf = new Map([...lifetimes.keys()].map((memory, i) => [memory, offsets[i]]));
  const arena = backend.pool.take('bool', bytes);
  const viewOf = ({ dtype, length }: Value, offset: number) =>
    new ARRAYS[dtype](arena.buffer as ArrayBuffer, arena.byteOffset + offset, length);
  return new Map(
    [...placed].map(([value, memory]) => [value, viewOf(value, offsetOf.get(memory)!)]),
  );
}
