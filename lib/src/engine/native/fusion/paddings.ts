import type { Graph } from '../graph';
import type { Call, Value } from '../recording';
import { Rewriter } from './rewriter';

interface Padding {
  readonly image: Value;
  readonly height: number;
  readonly width: number;
  readonly top: number;
  readonly left: number;
}

const IN_HEIGHT = 1;
const IN_WIDTH = 2;
const PAD_TOP = 13;
const PAD_LEFT = 14;

/** Lets convolutions pad their images themselves, instead of reading a padded copy. */
export function fusePaddings(graph: Graph): Graph {
  const rewriter = new Rewriter(graph);
  for (let place = 0; place < rewriter.length; place++) {
    const call = rewriter.at(place);
    if (call?.op !== 'conv2d' && call?.op !== 'conv2dKernelGradient') continue;
    const padded = rewriter.writerOf(call.inputs[0]);
    const padding = padded === null ? null : paddingOf(rewriter.at(padded)!);
    if (padded === null || !padding || !rewriter.canDelay(padded, place)) continue;
    const { image, height, width, top, left } = padding;
    const params = [...call.params];
    params[IN_HEIGHT] = height;
    params[IN_WIDTH] = width;
    params[PAD_TOP] += top;
    params[PAD_LEFT] += left;
    rewriter.replace(place, { ...call, inputs: [image, ...call.inputs.slice(1)], params });
  }
  return rewriter.finish();
}

/** What a `pad` of zeros around images [batch, height, width, channels] does. */
function paddingOf({ op, inputs, params }: Call): Padding | null {
  const [dtype, value, rank, ...rest] = params;
  if (op !== 'pad' || dtype !== 0 || value !== 0 || rank !== 4) return null;
  const [, height, width] = rest;
  const [batch, top, left, channels] = rest.slice(4);
  const [batchAfter, , , channelsAfter] = rest.slice(8);
  if (batch !== 0 || channels !== 0 || batchAfter !== 0 || channelsAfter !== 0) return null;
  return { image: inputs[0], height, width, top, left };
}
