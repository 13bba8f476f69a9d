import type { Call, Graph } from '../graph/call';
import { Rewriter } from './rewriter';

const WINDOW = 15;

/** Takes the gradient through a pooling by 2×2 maxima together with that of what was pooled. */
export function fusePoolGradients(graph: Graph): Graph {
  const rewriter = new Rewriter(graph);
  for (let place = 0; place < rewriter.length; place++) {
    const pool = rewriter.at(place);
    if (pool?.op !== 'maxPoolGrad' || !isOfSquares(pool)) continue;
    const next = rewriter.onlyReaderOf(pool.outputs[0]);
    const activation = next === null ? null : rewriter.at(next)!;
    if (next === null || activation?.op !== 'activationGradient') continue;
    const [gradient, output] = activation.inputs;
    const matches = gradient === pool.outputs[0] && output === pool.inputs[1];
    if (!matches || !rewriter.canDelay(place, next)) continue;
    const [, , slope, withBias] = activation.params;
    const fused = {
      op: 'maxPoolActivationGradient',
      inputs: pool.inputs,
      outputs: activation.outputs,
      params: [...pool.params.slice(0, WINDOW), slope, withBias],
    };
    rewriter.replace(next, fused, place);
  }
  return rewriter.finish();
}

/** Whether the windows are 2×2 pixels side by side, from the first pixel on and inside the image. */
function isOfSquares({ params }: Call): boolean {
  const [, inHeight, inWidth, , outHeight, outWidth] = params;
  const kernelAndStride = params.slice(7, 11);
  const dilationAndPad = params.slice(11, 15);
  return (
    kernelAndStride.every((length) => length === 2) &&
    dilationAndPad.join() === '1,1,0,0' &&
    2 * outHeight <= inHeight &&
    2 * outWidth <= inWidth
  );
}
