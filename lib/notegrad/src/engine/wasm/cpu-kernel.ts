import * as tf from '../tf';
import { splitComplex } from './complex';
import type { Kernel } from './kernel';

/**
 * The kernel of that name of tfjs's plain JavaScript backend, for the wasm backend: it computes on
 * copies of the inputs, and its outputs go to wasm's memory.
 */
export function cpuKernel(kernelName: string): Kernel {
  const { kernelFunc } = tf.getKernel(kernelName, 'cpu');
  const makeCpu = tf.findBackendFactory('cpu') as () => tf.KernelBackend;

  return ({ inputs, attrs, backend }) => {
    const cpu = makeCpu();
    const toCpu = (tensor: tf.TensorInfo): tf.TensorInfo => {
      const values = backend.readSync(tensor.dataId);
      if (tensor.dtype === 'complex64') return complexToCpu(cpu, values as Float32Array, tensor);
      return store(cpu, values, tensor.shape, tensor.dtype);
    };
    const fromCpu = ({ dataId, shape, dtype }: tf.TensorInfo): tf.TensorInfo =>
      backend.makeOutput(shape, dtype, undefined, ofType(dtype, cpu.readSync(dataId)));

    const outputs = kernelFunc({
      inputs: mapTensors(inputs, toCpu) as tf.NamedTensorInfoMap,
      attrs: attrs as tf.NamedAttrMap,
      backend: cpu,
    });
    return Array.isArray(outputs) ? outputs.map(fromCpu) : fromCpu(outputs);
  };
}

type Values = ReturnType<tf.KernelBackend['readSync']>;

/** The values in an array of the dtype: some cpu kernels leave int32 tensors in a Float32Array. */
function ofType(dtype: tf.DataType, values: Values): Values {
  if (dtype === 'string' || dtype === 'complex64') return values;
  return tf.util.toTypedArray(values as tf.TypedArray, dtype);
}

function store(
  cpu: tf.KernelBackend,
  values: Values,
  shape: number[],
  dtype: tf.DataType,
): tf.TensorInfo {
  const dataId = {};
  cpu.move(dataId, values, shape, dtype, 1);
  // The gradients of a dilation ask for the rank as well.
  const tensor = { dataId, shape, dtype, rank: shape.length };
  return tensor;
}

function complexToCpu(
  cpu: tf.KernelBackend,
  values: Float32Array,
  { shape }: tf.TensorInfo,
): tf.TensorInfo {
  const [real, imag] = splitComplex(values).map((part) => store(cpu, part, shape, 'float32'));
  const { kernelFunc } = tf.getKernel('Complex', 'cpu');
  return kernelFunc({ inputs: { real, imag }, attrs: {}, backend: cpu }) as tf.TensorInfo;
}

/** Tensors by name, of which optional ones may be missing, or a list of them, or one in the other. */
type Inputs = tf.TensorInfo | Inputs[] | { [name: string]: Inputs | undefined };

function mapTensors(inputs: Inputs, map: (tensor: tf.TensorInfo) => tf.TensorInfo): Inputs {
  if (Array.isArray(inputs)) return inputs.map((input) => mapTensors(input, map));
  if ('dataId' in inputs) return map(inputs as tf.TensorInfo);
  const present = Object.entries(inputs).filter(([, input]) => input != null);
  return Object.fromEntries(present.map(([name, input]) => [name, mapTensors(input!, map)]));
}
