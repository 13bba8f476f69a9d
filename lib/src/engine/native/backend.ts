import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import { checkLength, withRoomFor } from '../tensor-sizes';
import type * as tf from '../tf';
import { engine, util } from '../tf';
import type { Addon, Values } from './addon';
import { ARRAYS, type DType, Pool } from './pool';
import type { Recorder } from './recorder';

type TensorData = ReturnType<MathBackendCPU['data']['get']>;

/**
 * The backend `native`. Tensors live in ordinary typed arrays, as those of tfjs's own `cpu` do, so
 * that every kernel of that one works on them too.
 */
export class NativeBackend extends MathBackendCPU {
  readonly pool: Pool;
  /** Takes down what is run, while a step is recorded. */
  recorder: Recorder | null = null;
  readonly addon: Addon;
  private readonly ids: ReadonlyMap<string, number>;
  private lastDataId = 0;

  constructor(addon: Addon) {
    super();
    this.addon = addon;
    this.pool = new Pool({ prepareMemory: addon.prepareMemory });
    this.ids = new Map(addon.names.map((name, id) => [name, id]));
  }

  /**
   * A tensor of any values, for an operation to write. Its memory is aligned to 64 bytes; that of a
   * tensor made from the user's array is not.
   */
  allocate(shape: number[], dtype: DType): tf.TensorInfo {
    const size = util.sizeFromShape(shape);
    const values = withRoomFor(shape, dtype, () => this.pool.take(dtype, size));
    const dataId = this.store({ values, dtype, refCount: 1 });
    this.recorder?.allocated(dataId);
    return { dataId, shape, dtype };
  }

  /**
   * Runs a native operation. It writes each of its outputs wholly; one that was written before may
   * be updated in place instead. Nothing runs when all outputs are empty.
   *
   * @param params What the operation is prepared for. Whatever changes from one training step to the
   *   next belongs in an input instead: preparing costs more than running.
   */
  run(
    op: string,
    inputs: readonly tf.TensorInfo[],
    outputs: readonly tf.TensorInfo[],
    params: readonly number[],
  ): void {
    const id = this.opId(op);
    const buffers: Values[] = [];
    for (const { dataId } of inputs) buffers.push(this.valuesOf(dataId));
    let written = 0;
    for (const { dataId } of outputs) {
      const values = this.valuesOf(dataId);
      written += values.length;
      buffers.push(values);
    }
    if (written === 0) return;
    const scratch = this.addon.params;
    if (params.length > scratch.length) {
      throw new Error(`${op}: more than ${scratch.length} parameters`);
    }
    for (let i = 0; i < params.length; i++) scratch[i] = params[i];
    this.recorder?.called(op, inputs, outputs, params);
    this.addon.run(id, params.length, ...buffers);
  }

  /**
   * A float32 scalar of `read()`, which a recorded step reads anew whenever it is replayed: for a
   * number that lives in JavaScript, such as a learning rate. Whoever asked for it disposes it.
   */
  live(read: () => number): tf.TensorInfo {
    const scalar = this.allocate([], 'float32');
    this.valuesOf(scalar.dataId)[0] = read();
    this.recorder?.live(scalar.dataId, read);
    return scalar;
  }

  /** Makes sure that nobody else sees the variable's memory, so that it can be updated in place. */
  makeExclusive(variable: tf.Variable): void {
    const { values, refCount, dtype } = this.data.get(variable.dataId);
    if (refCount === 1 && this.pool.owns(values as Values)) return;
    const copy = this.allocate(variable.shape, dtype as DType);
    this.run('copy', [variable], [copy], [(values as Values).byteLength]);
    const tensor = this.tensorOf(copy);
    variable.assign(tensor);
    tensor.dispose();
  }

  override write(given: tf.BackendValues, shape: number[], dtype: tf.DataType): tf.DataId {
    if (given != null) checkLength(given, shape);
    const values = dtype in ARRAYS ? valuesAs(dtype as DType, given) : given;
    // A kernel of tfjs's cpu backend may make a second tensor on the memory of a first.
    if (ArrayBuffer.isView(values)) this.pool.disown(values as Values);
    const data = { values, dtype, refCount: 1 };
    const dataId = this.store(data);
    this.recorder?.written(dataId, data);
    return dataId;
  }

  /** A copy where the memory is ours, which would otherwise change under the reader's eyes. */
  override readSync(dataId: tf.DataId): tf.BackendValues {
    this.recorder?.read(dataId);
    const values = super.readSync(dataId);
    return ArrayBuffer.isView(values) && this.pool.owns(values as Values)
      ? (values as Values).slice()
      : values;
  }

  override disposeData(dataId: tf.DataId, force = false): boolean {
    if (!this.data.has(dataId)) return true;
    const { values, dtype } = this.data.get(dataId);
    const released = super.disposeData(dataId, force);
    if (released && ArrayBuffer.isView(values) && this.pool.owns(values as Values)) {
      this.pool.give(dtype as DType, values as Values);
    }
    return released;
  }

  override memory(): { unreliable: boolean; reasons: string[]; waitingBytes: number } {
    return { unreliable: false, reasons: [], waitingBytes: this.pool.waitingBytes };
  }

  opId(op: string): number {
    const id = this.ids.get(op);
    if (id !== undefined) return id;
    throw new Error(`the native engine has no operation ${op}: run "npm start" to build it anew`);
  }

  /** The elements of a tensor that is neither complex nor of strings. */
  valuesOf(dataId: tf.DataId): Values {
    return this.data.get(dataId).values as Values;
  }

  tensorOf({ dataId, shape, dtype }: tf.TensorInfo): tf.Tensor {
    return engine().makeTensorFromDataId(dataId, shape, dtype, this);
  }

  private store(data: TensorData): tf.DataId {
    const dataId = { id: this.lastDataId++ };
    this.data.set(dataId, data);
    return dataId;
  }
}

/** Kernels of tfjs's cpu backend leave results in arrays of other types, and plain ones. */
function valuesAs(dtype: DType, values: tf.BackendValues | undefined): Values {
  const ArrayType = ARRAYS[dtype];
  return values instanceof ArrayType ? values : ArrayType.from(values as ArrayLike<number>);
}
