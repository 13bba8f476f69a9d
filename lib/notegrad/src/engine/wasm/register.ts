import '@tensorflow/tfjs-backend-wasm';
import { withAllAxes, withPositiveAxis } from '../cpu/mended-calls';
import { ownKernels } from '../own-kernels';
import { applyOnce } from '../patches/patch';
import { complex as wasmComplex } from '../patches/wasm/complex';
import * as tf from '../tf';
import { clipByValue, relu6 } from './clip';
import { complex } from './complex';
import { conv2dBackpropFilter, conv2dBackpropInput } from './conv2d';
import { cpuKernel } from './cpu-kernel';
import { depthwiseBackpropFilter, depthwiseBackpropInput } from './depthwise';
import { einsum } from './einsum';
import { fusedMatMul } from './fused-product';
import { identity } from './identity';
import { type Kernel, register } from './kernel';
import { isBeyond } from './limits';
import { withPackedWeights } from './packed-weights';
import { avgPoolGrad, maxPoolGrad } from './pool-gradients';
import { batchMatMul } from './product';
import { bilinearResizeGradient, nearestResizeGradient } from './resize-gradient';
import { withSamePadding } from './same-padding';
import { unsortedSegmentSum } from './segment-sum';
import { slice, splitV, unpack } from './slice';
import { tileWhole } from './tile';

/** Kernels that the wasm backend lacks, or has wrong or slow. Each may build upon its own one. */
const ours: Record<string, (own: Kernel) => Kernel> = {
  AvgPoolGrad: () => avgPoolGrad,
  BatchMatMul: (own) => batchMatMul(withPackedWeights(own)),
  ClipByValue: () => clipByValue,
  Complex: () => complex,
  Conv2D: (own) => withSamePadding(own),
  Conv2DBackpropFilter: () => conv2dBackpropFilter,
  Conv2DBackpropInput: () => conv2dBackpropInput,
  Cumprod: withPositiveAxis,
  Cumsum: withPositiveAxis,
  DepthwiseConv2dNative: (own) => withSamePadding(own, true),
  DepthwiseConv2dNativeBackpropFilter: () => depthwiseBackpropFilter,
  DepthwiseConv2dNativeBackpropInput: () => depthwiseBackpropInput,
  Einsum: () => einsum,
  FusedConv2D: (own) => withSamePadding(own),
  FusedDepthwiseConv2D: (own) => withSamePadding(own, true),
  Identity: () => identity,
  MaxPoolGrad: () => maxPoolGrad,
  Relu6: () => relu6,
  ResizeBilinearGrad: () => bilinearResizeGradient,
  ResizeNearestNeighborGrad: () => nearestResizeGradient,
  Slice: () => slice,
  SplitV: () => splitV,
  StridedSlice: withAllAxes,
  Tile: tileWhole,
  Unpack: () => unpack,
  UnsortedSegmentSum: () => unsortedSegmentSum,
  _FusedMatMul: (own) => fusedMatMul(withPackedWeights(own)),
};

/**
 * Completes tfjs's wasm backend, so that what runs on its cpu backend runs and trains on wasm: the
 * gradients it lacks, better ones of those it has wrong or slow, and for all the rest, and where its
 * own kernels cannot do a call, cpu's arithmetic.
 */
export function registerWasmGradients(): void {
  if (tf.getKernel('Complex', 'wasm')) return;
  applyOnce([wasmComplex]);
  const own = ownKernels('wasm');
  for (const { kernelName } of tf.getKernelsForBackend('cpu')) {
    if (!own.some((kernel) => kernel.kernelName === kernelName)) {
      register(kernelName, complete(kernelName));
    }
  }
  for (const kernel of own) tf.registerKernel(kernel);
}

function complete(kernelName: string): Kernel {
  const cpu = cpuKernel(kernelName);
  const theirs = tf.getKernel(kernelName, 'wasm')?.kernelFunc as unknown as Kernel | undefined;
  const quick = ours[kernelName]?.(theirs ?? cpu) ?? theirs;
  return quick ? (call) => (isBeyond(kernelName, call) ? cpu : quick)(call) : cpu;
}
