import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import { EngineError } from '../../../errors';
import type { ResidentInts } from '../../resident-ints';
import { checkLength, withRoomFor } from '../../tensor-sizes';
import type * as tf from '../../tf';
import { engine, util } from '../../tf';
import type { Addon, Values } from './addon';
import { MemoryStorage, type NativeDataId, type NativeTensorData } from './memory';
import { type OperationName, type OperationParams, operations } from './operations';
import { ARRAYS, type DType, Pool } from './pool';
import type { Recorder } from './recorder';

/**
 * The backend `native`. Tensors live in ordinary typed arrays, as those of tfjs's own `cpu` do, so
 * that every kernel of that one works on them too.
 */
export class NativeBackend extends MathBackendCPU {
  readonly pool: Pool;
  /** Takes down what is to be run, while a step is compiled. */
  trace: Recorder | null = null;
  readonly addon: Addon;
  private readonly ids: ReadonlyMap<string, number>;
  private readonly residents = new WeakMap<ResidentInts, tf.TensorInfo>();
  /** The number of the next memory; they count up. */
  nextId = 0;

  constructor(addon: Addon) {
    super();
    this.addon = addon;
    this.data = new MemoryStorage(this, engine());
    this.pool = new Pool({ prepareMemory: addon.prepareMemory });
    this.ids = new Map(addon.names.map((name, id) => [name, id]));
  }

  /**
   * A tensor of any values, for an operation to write. Its memory is aligned to 64 bytes; that of a
   * tensor made from the user's array is not.
   */
  allocate(shape: number[], dtype: DType): tf.TensorInfo {
    const length = util.sizeFromShape(shape);
    const make = () => this.pool.take(dtype, length);
    const values = this.trace === null ? withRoomFor(shape, dtype, make) : undefined;
    const data = { values, dtype, refCount: 1, length, madeIn: 0 };
    this.trace?.allocated(data);
    return { dataId: this.hold(data), shape, dtype };
  }

  /**
   * Runs a native operation. It writes each of its outputs wholly; one that was written before may
   * be updated in place instead. Nothing runs when all outputs are empty.
   *
   * @param params What the operation is prepared for. Whatever changes from one training step to the
   *   next belongs in an input instead: preparing costs more than running.
   */
  run<Name extends OperationName>(
    op: Name,
    inputs: readonly tf.TensorInfo[],
    outputs: readonly tf.TensorInfo[],
    params: OperationParams[Name],
  ): void {
    const id = this.opId(op);
    if (outputs.every(({ dataId }) => this.dataOf(dataId).length === 0)) return;
    const numbers = this.addon.params;
    const count = operations[op].write(numbers, params);
    this.checkRoomFor(op, count);
    if (this.trace !== null) {
      this.trace.call(op, inputs, outputs, numbers, count);
      return;
    }
    const buffers: Values[] = [];
    for (const { dataId } of inputs) buffers.push(this.valuesOf(dataId));
    for (const { dataId } of outputs) buffers.push(this.valuesOf(dataId));
    this.addon.run(id, count, ...buffers);
  }

  /** Runs a native operation on the memory of its inputs and outputs. */
  compute(id: number, buffers: readonly Values[], params: readonly number[]): void {
    const numbers = this.addon.params;
    this.checkRoomFor(this.addon.names[id], params.length);
    for (let i = 0; i < params.length; i++) numbers[i] = params[i];
    this.addon.run(id, params.length, ...buffers);
  }

  private checkRoomFor(op: string, count: number): void {
    const { length } = this.addon.params;
    if (count > length) throw new EngineError(`${op}: more than ${length} parameters`);
  }

  /**
   * A float32 scalar of `read()`, which a step that is replayed reads anew: for a number that lives in
   * JavaScript, such as a learning rate. Whoever asked for it disposes it.
   */
  live(read: () => number): tf.TensorInfo {
    const dataId = this.write(Float32Array.of(read()), [], 'float32');
    this.dataOf(dataId).read = read;
    return { dataId, shape: [], dtype: 'float32' };
  }

  /** The numbers as a tensor that operations change; nobody counts it among the tensors. */
  residentTensor(ints: ResidentInts, shape: number[]): tf.TensorInfo {
    const known = this.residents.get(ints);
    if (known !== undefined) return known;
    const values = this.pool.take('int32', util.sizeFromShape(shape)) as Int32Array;
    const { length } = values;
    const memory: NativeTensorData = { values, dtype: 'int32', refCount: 1, length, madeIn: 0 };
    const dataId: NativeDataId = { id: this.nextId++, memory, trace: 0, value: 0 };
    const tensor = { dataId, shape, dtype: 'int32' } as const;
    this.residents.set(ints, tensor);
    ints.moveTo({
      values,
      settle: () => this.settle(),
      release: () => {
        this.residents.delete(ints);
        this.release(memory);
      },
    });
    return tensor;
  }

  /** Makes sure that nobody else sees the variable's memory, so that it can be updated in place. */
  makeExclusive(variable: tf.Variable): void {
    const { values, refCount, dtype, length } = this.dataOf(variable.dataId);
    if (refCount === 1 && (values === undefined || this.pool.owns(values))) return;
    const copy = this.allocate(variable.shape, dtype as DType);
    this.run('copy', [variable], [copy], { bytes: length * util.bytesPerElement(dtype) });
    const tensor = this.tensorOf(copy);
    variable.assign(tensor);
    tensor.dispose();
  }

  /** A tensor has values of its own, as on other engines: its array may be filled anew. */
  override write(given: tf.BackendValues, shape: number[], dtype: tf.DataType): tf.DataId {
    if (given == null || !(dtype in ARRAYS)) return this.adopt(given, shape, dtype);
    checkLength(given, shape);
    const make = () => this.pool.take(dtype as DType, given.length);
    const values = withRoomFor(shape, dtype, make);
    values.set(given as ArrayLike<number>);
    return this.keep(values, dtype);
  }

