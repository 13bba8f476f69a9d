import type { Tensor, TensorInfo, Variable } from '../../../tf';
import type { Values } from '../../backend/addon';
import type { NativeDataId, NativeTensorData } from '../../backend/memory';
import type { NativeBackend } from '../../backend/native-backend';
import type { OperationName } from '../../backend/operations';
import type { DType } from '../../backend/pool';
import type { Recorder } from '../../backend/recorder';
import { fuse } from '../fuse/fuse';
import type { Call, Graph, Value } from '../graph/call';
import { graphOf } from '../graph/graph';
import { interpret } from '../replay/interpret';
import { Program } from '../replay/program';
import type { Segment } from '../replay/segment';
import type { Ending, GradientPath, Met, TapeSignature, TraceNode } from './trace-tree';
import type { Traces } from './traces';

/** From so many different programs for one ending on, its traces run call by call. */
const MOST_PROGRAMS = 4;
/** So many gradients are remembered at one place of the traces. */
const MOST_GRADIENT_PATHS = 4;
/** A trace that ended so before is compiled. */
const COMPILED_FROM = 2;

/** Stands for the tensors of a path that is followed: nothing ever asks for them. */
const NOBODYS: NativeDataId = { id: -1, trace: 0, value: 0 };

let lastNumber = 0;

/**
 * What a step has asked of the backend, and what has not been computed yet. While its JavaScript
 * runs, operations are only noted, and their outputs have no memory. At the end, or where JavaScript
 * reads a value, all are computed: by a program where the same calls have come before, one by one
 * where they have not. So a program is never run for anything but what the step has just asked for,
 * and what changes from step to step (numbers, branches, the tensors it takes) needs no promise.
 */
export class Trace implements Recorder {
  /** Values keep what they were numbered in, so that a look at it tells whether a tensor is known. */
  number: number = ++lastNumber;
  private node: TraceNode;
  private readonly values: Value[] = [];
  /** By the ids of their values. */
  readonly memories: NativeTensorData[] = [];
  private readonly dataIds: NativeDataId[] = [];
  private readonly computed: NativeTensorData[] = [];
  private readonly written = new Set<NativeTensorData>();
  private readonly waiting: NativeTensorData[] = [];
  /** What the variables that were assigned had before. */
  private readonly before = new Map<Variable, NativeTensorData>();
  private met: Met[] = [];
  private readonly ids: number[] = [];

  constructor(
    private readonly backend: NativeBackend,
    private readonly traces: Traces,
    private readonly onComputed?: (segment: Segment) => void,
  ) {
    this.node = traces.root;
  }

  /** A variable is about to be assigned another memory. */
  assigns(variable: Variable): void {
    if (!this.before.has(variable)) {
      this.before.set(variable, this.backend.dataOf(variable.dataId));
    }
  }

  /** A tensor was made for an operation to write. */
  allocated(data: NativeTensorData): void {
    this.computed.push(data);
  }

  /** Notes a call. */
  call(
    op: OperationName,
    inputs: readonly TensorInfo[],
    outputs: readonly TensorInfo[],
    params: Float64Array,
    paramCount: number,
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
      this.node.find(op, inputs.length, ids, params, paramCount, this.met) ??
      this.branch(op, inputs.length, [...params.subarray(0, paramCount)], numKnown);
    for (const value of this.node.met) this.values.push(value);
  }

  /** What the tensor's values are numbered with, if a call has met them. */
  knownId(dataId: TensorInfo['dataId']): number | undefined {
    const { trace, value } = dataId as NativeDataId;
    return trace === this.number ? value : undefined;
  }

  /** The gradients that earlier traces had from here on. */
  get gradientPaths(): readonly GradientPath[] {
    return this.node.gradientPaths;
  }

