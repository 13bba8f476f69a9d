import * as tf from '../tfjs';

/** The geometry of windows over images or volumes, as tfjs computes it. */
type Windows = Pick<
  tf.backend_util.Conv2DInfo,
  | 'inHeight'
  | 'inWidth'
  | 'outHeight'
  | 'outWidth'
  | 'strideHeight'
  | 'strideWidth'
  | 'dilationHeight'
  | 'dilationWidth'
  | 'filterHeight'
  | 'filterWidth'
> & { readonly padInfo: { readonly top: number; readonly left: number } };

type Windows3D = Windows &
  Pick<
    tf.backend_util.Conv3DInfo,
    'inDepth' | 'outDepth' | 'strideDepth' | 'dilationDepth' | 'filterDepth'
  > & { readonly padInfo: { readonly front: number } };

/** The windows along one axis. */
interface Axis {
  readonly length: number;
  readonly count: number;
  readonly stride: number;
  readonly dilation: number;
  readonly size: number;
  readonly pad: number;
}

function axesOf(w: Windows | Windows3D): Axis[] {
  const planes: Axis[] = [
    {
      length: w.inHeight,
      count: w.outHeight,
      stride: w.strideHeight,
      dilation: w.dilationHeight,
      size: w.filterHeight,
      pad: w.padInfo.top,
    },
    {
      length: w.inWidth,
      count: w.outWidth,
      stride: w.strideWidth,
      dilation: w.dilationWidth,
      size: w.filterWidth,
      pad: w.padInfo.left,
    },
  ];
  if (!('inDepth' in w)) return planes;
  const depth = {
    length: w.inDepth,
    count: w.outDepth,
    stride: w.strideDepth,
    dilation: w.dilationDepth,
    size: w.filterDepth,
    pad: w.padInfo.front,
  };
  return [depth, ...planes];
}

/** The last element that a window may reach, counted from the first of the padding. */
const reach = ({ count, stride, size, dilation }: Axis) =>
  (count - 1) * stride + (size - 1) * dilation + 1;

/**
 * What each place of a window sees, row by row: one tensor of the shape of the output a place.
 *
 * @param x [batch, …, channels] with the image's or the volume's axes between
 * @param outside what the windows see beyond the borders
 */
export function taps(x: tf.Tensor, windows: Windows | Windows3D, outside: number): tf.Tensor[] {
  const axes = axesOf(windows);
  const paddings = axes.map((axis): [number, number] => [
    axis.pad,
    Math.max(0, reach(axis) - axis.length - axis.pad),
  ]);
  const padded = tf.pad(x, [[0, 0], ...paddings, [0, 0]], outside);
  const places = axes.reduce<number[][]>(
    (sofar, { size }) =>
      sofar.flatMap((place) => Array.from({ length: size }, (_, i) => [...place, i])),
    [[]],
  );
  return places.map((place) => {
    const begin = place.map((i, axis) => i * axes[axis].dilation);
    const end = begin.map((from, axis) => from + (axes[axis].count - 1) * axes[axis].stride + 1);
    return tf.stridedSlice(
      padded,
      [0, ...begin, 0],
      [x.shape[0], ...end, x.shape[x.rank - 1]],
      [1, ...axes.map(({ stride }) => stride), 1],
    );
  });
}
