import { ModelError } from '../errors';
import { type Axes, channelsFirst, type Shape, sameAxes } from './torch-layout';

/**
 * How PyTorch lays out the output of a layer, stated by the author of the model: 'same' as here
 * (batch, then our axes in our order); 'channelsFirst', the last axis of ours before the others;
 * 'asInput', as the layer's first input, as when each element is made from the one at its place; or
 * the order of our axes in PyTorch, counted as `tf.layers.permute` counts them: [3, 1, 2] is
 * 'channelsFirst' of a map.
 */
export type StatedLayout = 'same' | 'channelsFirst' | 'asInput' | readonly number[];

/** Stated layouts, by the names of layers. */
export type StatedLayouts = Readonly<Record<string, StatedLayout>>;

/** @throws when it is none that a layer of this shape can have */
export function axesOfStatement(name: string, stated: StatedLayout, { length: rank }: Shape): Axes {
  if (stated === 'same') return sameAxes(rank);
  if (stated === 'channelsFirst') return channelsFirst(rank);
  const axes = Array.isArray(stated) ? stated.map((axis) => axis - 1) : [];
  if (String(axes.toSorted((a, b) => a - b)) !== String(sameAxes(rank)) || rank === 0) {
    throw new ModelError(
      `unknown layout of layer ${name}: ${stated} (known: same, channelsFirst, asInput, or the ` +
        `numbers 1 to ${rank} in the order of PyTorch's axes)`,
    );
  }
  return axes;
}

/** What to write to state a layout. */
export const statement = (name: string): string => `state { layouts: { '${name}': … } }`;

/** The error that asks for a statement. */
export function doubt(name: string, what: string): Error {
  return new ModelError(
    `layer ${name} ${what}, so the order of its elements in PyTorch is not known: say how PyTorch ` +
      `lays out its output, as { layouts: { '${name}': 'same' } } (or 'channelsFirst', 'asInput')`,
  );
}

/**
 * What an input is in PyTorch if nothing else is said: of three axes, an image, whose channels are
 * first there; of two, a sequence or an image, the same.
 */
export function usualAxes(name: string, shape: Shape): Axes {
  const rank = shape.length;
  if (rank > 3) throw doubt(name, `has ${rank} axes besides the batch, any of them the channels`);
  if (rank < 3) return sameAxes(rank);
  if (looksLikePyTorchs(shape)) {
    throw doubt(name, `of shape [${shape}] seems to have the channels first here`);
  }
  return channelsFirst(rank);
}

/** Whether a map's shape is that of a square image with its channels first, as [1, 28, 28]. */
export function looksLikePyTorchs([channels, height, width]: Shape): boolean {
  return (channels === 1 || channels === 3) && height === width && Number(height) > 4;
}
