import type * as Tf from 'notegrad';
import {
  Bytes,
  bytesIn,
  construct,
  getPrototypeOf,
  isArray,
  isPrototype,
  ownKeys,
  parse,
  uncurried,
  VIEWS,
} from './kept';
import type { ModelKind, ModelParts, TensorParts } from './values';

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
  /**
   * Runs something as it runs where a gradient is taken through it.
   *
   * @param hear hears of the trained variables that were made use of
   */
  onTape<T>(run: () => T, hear: (variables: readonly object[]) => void): T;
  /** All variables that there are. */
  variables(): readonly object[];
  assign(variable: object, value: object): void;
  dispose(variable: object): void;
  /** Runs something, and leaves all variables as they were. */
  keepingVariables<T>(run: () => T): T;
  /** A model as data; undefined for anything else, and for a model that is more than that. */
  modelParts(value: object): ModelParts | undefined;
  modelOf(kind: ModelKind, config: string, weights: readonly object[]): object;
  /** The variables of a model, in order. */
  variablesOf(model: object): readonly object[];
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
  const { tensor, variable, complex, tidy, customGrad, dispose, zerosLike, clone } = tf;
  const assign = uncurried(variablePrototype.assign);
  const models = { LayersModel: tf.LayersModel, Sequential: tf.Sequential } as const;
  const engine = tf.engine() as unknown as TapeEngine;
  const gradients = uncurried(engine.gradients);
  const allVariables = (): Tf.tf.Variable[] => {
    const { registeredVariables } = engine.state;
    const names = ownKeys(registeredVariables);
    const found: Tf.tf.Variable[] = [];
    for (let i = 0; i < names.length; i++) {
      const one = registeredVariables[names[i] as string];
      if (isPrototype(variablePrototype, one) && !one.isDisposed) found[found.length] = one;
    }
    return found;
  };
  const variablesOf = (model: Tf.tf.LayersModel): Tf.tf.Variable[] => {
    const { weights } = model;
    const found: Tf.tf.Variable[] = [];
    for (let i = 0; i < weights.length; i++) found[i] = weights[i].read() as Tf.tf.Variable;
    return found;
  };
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
      if (isDisposed) {
        one.dispose();
        (known as Tf.tf.Variable | undefined)?.dispose();
      }
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
    onTape(run, hear) {
      const { state } = engine;
      engine.startTape();
      try {
        const result = run();
        hear(trainedIn(state.activeTape, variablePrototype));
        return result;
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
    variables: allVariables,
    assign: (one, value) => assign(one as Tf.tf.Variable, value as Tf.tf.Tensor),
    dispose: (one) => dispose(one as Tf.tf.Variable),
    keepingVariables(run) {
      const before = allVariables();
      const values: Tf.tf.Tensor[] = [];
      for (let i = 0; i < before.length; i++) values[i] = clone(before[i]);
      try {
        return run();
      } finally {
        for (let i = 0; i < before.length; i++) {
          if (!before[i].isDisposed && before[i].dataId !== values[i].dataId) {
            assign(before[i], values[i]);
          }
        }
        dispose(values);
      }
    },
    modelParts(value) {
      const kind =
        getPrototypeOf(value) === models.Sequential.prototype ? 'Sequential' : 'LayersModel';
      if (getPrototypeOf(value) !== models[kind].prototype) return undefined;
      const model = value as Tf.tf.LayersModel;
      // One that was compiled is trained by an optimizer of its own; a part of it that was not built has no
      // weights yet.
      if (model.optimizer || !model.outputs?.length) return undefined;
      const weights = variablesOf(model).map((one) => this.partsOf(one)!);
      return { kind, config: JSON.stringify(model.getConfig()), weights };
    },
    modelOf(kind, config, weights) {
      const type = models[kind];
      const model = type.fromConfig(type as never, parse(config)) as Tf.tf.LayersModel;
      const own = variablesOf(model);
      for (let i = 0; i < own.length; i++) {
        const one = weights[i] as Tf.tf.Variable;
        assign(own[i], one);
        own[i].trainable = one.trainable;
        dispose(one);
      }
      return model;
    },
    variablesOf: (model) => variablesOf(model as Tf.tf.LayersModel),
    isConstant: (value) =>
      isPrototype(tensorPrototype, value) && !isPrototype(variablePrototype, value),
  };
}

/** The trained variables among what was computed with, each once. */
function trainedIn(
  tape: ReadonlyArray<{ readonly inputs: Readonly<Record<string, Tf.tf.Tensor>> }>,
  variablePrototype: object,
): readonly object[] {
  const found: Tf.tf.Variable[] = [];
  for (let i = 0; i < tape.length; i++) {
    const { inputs } = tape[i];
    const names = ownKeys(inputs);
    for (let j = 0; j < names.length; j++) {
      const one = inputs[names[j] as string] as Tf.tf.Variable;
      if (!isPrototype(variablePrototype, one) || !one.trainable) continue;
      let isKnown = false;
      for (let k = 0; k < found.length; k++) isKnown ||= found[k] === one;
      if (!isKnown) found[found.length] = one;
    }
  }
  return found;
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
