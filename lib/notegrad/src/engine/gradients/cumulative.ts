import * as tf from '../tfjs';

interface Direction {
  readonly axis: number;
  readonly exclusive: boolean;
  readonly reverse: boolean;
}

function directionOf(attrs: tf.NamedAttrMap, rank: number): Direction {
  const axis = Number(attrs.axis);
  return {
    axis: axis < 0 ? axis + rank : axis,
    exclusive: Boolean(attrs.exclusive),
    reverse: Boolean(attrs.reverse),
  };
}

/**
 * The gradient of y = cumprod(x) from the first element on, right where there are zeros too:
 * dx[i] = (x[0]⋯x[i−1]) · s[i] with s[i] = dy[i] + x[i+1]·s[i+1].
 */
function ofProducts(x: tf.Tensor, dy: tf.Tensor, axis: number): tf.Tensor {
  const [factors, slopes] = [tf.unstack(x, axis), tf.unstack(dy, axis)];
  const sums: tf.Tensor[] = [];
  for (let i = factors.length - 1; i >= 0; i--) {
    const [later] = sums;
    sums.unshift(later ? tf.add(slopes[i], tf.mul(factors[i + 1], later)) : slopes[i]);
  }
  return tf.mul(tf.cumprod(x, axis, true), tf.stack(sums, axis));
}

/** Every element one place further back along the axis; 0 comes last. */
function movedForward(x: tf.Tensor, axis: number): tf.Tensor {
  const begin = x.shape.map((_, i) => Number(i === axis));
  const size = x.shape.map((length, i) => length - Number(i === axis));
  const paddings = x.shape.map((_, i): [number, number] => [0, Number(i === axis)]);
  return tf.pad(tf.slice(x, begin, size), paddings);
}

/** Sums and products of all elements up to each, along any axis. */
export const cumulativeGradients: tf.GradConfig[] = [
  {
    kernelName: tf.Cumsum,
    inputsToSave: ['x'],
    gradFunc: (dy, [x], attrs) => ({
      x: () => {
        const { axis, exclusive, reverse } = directionOf(attrs, x.rank);
        return tf.cumsum(dy as tf.Tensor, axis, exclusive, !reverse);
      },
    }),
  },
  {
    kernelName: tf.Cumprod,
    inputsToSave: ['x'],
    gradFunc: (dy, [x], attrs) => ({
      x: () => {
        const { axis, exclusive, reverse } = directionOf(attrs, x.rank);
        if (x.size === 0) return tf.zerosLike(x);
        const turned = (y: tf.Tensor) => (reverse ? tf.reverse(y, axis) : y);
        const slopes = turned(dy as tf.Tensor);
        const ofInclusive = exclusive ? movedForward(slopes, axis) : slopes;
        return turned(ofProducts(turned(tf.cast(x, 'float32')), ofInclusive, axis));
      },
    }),
  },
];
