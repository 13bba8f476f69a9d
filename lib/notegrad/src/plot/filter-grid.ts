import { checkCounts, checkKnown, checkLists } from '../checks';
import { PlotError } from '../errors';
import { optionsOf } from '../options';
import { blend } from './color-scale';
import type { Picture } from './figure';
import { BLUE_WHITE_RED, type FigureText } from './house-style';
import type { RgbaImage } from './images';
import { type Cell, drawSheet } from './sheet';
import { assertFinite, formatNumber } from './values';

/** What `filterGrid` draws. */
export interface FilterGridOptions extends FigureText {
  /** The kernel of a convolution, `kernel.dataSync()`. */
  readonly kernel: ArrayLike<number>;
  /** [height, width, inChannels, outChannels], as tfjs has it. */
  readonly shape: readonly number[];
  /** Which input channel is shown. Default 0. */
  readonly inChannel?: number;
  /** What is full colour: the layer's largest weight, or each filter's own. Default `layer`. */
  readonly normaliseBy?: 'layer' | 'filter';
  /** Filters a line. Default 10. */
  readonly columns?: number;
  /** Device pixels a weight. Default about 96 pixels a filter. */
  readonly scale?: number;
}

/**
 * The filters of a convolutional layer: white is zero, red positive, blue negative, on a scale that
 * is the same on both sides and is said under the title.
 *
 * @throws when the shape is not that of a kernel or does not fit it, or a weight is not finite
 */
export function filterGrid(options: FilterGridOptions): Picture {
  const {
    kernel,
    shape,
    inChannel = 0,
    normaliseBy = 'layer',
    columns = 10,
    scale,
    ...text
  } = optionsOf('filterGrid', options);
  checkCounts({ columns }, PlotError);
  checkKnown({ normaliseBy }, ['layer', 'filter'], PlotError);
  checkLists({ kernel, shape }, PlotError);
  const [height, width, inChannels, outChannels] = shape;
  const size = shape.reduce((product, length) => product * length, 1);
  if (shape.length !== 4 || size !== kernel.length || size === 0) {
    throw new PlotError(
      `unknown kernel shape: [${shape.join(', ')}] for ${kernel.length} weights ` +
        '(known: [height, width, inChannels, outChannels])',
    );
  }
  if (!(inChannel >= 0 && inChannel < inChannels)) {
    throw new PlotError(`unknown input channel: ${inChannel} (0 to ${inChannels - 1})`);
  }
  assertFinite(kernel, 'kernel');
  const filters = Array.from({ length: outChannels }, (_, out) =>
    Array.from(
      { length: height * width },
      (_, position) => kernel[(position * inChannels + inChannel) * outChannels + out],
    ),
  );
  const largest = filters.map((weights) => Math.max(...weights.map(Math.abs)));
  const layerLargest = Math.max(...largest);
  const cells = filters.map((weights, i): Cell => {
    const full = normaliseBy === 'layer' ? layerLargest : largest[i];
    return { image: colored(weights, width, height, full) };
  });
  const rows = Array.from({ length: Math.ceil(outChannels / columns) }, (_, row) => ({
    cells: cells.slice(row * columns, (row + 1) * columns),
  }));
  const full =
    normaliseBy === 'layer' ? `±${formatNumber(layerLargest, 3)}` : 'each filter’s largest weight';
  const channel = inChannels > 1 ? `input channel ${inChannel} of ${inChannels}` : '';
  const legend = `blue negative, white zero, red positive; full colour is ${full}`;
  const caption = [text.caption, channel, legend].filter(Boolean).join(' · ');
  const alt =
    text.alt ?? `${text.title}: ${outChannels} filters of ${height}×${width} weights, ${legend}`;
  return drawSheet({ title: text.title, caption, alt, rows, scale });
}

function colored(
  weights: readonly number[],
  width: number,
  height: number,
  full: number,
): RgbaImage {
  const rgba = new Uint8ClampedArray(4 * weights.length);
  weights.forEach((weight, i) => {
    rgba.set([...blend(BLUE_WHITE_RED, full > 0 ? (1 + weight / full) / 2 : 0.5), 255], 4 * i);
  });
  return { rgba, width, height };
}
