import type { Call, Graph, Value } from '../graph/call';
import { Rewriter } from './rewriter';

/** The image inside a border: its size, and how far from the border's corner it starts. */
interface Border {
  readonly height: number;
  readonly width: number;
  readonly top: number;
  readonly left: number;
}

interface Padding extends Border {
  readonly image: Value;
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
    const writer = rewriter.writerOf(call.inputs[0]);
    const padding = writer === null ? null : paddingOf(rewriter.at(writer)!);
    if (writer === null || !padding || !rewriter.canDelay(writer, place)) continue;
    const inputs = [padding.image, ...call.inputs.slice(1)];
    rewriter.replace(place, { ...call, inputs, params: padded(call.params, padding) });
  }
  return rewriter.finish();
}

/** Lets the gradient of a convolution leave out the border that was padded, and is cut off it. */
export function fuseCroppings(graph: Graph): Graph {
  const rewriter = new Rewriter(graph);
  for (let place = 0; place < rewriter.length; place++) {
    const call = rewriter.at(place);
    if (call?.op !== 'conv2dInputGradient') continue;
    const next = rewriter.onlyReaderOf(call.outputs[0]);
    const cropping = next === null ? null : croppingOf(rewriter.at(next)!, call);
    if (next === null || !cropping || !rewriter.canDelay(place, next)) continue;
    const { outputs } = rewriter.at(next)!;
    rewriter.replace(next, { ...call, outputs, params: padded(call.params, cropping) }, place);
  }
  return rewriter.finish();
}

/** What a copy keeps of the images that a convolution's gradient makes, if it is a window of them. */
function croppingOf({ op, params }: Call, gradient: Call): Border | null {
  const [batch, inHeight, inWidth, channels] = gradient.params;
  const [bytes, , offset, rank, ...rest] = params;
  if (op !== 'stridedCopy' || bytes !== 4 || rank !== 4) return null;
  const [copies, height, width, depth, ...strides] = rest;
  const row = inWidth * channels;
  const sameStrides = strides.join() === [inHeight * row, row, channels, 1].join();
  if (!sameStrides || copies !== batch || depth !== channels) return null;
  const border = { height, width, top: Math.floor(offset / row), left: (offset % row) / channels };
  const isInside = border.top + height <= inHeight && border.left + width <= inWidth;
  return Number.isInteger(border.left) && isInside ? border : null;
}

/** The parameters of a convolution that pads the border itself. */
function padded(params: readonly number[], { height, width, top, left }: Border): number[] {
  const changed = [...params];
  changed[IN_HEIGHT] = height;
  changed[IN_WIDTH] = width;
  changed[PAD_TOP] += top;
  changed[PAD_LEFT] += left;
  return changed;
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
