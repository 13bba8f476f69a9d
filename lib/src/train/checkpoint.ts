import { existsSync } from 'node:fs';
import { type RandomState, randomState, restoreRandomState } from '../engine/random';
import * as tf from '../engine/tf';
import { type Model, partsOf } from '../models/model';
import type { NamedTensors, StoredTensor } from '../weights/named-tensors';
import { readSafetensors, writeSafetensors } from '../weights/safetensors';
import type { History } from './history';

/** Where a run keeps what it needs to go on after a stop of any kind. */
export interface CheckpointOptions {
  /** A `.safetensors` file. If it exists, the run goes on from it. */
  readonly file: string;
  /** All models that the step changes. */
  readonly models: readonly Model[];
  /** All optimizers that the step uses. */
  readonly optimizers: readonly tf.Optimizer[];
  /** Steps between two writings. Default 500. */
  readonly everySteps?: number;
  /**
   * What makes this run another one than the file's, such as its learning rate: a file written with
   * other settings is refused. Default none.
   */
  readonly settings?: Readonly<Record<string, string | number | boolean>>;
}

/** How far a run has come. */
export interface Position {
  readonly epoch: number;
  /** Steps done in that epoch. */
  readonly step: number;
  /** Seconds that these took. */
  readonly seconds: number;
}

/**
 * Writes all that a run depends on: weights (running statistics too), optimizers' states, the
 * sequence of random numbers, history and position. Atomic: after a crash the file is the former one
 * or the new one, whole.
 */
export async function writeCheckpoint(
  { file, models, optimizers, settings = {} }: CheckpointOptions,
  history: History,
  position: Position,
): Promise<void> {
  const tensors = new Map<string, StoredTensor>();
  for (const [name, variable] of modelVariables(models)) tensors.set(name, stored(variable));
  for (const [i, optimizer] of optimizers.entries()) {
    const [iterations, ...state] = await optimizer.getWeights();
    tensors.set(`optimizers.${i}.iterations`, stored(iterations.tensor));
    iterations.tensor.dispose();
    for (const [k, { tensor }] of state.entries()) {
      tensors.set(`optimizers.${i}.${k}`, stored(tensor));
    }
    for (const [name, power] of biasCorrections(optimizer)) {
      tensors.set(`optimizers.${i}.${name}`, stored(power));
    }
  }
  tensors.set('history.steps.loss', float64(history.steps.loss));
  for (const [name, values] of Object.entries(history.epochs)) {
    tensors.set(`history.epochs.${name}`, float64(values));
  }
  writeSafetensors(file, tensors, {
    position: JSON.stringify(position),
    random: JSON.stringify(randomState()),
    settings: JSON.stringify(settings),
  });
}

/**
 * Sets models, optimizers, random numbers and `history` to what the file holds.
 *
 * @returns where the run goes on; undefined if there is no file
 * @throws when the file is not a checkpoint of these models, optimizers and settings: it says what
 *   differs
 */
export async function readCheckpoint(
  options: CheckpointOptions,
  history: History,
): Promise<Position | undefined> {
  const { file, models, optimizers, settings = {} } = options;
  if (!existsSync(file)) return undefined;
  const { tensors, metadata } = readSafetensors(file);
  const refuse = (what: string) =>
    new Error(`${file} is the checkpoint of another run: ${what} (delete it to begin anew)`);
  if (!metadata.position || !metadata.random) throw refuse('it holds no position');
  if (metadata.settings !== JSON.stringify(settings)) {
    throw refuse(`its settings are ${metadata.settings}, not ${JSON.stringify(settings)}`);
  }
  const variables = [...modelVariables(models)];
  const misfit = variables.find(
    ([name, { shape }]) => String(tensors.get(name)?.shape) !== String(shape),
  );
  if (misfit) throw refuse(`it has no ${misfit[0]} of shape [${misfit[1].shape}]`);

  for (const [name, variable] of variables) {
    const value = tensorOf(tensors.get(name) as StoredTensor);
    variable.assign(value);
    value.dispose();
  }
  for (const [i, optimizer] of optimizers.entries()) {
    await restoreOptimizer(optimizer, tensors, `optimizers.${i}.`);
  }
  restoreRandomState(JSON.parse(metadata.random) as RandomState);
  for (const [name, { data }] of tensors) {
    const [root, kind, metric] = name.split('.');
    if (root !== 'history') continue;
    const values = Array.from(data as Float64Array);
    if (kind === 'steps') for (const value of values) history.steps.loss.push(value);
    else history.epochs[metric] = values;
  }
  return JSON.parse(metadata.position) as Position;
}

async function restoreOptimizer(
  optimizer: tf.Optimizer,
  tensors: NamedTensors,
  prefix: string,
): Promise<void> {
  const own = [...tensors].filter(([name]) => name.startsWith(prefix));
  const state = own.filter(([name]) => /^\d+$/.test(name.slice(prefix.length)));
  const iterations = tensors.get(`${prefix}iterations`) as StoredTensor;
  const weights = [iterations, ...state.map(([, tensor]) => tensor)].map((tensor, k) => ({
    name: `${prefix}${k}`,
    tensor: tensorOf(tensor),
  }));
  await optimizer.setWeights(weights);
  tf.dispose(weights.map(({ tensor }) => tensor));
  for (const [name, power] of biasCorrections(optimizer)) {
    const value = tensorOf(tensors.get(`${prefix}${name}`) as StoredTensor);
    power.assign(value);
    value.dispose();
  }
}

/**
 * tfjs's Adam multiplies these by β at every step, but restores them as powers, which differ in the
 * last digits.
 */
function biasCorrections(optimizer: tf.Optimizer): [string, tf.Variable][] {
  const { accBeta1, accBeta2 } = optimizer as unknown as Record<string, tf.Variable | undefined>;
  return accBeta1 && accBeta2
    ? [
        ['accBeta1', accBeta1],
        ['accBeta2', accBeta2],
      ]
    : [];
}

function* modelVariables(models: readonly Model[]): Generator<[string, tf.Variable]> {
  for (const [i, model] of models.entries()) {
    const weights = partsOf(model).flatMap((part) => part.weights);
    for (const weight of new Set(weights)) {
      yield [`models.${i}.${weight.originalName}`, weight.read() as tf.Variable];
    }
  }
}

function stored(tensor: tf.Tensor): StoredTensor {
  const data = tensor.dataSync().slice();
  const type = data instanceof Int32Array ? 'int32' : 'float32';
  return { type, shape: [...tensor.shape], data: data as Float32Array | Int32Array };
}

function tensorOf({ type, shape, data }: StoredTensor): tf.Tensor {
  return tf.tensor(data as Float32Array | Int32Array, [...shape], type as 'float32' | 'int32');
}

function float64(values: readonly number[]): StoredTensor {
  return { type: 'float64', shape: [values.length], data: Float64Array.from(values) };
}
