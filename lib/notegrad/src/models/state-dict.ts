import { extname } from 'node:path';
import { checkFlags, checkTexts } from '../checks';
import { described } from '../described';
import * as tf from '../engine/tf';
import { ModelError } from '../errors';
import { optionsOf, refuseUnknown } from '../options';
import { toFloat32, widensToFloat32 } from '../weights/element-types';
import type { NamedTensors, StoredTensor } from '../weights/named-tensors';
import { readSafetensors, writeSafetensors } from '../weights/safetensors';
import type { StateDictChoice } from '../weights/torch-contents';
import { readTorchFile, writeTorchFile } from '../weights/torch-file';
import { placesOf } from './layer-places';
import { type LayerWeight, type LayerWeights, layerWeights } from './layer-weights';
import { type AnyModel, partsOf } from './model';
import type { StatedLayouts } from './stated-layouts';

/** How `stateDict` and `saveStateDict` lay weights out. */
export interface StateDictOptions {
  /**
   * How PyTorch lays out what a layer gives, by the layer's name, where it cannot be concluded from
   * the layers themselves; an error asks for it. 'same': the axes as here; 'channelsFirst': the last
   * axis before the others; 'asInput': as what the layer takes; [3, 1, 2]: our axes in PyTorch's
   * order. Default none.
   */
  readonly layouts?: StatedLayouts;
}

/** What `readStateDict` takes of a file. */
export interface ReadStateDictOptions extends StateDictChoice {
  /**
   * Whether to take off what wrappers put into names: `module.` (DataParallel) at the beginning and
   * `_orig_mod.` (torch.compile) anywhere. Default false.
   */
  readonly unwrap?: boolean;
}

/** How `applyStateDict` fills a model. */
export interface ApplyStateDictOptions extends StateDictOptions {
  /** Whether to round values that float32 cannot have, as of float64 or int64. Default false. */
  readonly narrow?: boolean;
}

/** How `loadStateDict` reads a file and fills a model. */
export type LoadStateDictOptions = ReadStateDictOptions & ApplyStateDictOptions;

const formats: Readonly<Record<string, (file: string, tensors: NamedTensors) => void>> = {
  '.pt': writeTorchFile,
  '.pth': writeTorchFile,
  '.safetensors': (file, tensors) => writeSafetensors(file, tensors, { format: 'pt' }),
};

/**
 * Writes a model's weights as PyTorch's `state_dict()` of the same module: layer names as paths,
 * PyTorch's names and layouts (`conv1.weight` [outputs, inputs, height, width], `fc1.weight`
 * [outputs, inputs], `bn1.running_mean`, …). `torch.load(file, weights_only=True)` opens a `.pt`.
 * Weights behind a flattening or before a reshape are reordered from [height, width, channel] to
 * PyTorch's [channel, height, width]. The file is replaced atomically.
 *
 * @param file its ending says the format: `.pt`, `.pth` or `.safetensors`
 * @throws when a layer has no counterpart in PyTorch, or an order is not known: see `layouts`
 */
export function saveStateDict(model: AnyModel, file: string, options: StateDictOptions = {}): void {
  checkTexts({ file }, ModelError);
  const ending = extname(file);
  if (!Object.hasOwn(formats, ending)) {
    const known = Object.keys(formats).join(', ');
    throw new ModelError(`unknown weight format: ${file} (known endings: ${known})`);
  }
  formats[ending](file, stateDict(model, options));
}

/**
 * Reads weights that `saveStateDict`, `torch.save(module.state_dict(), file)` or safetensors wrote
 * into a model of the same layers. Nothing is changed unless everything fits.
 *
 * @throws when the file cannot be read, or names, shapes or types differ, naming all that do
 */
export function loadStateDict(
  model: AnyModel,
  file: string,
  options: LoadStateDictOptions = {},
): void {
  const { key, unwrap, ...applying } = optionsOf('loadStateDict', options);
  const dict = readStateDict(file, { key, unwrap });
  try {
    applyStateDict(model, dict, applying);
  } catch (error) {
    throw new ModelError(`${file}: ${(error as Error).message}`);
  }
}

/**
 * The tensors of a file by name, as they stand in it: a `.safetensors`, or whatever `torch.save`
 * wrote a state dict to, in any version since 0.4. Half precision and bfloat16 become float32,
 * exactly. Nothing that a pickle would run is run.
 *
 * @throws when the file cannot be read, or holds a checkpoint of which no `key` is chosen: what
 *   there is
 */
export function readStateDict(file: string, options: ReadStateDictOptions = {}): NamedTensors {
  const { key, unwrap = false, ...unknown } = optionsOf('readStateDict', options);
  refuseUnknown('readStateDict', unknown);
  checkFlags({ unwrap }, ModelError);
  checkTexts({ file }, ModelError);
  const isSafetensors = extname(file) === '.safetensors';
  if (isSafetensors && key !== undefined) {
    throw new ModelError(`${file} is one dict of tensors, in which no ${key} can be chosen`);
  }
  const tensors = isSafetensors ? readSafetensors(file).tensors : readTorchFile(file, { key });
  const dict = new Map<string, StoredTensor>();
  for (const [stored, tensor] of tensors) {
    const name = unwrap ? unwrapped(stored) : stored;
    if (dict.has(name))
      throw new ModelError(`${file} has two tensors for ${name} without wrappers`);
    dict.set(name, withNumbers(tensor));
  }
  return dict;
}

