import type { TensorInfo } from '../../tf';
import type { NativeBackend, NativeDataId, NativeTensorData } from '../backend';
import type { DType } from '../pool';
import type { Call, Graph, Value } from './call';
import { fuse } from './fuse';
import { graphOf } from './graph';
import { interpret } from './interpret';
import { Program } from './program';
import type { Ending, Met, TraceNode } from './trace-tree';

/** From so many different programs for one ending on, its traces run call by call. */
const MOST_PROGRAMS = 4;
/** A trace that ended so before is compiled. */
const COMPILED_FROM = 2;

export interface TraceOptions {
  /** Whether operations that follow each other are fused. */
  readonly fused: boolean;
}

let lastNumber = 0;

/**
 * What a step has asked of the backend, and what has not been computed yet. While its JavaScript
 * runs, operations are only noted, and their outputs have no memory. At the end, or where JavaScript
 * reads a value, all are computed: by a program where the same calls have come before, one by one
 * where they have not. So a program is never run for anything but what the step has just asked for,
 * and what changes from step to step (numbers, branches, the tensors it takes) needs no promise.
 */
export class Trace {
  /** Values keep what they were numbered in, so that a look at it tells whether a tensor is known. */
  number = ++lastNumber;
  private node: TraceNode;
  private readonly values: Value[] = [];
  /** By the ids of their values. */
  readonly memories: NativeTensorData[] = [];
  private readonly computed: NativeTensorData[] = [];
  private readonly written = new Set<NativeTensorData>();
  private readonly waiting: NativeTensorData[] = [];
  private met: Met[] = [];
  private readonly ids: number[] = [];

  constructor(
    private readonly backend: NativeBackend,
    root: TraceNode,
    private readonly options: TraceOptions,
  ) {
    this.node = root;
  }

  /** A tensor was made for an operation to write. */
  allocated(data: NativeTensorData): void {
    this.computed.push(data);
  }

  /** Notes a call. */
  call(
    op: string,
    inputs: readonly TensorInfo[],
    outputs: readonly TensorInfo[],
    params: readonly number[],
  ): void {
    const { ids } = this;
    if (this.met.length > 0) this.met = [];
    const numKnown = this.memories.length;
    ids.length = 0;
    for (const { dataId } of inputs) ids.push(this.idOf(dataId as NativeDataId));
    for (const { dataId } of outputs) {
      const id = this.idOf(dataId as NativeDataId);
      const data = this.memories[id];
      if (data.values !== undefined) this.written.add(data);
      ids.push(id);
    }
    this.node =
      this.node.find(op, inputs.length, ids, params, this.met) ??
      this.branch(op, inputs.length, params, numKnown);
    for (const value of this.node.met) this.values.push(value);
  }

  /** Whether the memory does not hold yet what the step has asked for. */
  isBehind(data: NativeTensorData): boolean {
    return data.values === undefined || this.written.has(data);
  }

  /** Memory that is free once all that was noted is computed. */
  free(data: NativeTensorData): void {
    this.waiting.push(data);
  }

  /** Computes all that was noted; the trace goes on from there. */
  settle(): void {
    try {
      if (this.node.call !== null) this.compute(this.node);
    } finally {
      this.begin();
    }
  }

  private begin(): void {
    const { node } = this;
    for (const data of this.computed) {
      if (data.values === undefined && data.refCount > 0 && !data.failure)
        this.backend.giveMemory(data);
    }
    for (const data of this.waiting) this.backend.release(data);
    this.node = node.next();
    this.number = ++lastNumber;
    for (const list of [this.values, this.memories, this.computed, this.waiting]) list.length = 0;
    this.written.clear();
  }

  /** All that was noted, and what of it is still held. */
  graph(): Graph {
    const { node, memories } = this;
    return graphOf(node.path(), new Set(this.survivors()), memories);
  }

  private survivors(): number[] {
    const survivors: number[] = [];
    this.memories.forEach(({ values, refCount }, id) => {
      if (values === undefined && refCount > 0) survivors.push(id);
    });
    return survivors;
  }

  private compute(node: TraceNode): void {
    const { backend, memories } = this;
    const survivors = this.survivors();
    const ending = node.ending(survivors);
    ending.count++;
    try {
      const program = this.programFor(ending);
      if (program !== undefined) program.run(memories);
      else interpret(backend, node.path(), memories);
    } catch (error) {
      for (const id of survivors) memories[id].failure = error as Error;
      throw error;
    }
  }

  private programFor({ programs, count }: Ending): Program | undefined {
    const { backend, memories, options } = this;
    const fitting = programs.find((program) => program.fits(memories));
    if (fitting !== undefined) return fitting;
    if (count < COMPILED_FROM || programs.length === MOST_PROGRAMS) return undefined;
    const graph = this.graph();
    const program = new Program(backend, options.fused ? fuse(graph) : graph, memories);
    programs.push(program);
    return program;
  }

  private idOf(dataId: NativeDataId): number {
    return dataId.trace === this.number ? dataId.value : this.meet(dataId);
  }

  private meet(dataId: NativeDataId): number {
    const data = this.backend.dataOf(dataId);
    const id = this.memories.length;
    dataId.trace = this.number;
    dataId.value = id;
    this.memories.push(data);
    const dtype = data.dtype as DType;
    if (data.values === undefined) {
      this.met.push({ kind: 'computed', dtype, length: data.length });
    } else {
      const kind = data.madeIn === this.number ? 'constant' : 'given';
      // JavaScript may go on writing to the array that it made the tensor of.
      if (kind === 'constant') this.backend.makeOwn(data);
      this.met.push({ kind, dtype, length: data.values.length });
    }
    return id;
  }

  private branch(
    op: string,
    numInputs: number,
    params: readonly number[],
    numKnown: number,
  ): TraceNode {
    const met = this.met.map(
      ({ kind, dtype, length }, i): Value => ({
        id: numKnown + i,
        dtype,
        length,
        origin: { kind },
      }),
    );
    const valueAt = (id: number) => (id < numKnown ? this.values[id] : met[id - numKnown]);
    const values = this.ids.map(valueAt);
    const call: Call = {
      op,
      inputs: values.slice(0, numInputs),
      outputs: values.slice(numInputs),
      params: [...params],
    };
    return this.node.add(call, met);
  }
}
