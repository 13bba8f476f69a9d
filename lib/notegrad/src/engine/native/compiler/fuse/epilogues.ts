import {
  type Activation,
  type EpilogueParams,
  type OperationName,
  paramsOf,
} from '../../backend/operations';
import { type Call, type Graph, paramsIf, type Value } from '../graph/call';
import { Rewriter } from './rewriter';

/** A product or a convolution, and what follows it in the same operation. */
interface Product {
  readonly channels: number;
  readonly epilogue: EpilogueParams;
  /** Its parameters with another epilogue. */
  readonly paramsWith: (epilogue: EpilogueParams) => number[];
}

/** Operations that may be part of the one before them. */
const activations: Readonly<Partial<Record<OperationName, Activation>>> = {
  relu: 'relu',
  relu6: 'relu6',
  elu: 'elu',
  leakyRelu: 'leakyRelu',
  sigmoid: 'sigmoid',
};

function productOf(call: Call): Product | null {
  const product = paramsIf(call, 'matMul');
  if (product !== null) {
    return {
      channels: product.matrices.columns,
      epilogue: product.epilogue,
      paramsWith: (epilogue) => paramsOf('matMul', { ...product, epilogue }),
    };
  }
  const convolution = paramsIf(call, 'conv2d');
  if (convolution === null) return null;
  return {
    channels: convolution.window.outChannels,
    epilogue: convolution.epilogue,
    paramsWith: (epilogue) => paramsOf('conv2d', { ...convolution, epilogue }),
  };
}

/** Lets products and convolutions add the bias and apply the activation that follow them. */
export function fuseEpilogues(graph: Graph): Graph {
  const rewriter = new Rewriter(graph);
  for (let place = 0; place < rewriter.length; place++) {
    const call = rewriter.at(place);
    const product = call && productOf(call);
    if (!call || !product || product.epilogue.activation !== 'linear') continue;
    const next = rewriter.onlyReaderOf(call.outputs[0]);
    if (next === null || !rewriter.canDelay(place, next)) continue;
    const fused = withNext(call, product, rewriter.at(next)!);
    if (fused !== null) rewriter.replace(next, fused, place);
  }
  return rewriter.finish();
}

function withNext(call: Call, product: Product, next: Call): Call | null {
  const { op, inputs } = call;
  const { epilogue, paramsWith } = product;
  const { outputs } = next;
  if (next.op === 'add') {
    const bias = next.inputs[0] === call.outputs[0] ? next.inputs[1] : next.inputs[0];
    if (epilogue.hasBias || !isBias(bias, next, product)) return null;
    const params = paramsWith({ ...epilogue, hasBias: true });
    return { op, inputs: [...inputs, bias], outputs, params };
  }
  const activation = activations[next.op];
  if (activation === undefined) return null;
  const alpha = paramsIf(next, 'leakyRelu')?.slope ?? 0;
  return { op, inputs, outputs, params: paramsWith({ ...epilogue, activation, alpha }) };
}

/** Whether `add` adds one number a channel, the same in all rows. */
function isBias(bias: Value, add: Call, { channels }: Product): boolean {
  const { dtype, a, b } = paramsIf(add, 'add')!;
  const isAlongChannels = [a, b].every((shape) => shape.at(-1) === channels);
  return dtype === 'float32' && bias.length === channels && isAlongChannels;
}
