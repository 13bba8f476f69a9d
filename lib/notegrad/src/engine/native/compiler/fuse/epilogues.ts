import type { Call, Graph, Value } from '../graph/call';
import { Rewriter } from './rewriter';

/** Where a product's parameters say what follows it: hasBias, activation, alpha, slopeStep. */
interface Product {
  readonly channels: number;
  readonly epilogue: number;
}

const BIAS = 0;
const ACTIVATION = 1;
const ALPHA = 2;

/** The numbers of lib/notegrad/addon/convolution/activation.h. */
const activations: Readonly<Record<string, number>> = {
  relu: 1,
  relu6: 2,
  elu: 3,
  leakyRelu: 4,
  sigmoid: 5,
};

function productOf({ op, params }: Call): Product | null {
  if (op === 'matMul') return { channels: params[3], epilogue: 5 };
  if (op === 'conv2d') return { channels: params[6], epilogue: 16 };
  return null;
}

/** Lets products and convolutions add the bias and apply the activation that follow them. */
export function fuseEpilogues(graph: Graph): Graph {
  const rewriter = new Rewriter(graph);
  for (let place = 0; place < rewriter.length; place++) {
    const call = rewriter.at(place);
    const product = call && productOf(call);
    if (!call || !product || call.params[product.epilogue + ACTIVATION] !== 0) continue;
    const next = rewriter.onlyReaderOf(call.outputs[0]);
    if (next === null || !rewriter.canDelay(place, next)) continue;
    const fused = withNext(call, product, rewriter.at(next)!);
    if (fused !== null) rewriter.replace(next, fused, place);
  }
  return rewriter.finish();
}

function withNext(call: Call, product: Product, next: Call): Call | null {
  const [output] = call.outputs;
  if (next.op === 'add') {
    const bias = next.inputs[0] === output ? next.inputs[1] : next.inputs[0];
    const hasBias = call.params[product.epilogue + BIAS] !== 0;
    if (hasBias || !isBias(bias, next, product)) return null;
    return changed(call, next, [...call.inputs, bias], { [product.epilogue + BIAS]: 1 });
  }
  const activation = activations[next.op];
  if (activation === undefined) return null;
  return changed(call, next, call.inputs, {
    [product.epilogue + ACTIVATION]: activation,
    [product.epilogue + ALPHA]: next.op === 'leakyRelu' ? next.params[1] : 0,
  });
}

/** Whether `add` adds one number a channel, the same in all rows. */
function isBias(bias: Value, add: Call, { channels }: Product): boolean {
  const [dtype, rank, ...shapes] = add.params;
  const lastAxes = [shapes[rank - 1], shapes[2 * rank - 1]];
  return dtype === 0 && bias.length === channels && lastAxes.every((length) => length === channels);
}

function changed(
  call: Call,
  next: Call,
  inputs: readonly Value[],
  params: Readonly<Record<number, number>>,
): Call {
  return {
    op: call.op,
    inputs,
    outputs: next.outputs,
    params: call.params.map((param, i) => params[i] ?? param),
  };
}
