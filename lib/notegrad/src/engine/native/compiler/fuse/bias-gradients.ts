import type { Call, Graph, Value } from '../graph/call';
import { Rewriter } from './rewriter';

/** Adds up the gradient of the bias where the gradient through the activation is computed. */
export function fuseBiasGradients(graph: Graph): Graph {
  const rewriter = new Rewriter(graph);
  for (let place = 0; place < rewriter.length; place++) {
    const call = rewriter.at(place);
    const bias = call?.op === 'activationGradient' ? biasSum(rewriter, call.outputs[0]) : null;
    if (!call || bias === null) continue;
    const outputs = [...call.outputs, ...bias.sum.outputs];
    const params = [...bias.shape, call.params[2], 1];
    rewriter.replace(place, { ...call, outputs, params }, bias.place);
  }
  return rewriter.finish();
}

interface BiasSum {
  readonly place: number;
  readonly sum: Call;
  readonly shape: readonly [rows: number, channels: number];
}

/** The sum over all axes but the last. */
function biasSum(rewriter: Rewriter, value: Value): BiasSum | null {
  if (rewriter.writerOf(value) === null) return null;
  for (const place of rewriter.readersOf(value)) {
    const sum = rewriter.at(place)!;
    if (sum.op !== 'sum' || rewriter.writerOf(sum.outputs[0]) !== place) continue;
    const [dtype, rank, ...rest] = sum.params;
    const reduced = rest.slice(rank);
    const wanted = reduced.every((flag, axis) => flag === Number(axis < rank - 1));
    if (dtype !== 0 || rank < 2 || !wanted) continue;
    const channels = rest[rank - 1];
    return { place, sum, shape: [value.length / channels, channels] };
  }
  return null;
}
