import { EngineError } from '../errors';
import type * as tf from './tfjs';

/** What an optimizer keeps of each variable that it trains. */
export interface StateKinds {
  /** What names each tensor of state, after its variable: `m` for `fc1/kernel/m`. */
  readonly suffixes: readonly string[];
  /** Whether the rule depends on how often the variable was trained. Default false. */
  readonly countsSteps?: boolean;
}

/** An optimizer's state as tfjs hands it around. */
export type OptimizerWeights = Awaited<ReturnType<tf.Optimizer['getWeights']>>;

/** The state of a variable, in the order of the suffixes, and how often it was trained. */
export interface NamedState<T extends tf.Tensor> {
  readonly name: string;
  readonly tensors: readonly T[];
  readonly steps: number;
}

export const ITERATIONS = 'iter';
/** Names a variable's number of steps where it is not the optimizer's. */
export const STEPS = 'step';

/**
 * The number of iterations, and the state of each variable.
 *
 * @param optimizer its name in messages
 * @throws when a tensor is missing, too many, of another type, or of another shape than its fellows
 */
export async function parseWeights(
  weights: OptimizerWeights,
  { suffixes, countsSteps }: StateKinds,
  optimizer: string,
): Promise<{ iterations: number; states: NamedState<tf.Tensor>[] }> {
  const refusal = (what: string) => new EngineError(`not the state of ${optimizer}: ${what}`);
  const tensors = new Map<string, tf.Tensor>();
  for (const { name, tensor } of weights) {
    if (tensors.has(name)) throw refusal(`${name} is there twice`);
    tensors.set(name, tensor);
  }
  const take = (name: string) => {
    const tensor = tensors.get(name);
    if (tensor === undefined) throw refusal(`it has no ${name}`);
    tensors.delete(name);
    return tensor;
  };
  const takeCount = async (name: string) => {
    const values = await take(name).data();
    if (values.length !== 1 || !Number.isInteger(values[0]) || values[0] < 0) {
      throw refusal(`${name} is not a number of steps: [${values}]`);
    }
    return values[0];
  };
  const iterations = await takeCount(ITERATIONS);
  const states: NamedState<tf.Tensor>[] = [];
  for (const variable of variablesIn([...tensors.keys()], suffixes)) {
    const own = suffixes.map((suffix) => take(`${variable}/${suffix}`));
    for (const [i, { dtype, shape }] of own.entries()) {
      const name = `${variable}/${suffixes[i]}`;
      if (dtype !== 'float32') throw refusal(`${name} is ${dtype}, not float32`);
      if (String(shape) !== String(own[0].shape)) {
        throw refusal(`${name} has shape [${shape}], not [${own[0].shape}]`);
      }
    }
    const count = `${variable}/${STEPS}`;
    const steps = countsSteps && tensors.has(count) ? await takeCount(count) : iterations;
    states.push({ name: variable, tensors: own, steps });
  }
  const [foreign] = tensors.keys();
  if (foreign !== undefined) {
    const kept = suffixes.map((suffix) => `…/${suffix}`).join(' and ') || 'nothing of a variable';
    throw refusal(`it keeps ${kept}, not ${foreign}`);
  }
  return { iterations, states };
}

/** The variables that the names of tensors of state begin with. */
function variablesIn(names: readonly string[], suffixes: readonly string[]): Set<string> {
  const variables = names.flatMap((name) => {
    const slash = name.lastIndexOf('/');
    return slash > 0 && suffixes.includes(name.slice(slash + 1)) ? [name.slice(0, slash)] : [];
  });
  return new Set(variables);
}