  /** Does what makes the gradients of such a tape, and remembers its calls if they depend on no more. */
  noteGradientPath(signature: TapeSignature, backward: () => Tensor[]): Tensor[] {
    const { node: start, number, backend } = this;
    const numKnown = this.memories.length;
    const firstId = backend.nextId;
    const gradients = backward();
    if (this.number !== number || start.gradientPaths.length === MOST_GRADIENT_PATHS) {
      return gradients;
    }
    const isMade = (id: number | undefined) => id !== undefined && this.dataIds[id].id >= firstId;
    const met = this.values.slice(numKnown);
    const isOwn =
      met.every(({ id }) => isMade(id)) &&
      gradients.every((gradient) => !gradient || isMade(this.knownId(gradient.dataId))) &&
      writesOnlyComputed(start, this.node);
    if (!isOwn) return gradients;
    start.gradientPaths.push({
      signature,
      end: this.node,
      met,
      made: met.map(({ id }) => this.memories[id].values?.slice()),
      gradients: gradients.map((gradient) =>
        gradient ? { id: this.knownId(gradient.dataId)!, shape: gradient.shape } : null,
      ),
    });
    return gradients;
  }

  /** Notes all calls of a path at once, and returns the gradients that they make. */
  follow({ end, met, made, gradients }: GradientPath): Tensor[] {
    const { backend, memories } = this;
    met.forEach((value, i) => {
      const { dtype, length } = value;
      this.values.push(value);
      memories.push({ dtype, length, values: made[i], refCount: 0, madeIn: this.number });
      this.dataIds.push(NOBODYS);
    });
    const held = new Map<number, NativeDataId>();
    this.node = end;
    return gradients.map((gradient) => {
      if (gradient === null) return undefined as unknown as Tensor; // as tfjs has it
      const { id, shape } = gradient;
      const data = memories[id];
      data.refCount++;
      let dataId = held.get(id);
      if (dataId === undefined) {
        dataId = backend.hold(data);
        dataId.trace = this.number;
        dataId.value = id;
        this.dataIds[id] = dataId;
        held.set(id, dataId);
      }
      return backend.tensorOf({ dataId, shape, dtype: data.dtype });
    });
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
    for (const list of [this.values, this.memories, this.dataIds, this.computed, this.waiting])
      list.length = 0;
    this.written.clear();
    this.before.clear();
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
      this.onComputed?.({ program, memories: [...memories], constants: this.constants() });
      if (program !== undefined) {
        this.traces.uses(program);
        program.run(memories);
      } else {
        this.traces.computesWithoutProgram();
        interpret(backend, node.path(), memories);
      }
    } catch (error) {
      for (const id of survivors) memories[id].failure = error as Error;
      this.restoreVariables();
      throw error;
    }
  }

  /** After an error variables are what they were, so that nothing is lost. */
  private restoreVariables(): void {
    for (const [variable, { values }] of this.before) {
      if (variable.isDisposed || values === undefined) continue;
      const data = this.backend.dataOf(variable.dataId);
      if (data.failure === undefined) continue;
      data.values = values.slice();
      data.failure = undefined;
    }
  }

  private constants(): Map<number, Values> {
    const constants = new Map<number, Values>();
    this.memories.forEach(({ madeIn, values }, id) => {
      if (madeIn === this.number && values !== undefined) constants.set(id, values.slice());
    });
    return constants;
  }

  private programFor(ending: Ending): Program | undefined {
    const { backend, memories, traces } = this;
    ending.programs = ending.programs.filter(({ isForgotten }) => !isForgotten);
    const { programs, count } = ending;
    const fitting = programs.find((program) => program.fits(memories));
    if (fitting !== undefined) return fitting;
    if (count < COMPILED_FROM || programs.length === MOST_PROGRAMS) return undefined;
    const graph = this.graph();
    const program = new Program(backend, traces.fused ? fuse(graph) : graph, memories);
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
    this.dataIds.push(dataId);
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
    op: OperationName,
    numInputs: number,
    params: readonly number[],
    numKnown: number,
  ): TraceNode {
    this.traces.branches(this.node.difference(op, params));
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
      params,
    };
    return this.node.add(call, met);
  }
}

function writesOnlyComputed(start: TraceNode, end: TraceNode): boolean {
  for (let node = end; node !== start; node = node.parent!) {
    if (node.call!.outputs.some(({ origin }) => origin.kind !== 'computed')) return false;
  }
  return true;
}
