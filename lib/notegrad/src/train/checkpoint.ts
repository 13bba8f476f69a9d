import { existsSync } from 'node:fs';
import { checkLists, checkTexts } from '../checks';
import type { RestorableOptimizer } from '../engine/optimizer-rule';
import { randomState, restoreRandomState } from '../engine/random';
import * as tf from '../engine/tf';
import { TrainingError } from '../errors';
import { type AnyModel, partsOf } from '../models/model';
import { optionsOf, refuseOthers } from '../options';
import type { NamedTensors, StoredTensor } from '../weights/named-tensors';
import { readSafetensors, writeSafetensors } from '../weights/safetensors';
import {
  differenceOfRuns,
  metadataOf,
  notesIn,
  type OptimizerNotes,
  optimizerNotes,
  type Position,
  type Settings,
} from './checkpoint-notes';
import type { History } from './history';

/** Where a run keeps what it needs to go on after a stop of any kind. */
export interface CheckpointOptions {
  /** A `.safetensors` file. If it exists, the run goes on from it. */
  readonly file: string;
  /** All models that the step changes. */
  readonly models: readonly AnyModel[];
  /**
   * All optimizers that the step uses. A file of optimizers of another kind, or with other
   * hyper-parameters when the run began, is refused. The learning rate does not count, since it may
   * follow a schedule: where it makes another run, it belongs into the settings.
   */
  readonly optimizers: readonly tf.Optimizer[];
  /** Steps between two writings. Default 500. */
  readonly everySteps?: number;
  /**
   * What makes this run another one than the file's, such as its learning rate: a file written with
   * other settings is refused. Default none.
   */
  readonly settings?: Settings;
}

const OPTIONS: Readonly<Record<keyof CheckpointOptions, true>> = {
  file: true,
  models: true,
  optimizers: true,
  everySteps: true,
  settings: true,
};

/**
 * The file that a run is kept in: weights (running statistics too), the optimizers' states, the
 * sequence of random numbers, history and position.
 */
export class Checkpoint {
  private readonly variables: ReadonlyMap<string, tf.Variable>;
  private readonly run: { readonly settings: Settings; readonly optimizers: OptimizerNotes[] };

  /** @throws when an option is wrong or unknown, or two weights of a model have the same name */
  constructor(private readonly options: CheckpointOptions) {
    refuseOthers('checkpoint', optionsOf('checkpoint', options), OPTIONS);
    const { file, models } = options;
    checkTexts({ "checkpoint's file": file }, TrainingError);
    const lists = { models, optimizers: options.optimizers };
    for (const [name, list] of Object.entries(lists)) {
      checkLists({ [`checkpoint's ${name}`]: list }, TrainingError);
    }
    this.variables = modelVariables(options.models);
    const { settings = {}, optimizers } = options;
    this.run = { settings, optimizers: optimizers.map(optimizerNotes) };
  }

  /**
   * Writes all that the run depends on, unless a weight is not a finite number: then the file stays as
   * it was. Atomic: after a crash the file is the former one or the new one, whole.
   *
   * @returns the name of a weight that is not finite; null if the file was written
   * @throws when an optimizer trains a variable that is in none of the models
   */
  async write(history: History, position: Position): Promise<string | null> {
    const tensors = new Map<string, StoredTensor>();
    for (const [name, variable] of this.variables) {
      const weight = stored(variable);
      if (!isSound(weight, variable.trainable)) return name;
      tensors.set(name, weight);
    }
    for (const [i, optimizer] of this.options.optimizers.entries()) {
      for (const [name, state] of await this.stateOf(optimizer)) {
        tensors.set(`optimizers.${i}.${name}`, state);
      }
    }
    tensors.set('history.steps.loss', float64(history.steps.loss));
    for (const [name, values] of Object.entries(history.epochs)) {
      tensors.set(`history.epochs.${name}`, float64(values));
    }
    const { diverged = null } = history;
    const notes = {
      ...this.run,
      position,
      random: randomState(),
      diverged: diverged && { epoch: diverged.epoch, step: diverged.step },
    };
    writeSafetensors(this.options.file, tensors, metadataOf(notes, tensors));
    return null;
  }

  /**
   * Sets models, optimizers, random numbers and `history` to what the file holds.
   *
   * @returns where the run goes on; undefined if there is no file
   * @throws when the file is damaged, or is of another version, other models, optimizers or settings: it
   *   says what differs, before anything is set
   */
  async read(history: History): Promise<Position | undefined> {
    const { file, optimizers } = this.options;
    if (!existsSync(file)) return undefined;
    const contents = readSafetensors(file);
    const { tensors } = contents;
    const notes = notesIn(contents, file);
    const difference = differenceOfRuns(notes, this.run) ?? this.differenceOfModels(tensors);
    if (difference !== null) throw this.refusal(difference);
    const states = optimizers.map((_, i) => this.savedState(tensors, i));

    for (const [i, optimizer] of optimizers.entries()) await this.restore(optimizer, states[i]);
    for (const [name, variable] of this.variables) {
      const value = tensorOf(tensors.get(name) as StoredTensor);
      variable.assign(value);
      value.dispose();
    }
    restoreRandomState(notes.random);
    for (const [name, { data }] of tensors) {
      const [root, kind, ...metric] = name.split('.');
      if (root !== 'history') continue;
      const values = Array.from(data as Float64Array);
      if (kind === 'steps') for (const value of values) history.steps.loss.push(value);
      else history.epochs[metric.join('.')] = values;
    }
    if (notes.diverged) {
      history.diverged = { ...notes.diverged, loss: history.steps.loss[notes.diverged.step] };
    }
    return notes.position;
  }

