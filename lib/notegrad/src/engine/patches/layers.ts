import * as tf from '../tfjs';
import type { Patch } from './patch';

type Shape = (number | null)[];

interface Resizing extends tf.layers.Layer {
  readonly height: number;
  readonly width: number;
}

interface Prototype<Layer> {
  call(this: Layer, inputs: tf.Tensor | tf.Tensor[], kwargs: object): tf.Tensor;
  computeOutputShape(this: Layer, inputShape: Shape | Shape[]): Shape;
}

const { classNameMap } = tf.serialization.SerializationMap.getMap();

/**
 * Puts right the layers of tfjs that do not work within a model, or not when it is saved:
 * - `resizing` and `randomWidth` do not take what a model passes and forget the batch in their shape.
 * - `centerCrop` changes the shape of what comes before it, and has no gradient.
 * - A separable convolution is saved without its depth multiplier.
 * - The activation `gelu_new` is saved under a name that loading does not know.
 */
export const layers: Patch = {
  changes: [
    'layers.Resizing.prototype.call',
    'layers.Resizing.prototype.computeOutputShape',
    'layers.RandomWidth.prototype.call',
    'layers.RandomWidth.prototype.computeOutputShape',
    'layers.CenterCrop.prototype.call',
    'layers.CenterCrop.prototype.computeOutputShape',
    'layers.SeparableConv2D.prototype.getConfig',
    'SerializationMap.geluNew',
  ],
  apply() {
    mend<Resizing>('Resizing', ({ call }) => ({
      call(inputs, kwargs) {
        return call.call(this, only(inputs), kwargs);
      },
      computeOutputShape(inputShape) {
        return resized(inputShape, this.height, this.width);
      },
    }));
    mend('RandomWidth', ({ call }) => ({
      call(inputs, kwargs) {
        return call.call(this, only(inputs), kwargs);
      },
      computeOutputShape: (inputShape) => resized(inputShape, onlyShape(inputShape).at(-3)!, null),
    }));
    mend<Resizing>('CenterCrop', ({ call }) => ({
      call(inputs, kwargs) {
        const x = only(inputs);
        const [height, width] = x.shape.slice(-3);
        const [above, before] = [height - this.height, width - this.width].map((n) =>
          Math.floor(n / 2),
        );
        if (above < 0 || before < 0) return call.call(this, x, kwargs);
        // Of one column too many, tfjs cuts off the first.
        const left = before === 0 && width !== this.width ? 1 : before;
        const others = x.shape.slice(0, -3);
        return tf.slice(
          x,
          [...others.map(() => 0), above, left, 0],
          [...others, this.height, this.width, x.shape.at(-1)!],
        );
      },
      computeOutputShape(inputShape) {
        return resized(inputShape, this.height, this.width);
      },
    }));
    saveDepthMultiplier();
    classNameMap.geluNew = classNameMap.gelu_new;
  },
};

interface SeparableConvolution extends tf.layers.Layer {
  readonly depthMultiplier: number;
}

function saveDepthMultiplier(): void {
  const prototype = classNameMap.SeparableConv2D[0].prototype as unknown as SeparableConvolution;
  const { getConfig } = prototype;
  prototype.getConfig = function (this: SeparableConvolution) {
    return { ...getConfig.call(this), depthMultiplier: this.depthMultiplier };
  };
}

function mend<Layer extends tf.layers.Layer>(
  className: string,
  mended: (own: Prototype<Layer>) => Prototype<Layer>,
): void {
  const prototype = classNameMap[className][0].prototype as unknown as Prototype<Layer>;
  Object.assign(
    prototype,
    mended({ call: prototype.call, computeOutputShape: prototype.computeOutputShape }),
  );
}

/** A model passes the tensors of a layer as a list. */
function only(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
  return Array.isArray(inputs) ? inputs[0] : inputs;
}

function onlyShape(shape: Shape | Shape[]): Shape {
  return Array.isArray(shape[0]) ? shape[0] : (shape as Shape);
}

/** [..., height, width, channels] with another height and width. */
function resized(inputShape: Shape | Shape[], height: number | null, width: number | null): Shape {
  const shape = onlyShape(inputShape);
  return [...shape.slice(0, -3), height, width, shape.at(-1)!];
}