  /** What a kernel in JavaScript made, on the memory that it made it in. */
  override makeTensorInfo(
    shape: number[],
    dtype: tf.DataType,
    values?: tf.BackendValues | string[],
  ): tf.TensorInfo {
    if (!(dtype in ARRAYS)) return super.makeTensorInfo(shape, dtype, values);
    return { dataId: this.adopt(values as tf.BackendValues, shape, dtype), shape, dtype };
  }

  private adopt(given: tf.BackendValues, shape: number[], dtype: tf.DataType): tf.DataId {
    if (given != null) checkLength(given, shape);
    const values = dtype in ARRAYS ? valuesAs(dtype as DType, given) : given;
    // A kernel of tfjs's cpu backend may make a second tensor on the memory of a first.
    if (ArrayBuffer.isView(values)) this.pool.disown(values as Values);
    return this.keep(values as Values, dtype);
  }

  private keep(values: Values, dtype: tf.DataType): tf.DataId {
    const madeIn = this.trace?.number ?? 0;
    const length = (values as Values | null)?.length ?? 0;
    return this.hold({ values, dtype, refCount: 1, length, madeIn });
  }

  override move(
    dataId: tf.DataId,
    values: tf.BackendValues,
    _shape: number[],
    dtype: tf.DataType,
    refCount: number,
  ): void {
    const { length } = values;
    this.data.set(dataId, { values, dtype, refCount, length, madeIn: 0 } as NativeTensorData);
  }

  /** A copy where the memory is ours, which would otherwise change under the reader's eyes. */
  override readSync(dataId: tf.DataId): tf.BackendValues {
    this.settleIfBehind(dataId);
    const values = super.readSync(dataId);
    return ArrayBuffer.isView(values) && this.pool.owns(values as Values)
      ? (values as Values).slice()
      : values;
  }

  override disposeData(dataId: tf.DataId, force = false): boolean {
    if (!this.data.has(dataId)) return true;
    const data = this.dataOf(dataId);
    const released = super.disposeData(dataId, force);
    if (!released) return false;
    data.refCount = 0;
    if (this.trace === null) this.release(data);
    else this.trace.free(data);
    return true;
  }

  override memory(): { unreliable: boolean; reasons: string[]; waitingBytes: number } {
    return { unreliable: false, reasons: [], waitingBytes: this.pool.waitingBytes };
  }

  opId(op: string): number {
    const id = this.ids.get(op);
    if (id !== undefined) return id;
    throw new EngineError(
      `the native engine has no operation ${op}: run "npx homework setup" to build it anew`,
    );
  }

  /** The elements of a tensor that is neither complex nor of strings. */
  valuesOf(dataId: tf.DataId): Values {
    this.settleIfBehind(dataId);
    return this.dataOf(dataId).values as Values;
  }

  dataOf(dataId: tf.DataId): NativeTensorData {
    return this.data.get(dataId) as NativeTensorData;
  }

  /** Makes at once what is there for all later steps, and no part of the one that is traced. */
  untraced<T>(make: () => T): T {
    const { trace } = this;
    this.trace = null;
    try {
      return make();
    } finally {
      this.trace = trace;
    }
  }

  /** Computes all that the step so far has asked for. */
  settle(): void {
    this.trace?.settle();
  }

  /** Computes what JavaScript is about to read, if it is not computed yet. */
  settleIfBehind(dataId: tf.DataId): void {
    const data = this.dataOf(dataId);
    if (this.trace?.isBehind(data)) this.trace.settle();
    if (data.failure) {
      throw new EngineError(`the tensor was not computed: ${data.failure.message}`);
    }
  }

  /** Memory of any values for what is to be computed. */
  giveMemory(data: NativeTensorData): void {
    const { dtype, length } = data;
    const make = () => this.pool.take(dtype as DType, length);
    data.values = withRoomFor([length], dtype, make);
  }

  /** Takes back the memory of what nothing needs any longer. */
  release(data: NativeTensorData): void {
    const { values, dtype } = data;
    data.values = undefined;
    if (ArrayBuffer.isView(values) && this.pool.owns(values)) {
      this.pool.give(dtype as DType, values);
    }
  }

  /** Makes the memory of the type that a kernel in JavaScript says its result has. */
  retype({ dataId, dtype }: tf.TensorInfo): void {
    const data = this.dataOf(dataId);
    if (data.dtype === dtype || !(dtype in ARRAYS) || data.values === undefined) return;
    data.values = valuesAs(dtype as DType, data.values);
    data.dtype = dtype;
  }

  /** Gives the tensor a memory that only tensors see. */
  makeOwn(data: NativeTensorData): void {
    if (!this.pool.owns(data.values!)) data.values = data.values!.slice();
  }

  tensorOf({ dataId, shape, dtype }: tf.TensorInfo): tf.Tensor {
    return engine().makeTensorFromDataId(dataId, shape, dtype, this);
  }

  /** Keeps a memory under a name of its own. */
  hold(data: NativeTensorData): NativeDataId {
    const dataId: NativeDataId = { id: this.nextId++, memory: data, trace: 0, value: 0 };
    this.data.set(dataId, data);
    return dataId;
  }
}

/** Kernels of tfjs's cpu backend leave results in arrays of other types, and plain ones. */
function valuesAs(dtype: DType, values: tf.BackendValues | undefined): Values {
  const ArrayType = ARRAYS[dtype];
  return values instanceof ArrayType ? values : ArrayType.from(values as ArrayLike<number>);
}
