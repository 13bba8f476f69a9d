import type * as Tf from 'notegrad';
import {
  Bytes,
  bytesIn,
  construct,
  getPrototypeOf,
  isArray,
  isPrototype,
  uncurried,
  VIEWS,
} from './kept';
import type { TensorParts } from './values';

type Tfjs = typeof Tf.tf;

/** What tensors are on either side, as the library had them before any code of a student's ran. */
export interface Tensors {
  /** A tensor as data; undefined for anything else. */
  partsOf(value: object): TensorParts | undefined;
  /** @param known the variable that this is now, where it was spoken of before */
  tensorOf(parts: TensorParts, known?: object): object;
  isTensor(value: object): boolean;
  /** Whether it is a tensor whose values never change. */
  isConstant(value: object): boolean;
}

/** The tensors of this process's library. */
export function tensorsOf(tf: Tfjs): Tensors {
  const tensorPrototype = tf.Tensor.prototype;
  const variablePrototype = tf.Variable.prototype;
  const dataOf = uncurried(tensorPrototype.dataSync);
  const { tensor, variable, complex, tidy } = tf;
  const kinds = { float32: VIEWS.Float32Array, int32: VIEWS.Int32Array, bool: Bytes } as const;
  return {
    partsOf(value) {
      if (!isPrototype(tensorPrototype, value)) return undefined;
      const one = value as Tf.tf.Tensor;
      const isVariable = isPrototype(variablePrototype, value);
      const form = {
        dtype: one.dtype,
        shape: copied(one.shape),
        ...(isVariable && {
          variable: (one as Tf.tf.Variable).trainable ? ('trained' as const) : ('fixed' as const),
        }),
      };
      if (one.isDisposed) return { ...form, bytes: new Bytes(0), isDisposed: true };
      const data: unknown = dataOf(one);
      if (one.dtype === 'string') {
        return { ...form, bytes: new Bytes(0), strings: copied(data as readonly string[]) };
      }
      return { ...form, bytes: bytesIn(data as object) };
    },
    tensorOf({ dtype, shape, bytes, strings, variable: kind, isDisposed }, known) {
      const made = (): Tf.tf.Tensor => {
        if (isDisposed) return tensor(0);
        if (dtype === 'string') return tensor([...(strings ?? [])], [...shape], 'string');
        if (dtype === 'complex64') {
          const both = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
          const half = (first: number) => {
            const values = Float32Array.from(
              { length: both.length / 2 },
              (_, i) => both[2 * i + first],
            );
            return tensor(values, [...shape]);
          };
          return tidy(() => complex(half(0), half(1)));
        }
        const View = kinds[dtype as keyof typeof kinds];
        const place = [bytes.buffer, bytes.byteOffset, bytes.length / View.BYTES_PER_ELEMENT];
        const values: InstanceType<typeof View> = construct(View, place);
        return tensor(values, [...shape], dtype as keyof typeof kinds);
      };
      const one = made();
      if (isDisposed) one.dispose();
      const isSame = known && (known as Tf.tf.Tensor).dtype === dtype && isOfShape(known, shape);
      if (isSame && !isDisposed) {
        (known as Tf.tf.Variable).assign(one);
        return known;
      }
      return kind === undefined || isDisposed ? one : variable(one, kind === 'trained');
    },
    isTensor: (value) => isPrototype(tensorPrototype, value),
    isConstant: (value) =>
      isPrototype(tensorPrototype, value) && !isPrototype(variablePrototype, value),
  };
}

function isOfShape(tensor: object, shape: readonly number[]): boolean {
  const own = (tensor as Tf.tf.Tensor).shape;
  return own.length === shape.length && own.every((size, i) => size === shape[i]);
}

/** A list that is one, whatever the given one makes of being read. */
function copied<T>(list: readonly T[]): T[] {
  const copy: T[] = [];
  if (!isArray(list) || getPrototypeOf(list) === null) return copy;
  for (let i = 0; i < list.length; i++) copy[i] = list[i];
  return copy;
}
