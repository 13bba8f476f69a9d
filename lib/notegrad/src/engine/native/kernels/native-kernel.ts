import { EngineError } from '../../../errors';
import * as tf from '../../tf';
import type { NativeBackend } from '../backend/native-backend';
import { DTYPE, type DType, type OperationName } from '../backend/operations';

/** A kernel's call on the native backend. */
export interface NativeCall {
  readonly inputs: Readonly<Record<string, tf.TensorInfo>>;
  readonly attrs: tf.NamedAttrMap;
  readonly backend: NativeBackend;
}

/** What a kernel returns where the native operation does not take such tensors. */
export const UNSUPPORTED: unique symbol = Symbol('unsupported');

/**
 * A kernel of the native backend, for which tfjs's own (of its `cpu` backend) steps in where `compute`
 * returns `UNSUPPORTED`.
 */
export function nativeKernel(
  kernelName: string,
  compute: (call: NativeCall) => tf.TensorInfo | tf.TensorInfo[] | typeof UNSUPPORTED,
): tf.KernelConfig {
  const kernelFunc: tf.KernelFunc = (args) => {
    const call = args as unknown as NativeCall;
    const result = compute(call);
    return result === UNSUPPORTED ? onCpu(kernelName, call) : result;
  };
  return { kernelName, backendName: 'native', kernelFunc };
}

/** Runs the kernel of tfjs's `cpu` backend, which computes in JavaScript, on our memory. */
function onCpu(kernelName: string, call: NativeCall): tf.TensorInfo | tf.TensorInfo[] {
  const config = tf.getKernel(kernelName, 'cpu');
  if (config == null) throw new EngineError(`no kernel ${kernelName} for these types of tensors`);
  settle(call.backend, call.inputs);
  return config.kernelFunc(call as Parameters<tf.KernelFunc>[0]);
}

/** Computes what a kernel in JavaScript is about to read. */
export function settle(backend: NativeBackend, inputs: tf.NamedTensorInfoMap): void {
  if (backend.trace === null) return;
  for (const input of Object.values(inputs).flat()) {
    if (input != null) backend.settleIfBehind(input.dataId);
  }
}

/** 'RealDiv' → 'realDiv', which is how operations are called. */
export function opName<Name extends OperationName>(kernelName: string): Name {
  return (kernelName[0].toLowerCase() + kernelName.slice(1)) as Name;
}

/** The tensor's elements under another shape, without a copy. */
export function reshaped(x: tf.TensorInfo, shape: number[], backend: NativeBackend): tf.TensorInfo {
  backend.incRef(x.dataId);
  return { dataId: x.dataId, shape, dtype: x.dtype };
}

/** Whether native operations know the type. */
export function isNumeric(dtype: tf.DataType): dtype is DType {
  return dtype in DTYPE;
}