function unwrapped(name: string): string {
  return name.replaceAll(/(?<=^|\.)_orig_mod\./g, '').replace(/^(module\.)+/, '');
}

/** JavaScript has no numbers of half precision. */
function withNumbers(tensor: StoredTensor): StoredTensor {
  const { type, shape, data } = tensor;
  if (type !== 'float16' && type !== 'bfloat16') return tensor;
  return { type: 'float32', shape, data: toFloat32(type, data as Uint16Array) };
}

/**
 * The model's weights under PyTorch's names, in PyTorch's layouts.
 *
 * @throws as `saveStateDict` does
 */
export function stateDict(model: AnyModel, options: StateDictOptions = {}): NamedTensors {
  const { layouts, ...unknown } = optionsOf('stateDict', options);
  refuseUnknown('stateDict', unknown);
  const dict = new Map<string, StoredTensor>();
  const { weights, constants } = weightsOf(model, layouts);
  for (const weight of weights) {
    const values = tf.tidy(() => weight.toTorch(weight.variable.read()));
    for (const [i, value] of values.entries()) {
      const data = value.dataSync<'float32'>().slice();
      dict.set(weight.names[i], { type: 'float32', shape: [...value.shape], data });
    }
    tf.dispose(values);
  }
  for (const { name, shape, value } of constants) {
    const data = new Float32Array(tf.util.sizeFromShape([...shape])).fill(value);
    dict.set(name, { type: 'float32', shape, data });
  }
  for (const name of [...dict.keys()].filter((each) => each.endsWith('.running_var'))) {
    const counter = name.replace(/running_var$/, 'num_batches_tracked');
    dict.set(counter, { type: 'int64', shape: [], data: new BigInt64Array(1) });
  }
  return dict;
}

/**
 * Sets the model's weights from tensors under PyTorch's names, in PyTorch's layouts. Nothing is
 * changed unless everything fits.
 *
 * @throws when names, shapes or types differ, naming all that do
 */
export function applyStateDict(
  model: AnyModel,
  dict: NamedTensors,
  options: ApplyStateDictOptions = {},
): void {
  const { layouts, narrow = false, ...unknown } = optionsOf('applyStateDict', options);
  refuseUnknown('applyStateDict', unknown);
  checkFlags({ narrow }, ModelError);
  if (!(dict instanceof Map)) {
    throw new ModelError(`expected a state dict, got ${described(dict)}`);
  }
  const { weights, constants } = weightsOf(model, layouts);
  const known = new Set([
    ...weights.flatMap(({ names }) => names),
    ...constants.map(({ name }) => name),
  ]);
  const problems = [
    ...weights.flatMap(({ names, torchShape }) =>
      names.flatMap((name) => mismatch(name, torchShape, dict.get(name), narrow)),
    ),
    ...constants.flatMap(({ name, shape, value }) => {
      const stored = dict.get(name);
      const problem = mismatch(name, shape, stored, narrow);
      const isOther = stored !== undefined && valuesOf(stored).some((each) => each !== value);
      return isOther ? [`${name} is not ${value} throughout, as our layer has it`] : problem;
    }),
    ...[...dict.keys()]
      .filter((name) => !known.has(name) && !name.endsWith('.num_batches_tracked'))
      .map((name) => `${name} belongs to no layer`),
  ];
  if (problems.length > 0) {
    const isWrapped = [...dict.keys()].some((name) => unwrapped(name) !== name);
    const hint = isWrapped ? ' (read the file with { unwrap: true })' : '';
    throw new ModelError(`the weights do not fit: ${problems.join('; ')}${hint}`);
  }
  for (const { names, variable, fromTorch } of weights) {
    tf.tidy(() => {
      const values = names.map((name) => {
        const stored = dict.get(name) as StoredTensor;
        return tf.tensor(valuesOf(stored), [...stored.shape]);
      });
      variable.write(fromTorch(values));
    });
  }
}

function valuesOf({ type, data }: StoredTensor): Float32Array {
  return toFloat32(type, data);
}

function mismatch(
  name: string,
  shape: readonly number[],
  stored: StoredTensor | undefined,
  narrow: boolean,
): string[] {
  if (stored === undefined) return [`${name} is missing`];
  if (String(stored.shape) !== String(shape)) {
    return [`${name} has shape [${stored.shape}] instead of [${shape}]`];
  }
  if (narrow || widensToFloat32(stored.type)) return [];
  return [`${name} is ${stored.type}, which float32 rounds ({ narrow: true } allows it)`];
}

function weightsOf(model: AnyModel, layouts?: StatedLayouts): LayerWeights {
  const parts = partsOf(model);
  const places = placesOf(parts, layouts);
  const all = parts.flatMap((part) => part.layers.map((layer) => layerWeights(layer, places)));
  const weights = distinct(all.flatMap((each) => each.weights));
  return { weights, constants: all.flatMap((each) => each.constants) };
}

/** Each weight once, though parts may share layers. */
function distinct(weights: readonly LayerWeight[]): LayerWeight[] {
  const byName = new Map<string, LayerWeight>();
  for (const weight of weights) {
    const [name] = weight.names;
    const known = byName.get(name);
    if (known !== undefined && known.variable !== weight.variable) {
      throw new ModelError(
        `two layers have weights named ${name}: give each layer a name of its own`,
      );
    }
    byName.set(name, weight);
  }
  return [...byName.values()];
}
