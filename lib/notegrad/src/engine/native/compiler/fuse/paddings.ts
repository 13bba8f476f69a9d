import { paramsOf, type WindowParams } from '../../backend/operations';
import { type Call, type Graph, paramsIf, type Value } from '../graph/call';
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

/** Lets convolutions pad their images themselves, instead of reading a padded copy. */
export function fusePaddings(graph: Graph): Graph {
  const rewriter = new Rewriter(graph);
  for (let place = 0; place < rewriter.length; place++) {
    const call = rewriter.at(place);
    const convolution = call && paddingConvolution(call);
    if (!call || !convolution) continue;
    const writer = rewriter.writerOf(call.inputs[0]);
    const padding = writer === null ? null : paddingOf(rewriter.at(writer)!);
    if (writer === null || !padding || !rewriter.canDelay(writer, place)) continue;
    const inputs = [padding.image, ...call.inputs.slice(1)];
    rewriter.replace(place, { ...call, inputs, params: convolution(padding) });
  }
  return rewriter.finish();
}

/** Lets the gradient of a convolution leave out the border that was padded, and is cut off it. */
export function fuseCroppings(graph: Graph): Graph {
  const rewriter = new Rewriter(graph);
  for (let place = 0; place < rewriter.length; place++) {
    const call = rewriter.at(place);
    const gradient = paramsIf(call, 'conv2dInputGradient');
    if (call === null || gradient === null) continue;
    const next = rewriter.onlyReaderOf(call.outputs[0]);
    const cropping = next === null ? null : croppingOf(rewriter.at(next)!, gradient.window);
    if (next === null || !cropping || !rewriter.canDelay(place, next)) continue;
    const { outputs } = rewriter.at(next)!;
    const window = padded(gradient.window, cropping);
    const params = paramsOf('conv2dInputGradient', { ...gradient, window });
    rewriter.replace(next, { ...call, outputs, params }, place);
  }
  return rewriter.finish();
}

/** The parameters of a convolution that pads its images, or of its kernel's gradient, with a border. */
function paddingConvolution(call: Call): ((border: Border) => number[]) | null {
  const forward = paramsIf(call, 'conv2d');
  if (forward !== null) {
    return (border) => paramsOf('conv2d', { ...forward, window: padded(forward.window, border) });
  }
  const gradient = paramsIf(call, 'conv2dKernelGradient');
  if (gradient === null) return null;
  return (border) =>
    paramsOf('conv2dKernelGradient', { ...gradient, window: padded(gradient.window, border) });
}

/** What a copy keeps of the images that a convolution's gradient makes, if it is a window of them. */
function croppingOf(call: Call, { batch, inHeight, inWidth, inChannels }: WindowParams) {
  const copy = paramsIf(call, 'stridedCopy');
  if (copy === null || copy.bytes !== 4 || copy.shape.length !== 4) return null;
  const { offset, strides } = copy;
  const [copies, height, width, depth] = copy.shape;
  const row = inWidth * inChannels;
  const sameStrides = strides.join() === [inHeight * row, row, inChannels, 1].join();
  if (!sameStrides || copies !== batch || depth !== inChannels) return null;
  const left = (offset % row) / inChannels;
  const border: Border = { height, width, top: Math.floor(offset / row), left };
  const isInside = border.top + height <= inHeight && left + width <= inWidth;
  return Number.isInteger(left) && isInside ? border : null;
}

/** The window of a convolution that pads the border itself. */
function padded(window: WindowParams, { height, width, top, left }: Border): WindowParams {
  const { padTop, padLeft } = window;
  return {
    ...window,
    inHeight: height,
    inWidth: width,
    padTop: padTop + top,
    padLeft: padLeft + left,
  };
}

/** What a `pad` of zeros around images [batch, height, width, channels] does. */
function paddingOf(call: Call): Padding | null {
  const pad = paramsIf(call, 'pad');
  if (pad === null || pad.dtype !== 'float32' || pad.value !== 0) return null;
  const { inside, before, after } = pad;
  if (inside.length !== 4) return null;
  const isOfImages = [before, after].every(([batch, , , channels]) => batch + channels === 0);
  if (!isOfImages) return null;
  const [, height, width] = inside;
  const [, top, left] = before;
  return { image: call.inputs[0], height, width, top, left };
}
