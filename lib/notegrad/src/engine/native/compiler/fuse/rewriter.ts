import type { Call, Graph, Value } from '../graph/call';

/**
 * The calls of a graph while operations are fused: who writes and reads each value, and whether a
 * call may be made later than it was.
 */
export class Rewriter {
  private readonly calls: (Call | null)[];
  private readonly results: ReadonlySet<Value>;
  private readonly writers = new Map<Value, number[]>();
  private readonly readers = new Map<Value, number[]>();

  constructor(private readonly graph: Graph) {
    this.calls = [...graph.calls];
    this.results = new Set(graph.results);
    graph.calls.forEach((call, place) => {
      this.index(call, place);
    });
  }

  get length(): number {
    return this.calls.length;
  }

  /** The call at a place; null where one was removed. */
  at(place: number): Call | null {
    return this.calls[place];
  }

  /** The place of the only call that writes the value, if the step computes it once. */
  writerOf(value: Value): number | null {
    const writers = this.placesIn(this.writers, value);
    return value.origin.kind === 'computed' && writers.length === 1 ? writers[0] : null;
  }

  /** Whether a call writes the value. */
  isWritten(value: Value): boolean {
    return this.placesIn(this.writers, value).length > 0;
  }

  /** The places of the calls that read the value. */
  readersOf(value: Value): number[] {
    return this.placesIn(this.readers, value);
  }

  /** The place of the only call that reads a value computed once, if nothing else needs it. */
  onlyReaderOf(value: Value): number | null {
    const readers = this.readersOf(value);
    const isOwn = this.writerOf(value) !== null && !this.results.has(value);
    return readers.length === 1 && isOwn ? readers[0] : null;
  }

  /** Whether what the call at `place` reads is still the same just before the call at `later`. */
  canDelay(place: number, later: number): boolean {
    const { inputs } = this.calls[place]!;
    return inputs.every((value) =>
      this.placesIn(this.writers, value).every((writer) => writer <= place || writer >= later),
    );
  }

  /** Puts a call in the place of another, and removes those that it makes needless. */
  replace(place: number, call: Call, ...removed: number[]): void {
    for (const other of removed) this.calls[other] = null;
    this.calls[place] = call;
    this.index(call, place);
  }

  finish(): Graph {
    return { ...this.graph, calls: this.calls.filter((call) => call !== null) };
  }

  private index(call: Call, place: number): void {
    const note = (map: Map<Value, number[]>, value: Value) => {
      const places = map.get(value);
      if (places === undefined) map.set(value, [place]);
      else if (!places.includes(place)) places.push(place);
    };
    for (const value of call.inputs) note(this.readers, value);
    for (const value of call.outputs) note(this.writers, value);
  }

  /** Only those where the value is still in the call that stands there. */
  private placesIn(map: Map<Value, number[]>, value: Value): number[] {
    const side = map === this.writers ? 'outputs' : 'inputs';
    return (map.get(value) ?? []).filter((place) => this.calls[place]?.[side].includes(value));
  }
}
