import * as tf from '../tf';
import type { Values } from './addon';
import type { NativeBackend } from './backend';
import type { DType } from './pool';
import type { Assignment, Call, Origin, Recording, Result, Value } from './recording';

type KernelCall = Parameters<tf.KernelFunc>[0];
type Written = { readonly values?: tf.BackendValues; readonly dtype: tf.DataType };

/** Takes down what a step does on the backend, from its construction to `finish`. */
export class Recorder {
  private readonly backend: NativeBackend;
  private readonly calls: Call[] = [];
  private readonly values = new Map<tf.DataId, Value>();
  private readonly constants = new Map<tf.DataId, Written>();
  private readonly variables = new Map<tf.DataId, tf.Variable[]>();
  private obstacle: string | null = null;
  /** The kernel that runs, if its result may be another one at the next step. */
  private kernelOnChanging: string | null = null;

  constructor(backend: NativeBackend, batch: readonly tf.Tensor[]) {
    this.backend = backend;
    batch.forEach(({ dataId }, index) => {
      if (!this.values.has(dataId)) this.add(dataId, { kind: 'batch', index });
    });
    for (const variable of registeredVariables()) {
      const sharing = this.variables.get(variable.dataId);
      if (sharing === undefined) this.variables.set(variable.dataId, [variable]);
      else sharing.push(variable);
    }
  }

  /** A tensor of any values was made, for an operation to write. */
  allocated(dataId: tf.DataId): void {
    this.add(dataId, { kind: 'computed' });
  }

  /** A tensor was made from what JavaScript computed; it may still be writing to it. */
  written(dataId: tf.DataId, data: Written): void {
    if (this.kernelOnChanging !== null) {
      this.stop(`the kernel ${this.kernelOnChanging} runs in JavaScript`);
    }
    this.constants.set(dataId, data);
  }

  /** JavaScript reads the tensor. */
  read(dataId: tf.DataId): void {
    if (this.kernelOnChanging === null && this.changes(dataId)) {
      this.stop('it reads the values of a tensor (dataSync, data, print, …)');
    }
  }

  /** The scalar holds `read()` whenever the step is replayed. */
  live(dataId: tf.DataId, read: () => number): void {
    this.values.delete(dataId);
    this.add(dataId, { kind: 'live', read });
  }

  called(
    op: string,
    inputs: readonly tf.TensorInfo[],
    outputs: readonly tf.TensorInfo[],
    params: readonly number[],
  ): void {
    const values = (infos: readonly tf.TensorInfo[]) =>
      infos.map((info) => this.memoryOf(info.dataId));
    this.calls.push({ op, inputs: values(inputs), outputs: values(outputs), params: [...params] });
  }

  /** Runs a kernel, and notices when it computes in JavaScript what only operations can replay. */
  kernel(name: string, call: KernelCall, kernelFunc: tf.KernelFunc): ReturnType<tf.KernelFunc> {
    const outer = this.kernelOnChanging;
    const inputs = Object.values(call.inputs).flat();
    if (inputs.some((input) => input != null && this.changes(input.dataId))) {
      this.kernelOnChanging = name;
    }
    try {
      return kernelFunc(call);
    } finally {
      this.kernelOnChanging = outer;
    }
  }

  /** @param results the tensors that the step returned; all others that it made are disposed */
  finish(results: readonly tf.Tensor[]): Recording {
    const assignments = this.assignments();
    const kept = new Set<tf.DataId>(results.map(({ dataId }) => dataId));
    for (const { dataId } of registeredVariables()) kept.add(dataId);
    for (const [dataId, { origin }] of this.values) {
      const mine = origin.kind === 'computed' || origin.kind === 'constant';
      if (mine && !kept.has(dataId) && this.backend.data.has(dataId)) {
        this.stop('it keeps a tensor beyond its end (tf.keep)');
      }
    }
    const { calls, obstacle } = this;
    return { calls, results: results.map(this.result), assignments, obstacle };
  }

  private readonly result = ({ dataId, shape }: tf.Tensor): Result => {
    return { value: this.memoryOf(dataId), shape };
  };

  private assignments(): Assignment[] {
    const assignments: Assignment[] = [];
    for (const [dataId, variables] of this.variables) {
      for (const variable of variables) {
        if (variable.dataId === dataId || variable.isDisposed) continue;
        const value = this.memoryOf(variable.dataId);
        if (value.origin.kind === 'variable') {
          this.stop(`it assigns one variable to another (${variable.name})`);
        }
        assignments.push({ variable, value });
      }
    }
    return assignments;
  }

  private stop(obstacle: string): void {
    this.obstacle ??= obstacle;
  }

  private changes(dataId: tf.DataId): boolean {
    return this.memoryOf(dataId).origin.kind !== 'constant';
  }

  private memoryOf(dataId: tf.DataId): Value {
    return this.values.get(dataId) ?? this.add(dataId, this.originOf(dataId));
  }

  private originOf(dataId: tf.DataId): Origin {
    const written = this.constants.get(dataId);
    if (written !== undefined) {
      return { kind: 'constant', values: (written.values as Values)?.slice() };
    }
    const [variable, other] = this.variables.get(dataId) ?? [];
    if (variable === undefined) return { kind: 'captured', dataId };
    if (other !== undefined) this.stop(`${variable.name} and ${other.name} share their values`);
    return { kind: 'variable', variable };
  }

  private add(dataId: tf.DataId, origin: Origin): Value {
    const { values, dtype } = this.backend.data.get(dataId);
    const length = (values as Values | undefined)?.length ?? 0;
    const value = { id: this.values.size, dtype: dtype as DType, length, origin };
    this.values.set(dataId, value);
    return value;
  }
}

function registeredVariables(): tf.Variable[] {
  return Object.values(tf.engine().registeredVariables);
}