  private differenceOfModels(tensors: NamedTensors): string | null {
    for (const [name, { shape, dtype }] of this.variables) {
      const saved = tensors.get(name);
      if (saved === undefined) return `it has no ${name} of shape [${shape}]`;
      if (String(saved.shape) !== String(shape)) {
        return `its ${name} has shape [${saved.shape}], not [${shape}]`;
      }
      if (saved.type !== dtype) return `its ${name} is ${saved.type}, not ${dtype}`;
    }
    const foreign = [...tensors.keys()].find(
      (name) => name.startsWith('models.') && !this.variables.has(name),
    );
    return foreign === undefined ? null : `it has ${foreign}, which the models have not`;
  }

  /** An optimizer's state by the names that its variables have in the file. */
  private async stateOf(optimizer: tf.Optimizer): Promise<[string, StoredTensor][]> {
    const names = new Map([...this.variables].map(([name, variable]) => [variable.name, name]));
    const weights = await optimizer.getWeights();
    const state = weights.map(({ name, tensor }): [string, StoredTensor] => {
      const [variable, suffix] = variableAndSuffix(name);
      if (suffix === '') return [name, stored(tensor)];
      const known = names.get(variable);
      if (known !== undefined) return [known + suffix, stored(tensor)];
      throw new TrainingError(
        `${optimizer.getClassName()} trains ${variable}, which is in none of the checkpoint's models`,
      );
    });
    tf.dispose(weights.map(({ tensor }) => tensor).filter((t) => !(t instanceof tf.Variable)));
    return state;
  }

  /** The same in the file, by the names that the variables have here. */
  private savedState(tensors: NamedTensors, i: number): [string, StoredTensor][] {
    const prefix = `optimizers.${i}.`;
    const state = [...tensors].filter(([name]) => name.startsWith(prefix));
    return state.map(([fullName, tensor]): [string, StoredTensor] => {
      const name = fullName.slice(prefix.length);
      const [known, suffix] = variableAndSuffix(name);
      if (suffix === '') return [name, tensor];
      const variable = this.variables.get(known);
      if (variable !== undefined) return [variable.name + suffix, tensor];
      throw this.refusal(`its optimizer ${i} trains ${known}, which the models have not`);
    });
  }

  private async restore(
    optimizer: RestorableOptimizer,
    state: readonly [string, StoredTensor][],
  ): Promise<void> {
    const weights = state.map(([name, tensor]) => ({ name, tensor: tensorOf(tensor) }));
    try {
      await optimizer.setWeights(weights, { exactNames: true });
    } catch (error) {
      throw this.refusal((error as Error).message);
    } finally {
      tf.dispose(weights.map(({ tensor }) => tensor));
    }
  }

  private refusal(what: string): Error {
    const { file } = this.options;
    return new TrainingError(
      `${file} is the checkpoint of another run: ${what} (delete it to begin anew)`,
    );
  }
}

function modelVariables(models: readonly AnyModel[]): Map<string, tf.Variable> {
  const variables = new Map<string, tf.Variable>();
  for (const [i, model] of models.entries()) {
    const weights = partsOf(model).flatMap((part) => part.weights);
    for (const weight of new Set(weights)) {
      const name = `models.${i}.${weight.originalName}`;
      if (variables.has(name)) {
        throw new TrainingError(
          `two weights of the checkpoint's models are called ${name}: give their layers other names`,
        );
      }
      variables.set(name, weight.read() as tf.Variable);
    }
  }
  return variables;
}

/** What a tensor of an optimizer's state belongs to, and the rest of its name. */
function variableAndSuffix(name: string): [variable: string, suffix: string] {
  const slash = name.lastIndexOf('/');
  return slash < 0 ? [name, ''] : [name.slice(0, slash), name.slice(slash)];
}

/** A weight that is never trained may hold infinite numbers, as a mask does. */
function isSound({ data }: StoredTensor, isTrained: boolean): boolean {
  if (!(data instanceof Float32Array)) return true;
  return data.every(isTrained ? Number.isFinite : (value) => !Number.isNaN(value));
}

type EngineType = 'float32' | 'int32' | 'bool';
type EngineData = Float32Array | Int32Array | Uint8Array;

function stored(tensor: tf.Tensor): StoredTensor {
  const data = tensor.dataSync().slice() as EngineData;
  return { type: tensor.dtype as EngineType, shape: [...tensor.shape], data };
}

function tensorOf({ type, shape, data }: StoredTensor): tf.Tensor {
  return tf.tensor(data as EngineData, [...shape], type as EngineType);
}

function float64(values: readonly number[]): StoredTensor {
  return { type: 'float64', shape: [values.length], data: Float64Array.from(values) };
}
