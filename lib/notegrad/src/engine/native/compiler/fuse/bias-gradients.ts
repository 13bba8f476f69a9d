import { paramsOf } from '../../backend/operations';
import { type Call, type Graph, paramsIf, type Value } from '../graph/call';
import { Rewriter } from './rewriter';

/** Adds up the gradient of the bias where the gradient through the activation is computed. */
export function fuseBiasGradients(graph: Graph): Graph {
  const rewriter = new Rewriter(graph);
  for (let place = 0; place < rewriter.length; place++) {
    const call = rewriter.at(place);
    const gradient = paramsIf(call, 'activationGradient');
    if (call === null || gradient === null) continue;
    const bias = biasSum(rewriter, call.outputs[0]);
    if (bias === null) continue;
    const outputs = [...call.outputs, ...bias.sum.outputs];
    const { rows, channels } = bias;
    const params = paramsOf('activationGradient', { ...gradient, rows, channels, withBias: true });
    rewriter.replace(place, { ...call, outputs, params }, bias.place);
  }
  return rewriter.finish();
}

interface BiasSum {
  readonly place: number;
  readonly sum: Call;
  readonly rows: number;
  readonly channels: number;
}

/** The sum over all axes but the last. */
function biasSum(rewriter: Rewriter, value: Value): BiasSum | null {
  if (rewriter.writerOf(value) === null) return null;
  for (const place of rewriter.readersOf(value)) {
    const sum = rewriter.at(place)!;
    const params = paramsIf(sum, 'sum');
    if (params === null || rewriter.writerOf(sum.outputs[0]) !== place) continue;
    const { dtype, shape, reduced } = params;
    const last = shape.length - 1;
    const isWanted = reduced.every((isReduced, axis) => isReduced === axis < last);
    if (dtype !== 'float32' || last < 1 || !isWanted) continue;
    const channels = shape[last];
    return { place, sum, rows: value.length / channels, channels };
  }
  return null;
}
