import { paramsOf, type WindowParams } from '../../backend/operations';
import { type Call, type Graph, paramsIf } from '../graph/call';
import { Rewriter } from './rewriter';

/** Takes the gradient through a pooling by 2×2 maxima together with that of what was pooled. */
export function fusePoolGradients(graph: Graph): Graph {
  const rewriter = new Rewriter(graph);
  for (let place = 0; place < rewriter.length; place++) {
    const pool = rewriter.at(place);
    const pooling = paramsIf(pool, 'maxPoolGrad');
    if (pool === null || pooling === null || !isOfSquares(pooling.window)) continue;
    const next = rewriter.onlyReaderOf(pool.outputs[0]);
    const activation = next === null ? null : rewriter.at(next)!;
    const slope = paramsIf(activation, 'activationGradient');
    if (next === null || activation === null || slope === null) continue;
    const [gradient, output] = activation.inputs;
    const matches = gradient === pool.outputs[0] && output === pool.inputs[1];
    if (!matches || !rewriter.canDelay(place, next)) continue;
    const { below, withBias } = slope;
    const fused: Call = {
      op: 'maxPoolActivationGradient',
      inputs: pool.inputs,
      outputs: activation.outputs,
      params: paramsOf('maxPoolActivationGradient', { ...pooling, below, withBias }),
    };
    rewriter.replace(next, fused, place);
  }
  return rewriter.finish();
}

/** Whether the windows are 2×2 pixels side by side, from the first pixel on and inside the image. */
function isOfSquares(w: WindowParams): boolean {
  const lengths = [w.kernelHeight, w.kernelWidth, w.strideHeight, w.strideWidth];
  return (
    lengths.every((length) => length === 2) &&
    w.dilationHeight === 1 &&
    w.dilationWidth === 1 &&
    w.padTop === 0 &&
    w.padLeft === 0 &&
    2 * w.outHeight <= w.inHeight &&
    2 * w.outWidth <= w.inWidth
  );
}
