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
  /** Whether a gradient may be taken by it: whether it holds 32-bit floats. */
  isDifferentiable(value: object): boolean;
  /**
   * A tensor that came of others elsewhere: the tape goes on through it.
   *
   * @param gradientsBy the gradients by the others, for the one that comes to this tensor; undefined where
   *   it does not depend on one
   */
  cameOf(
    made: () => object,
    inputs: readonly object[],
    gradientsBy: (dy: object) => readonly (object | undefined)[],
  ): object;
  /** Runs something as it runs where a gradient is taken through it. */
  onTape<T>(run: () => T): T;
  /**
   * The gradients of a tensor by others, for the one that comes to it; undefined for those that it does not
   * depend on.
   *
   * @throws as the library does where it depends on none
   */
  gradientsOf(
    output: () => object,
    by: readonly object[],
    dy: object,
  ): readonly (object | undefined)[];
}

/** What of tfjs's engine tapes are made of, some of which its types keep to themselves. */
interface TapeEngine extends Pick<ReturnType<Tfjs['engine']>, 'gradients' | 'state'> {
  startTape(): void;
  endTape(): void;
}

/** The tensors of this process's library. */
export function tensorsOf(tf: Tfjs): Tensors {
  const tensorPrototype = tf.Tensor.prototype;
  const variablePrototype = tf.Variable.prototype;
  const dataOf = uncurried(tensorPrototype.dataSync);
  const { tensor, variable, complex, tidy, customGrad, dispose, zerosLike } = tf;
  const engine = tf.engine() as unknown as TapeEngine;
  const gradients = uncurried(engine.gradients);
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
    isDifferentiable: (value) =>
      isPrototype(tensorPrototype, value) && (value as Tf.tf.Tensor).dtype === 'float32',
    cameOf: (made, inputs, gradientsBy) =>
      customGrad((...given) => ({
        value: made() as Tf.tf.Tensor,
        gradFunc: (dy: Tf.tf.Tensor) =>
          gradientsBy(dy).map(
            (one, i) => (one ?? zerosLike(given[i] as Tf.tf.Tensor)) as Tf.tf.Tensor,
          ),
      }))(...(inputs as readonly Tf.tf.Tensor[])),
    onTape(run) {
      const { state } = engine;
      engine.startTape();
      try {
        return run();
      } finally {
        engine.endTape();
        if (state.gradientDepth === 0) {
          dispose(state.activeTape.map(({ saved }) => saved ?? []));
          state.activeTape = [];
        }
      }
    },
    gradientsOf(output, by, dy) {
      const of = (isUnconnected: boolean) =>
        gradients(
          engine,
          output as () => Tf.tf.Tensor,
          by as Tf.tf.Tensor[],
          dy as Tf.tf.Tensor,
          isUnconnected,
        ).grads;
      const found: readonly (Tf.tf.Tensor | undefined)[] = of(true);
      let isConnected = false;
      for (let i = 0; i < found.length; i++) isConnected ||= found[i] !== undefined;
      return isConnected ? found : of(false);
    },
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
