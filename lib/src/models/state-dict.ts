import { extname } from 'node:path';
import * as tf from '../engine/tf';
import type { NamedTensors, StoredTensor } from '../weights/named-tensors';
import { readSafetensors, writeSafetensors } from '../weights/safetensors';
import { readTorchFile, writeTorchFile } from '../weights/torch-file';
import { type LayerWeight, layerWeights } from './layer-weights';
import { type Model, partsOf } from './model';

const formats: Record<
  string,
  { write(file: string, tensors: NamedTensors): void; read(file: string): NamedTensors }
> = {
  '.pt': { write: writeTorchFile, read: readTorchFile },
  '.pth': { write: writeTorchFile, read: readTorchFile },
  '.safetensors': {
    write: (file, tensors) => writeSafetensors(file, tensors, { format: 'pt' }),
    read: (file) => readSafetensors(file).tensors,
  },
};

/**
 * Writes a model's weights as PyTorch's `state_dict()` of the same module: layer names as paths,
 * PyTorch's names and layouts (`conv1.weight` [outputs, inputs, height, width], `fc1.weight`
 * [outputs, inputs], `bn1.running_mean`, …). `torch.load(file, weights_only=True)` opens a `.pt`.
 * Linear weights beside a flattening are reordered from [height, width, channel] to PyTorch's
 * [channel, height, width]. The file is replaced atomically.
 *
 * @param file its ending says the format: `.pt`, `.pth` or `.safetensors`
 */
export function saveStateDict(model: Model, file: string): void {
  formatOf(file).write(file, stateDict(model));
}

/**
 * Reads weights that `saveStateDict`, `torch.save(module.state_dict(), file)` or safetensors wrote
 * into a model of the same layers. Nothing is changed unless everything fits.
 *
 * @throws when the file cannot be read, or names, shapes or types differ, naming all that do
 */
export function loadStateDict(model: Model, file: string): void {
  try {
    applyStateDict(model, formatOf(file).read(file));
  } catch (error) {
    const { message } = error as Error;
    throw message.startsWith(file) ? error : new Error(`${file}: ${message}`);
  }
}

/** The model's weights under PyTorch's names, in PyTorch's layouts. */
export function stateDict(model: Model): NamedTensors {
  const dict = new Map<string, StoredTensor>();
  for (const weight of weightsOf(model)) {
    const value = tf.tidy(() => weight.toTorch(weight.variable.read()));
    const data = value.dataSync<'float32'>().slice();
    dict.set(weight.name, { type: 'float32', shape: [...value.shape], data });
    value.dispose();
    if (weight.name.endsWith('.running_var')) {
      const counter = weight.name.replace(/running_var$/, 'num_batches_tracked');
      dict.set(counter, { type: 'int64', shape: [], data: new BigInt64Array(1) });
    }
  }
  return dict;
}

/** Sets the model's weights from tensors under PyTorch's names, in PyTorch's layouts. */
export function applyStateDict(model: Model, dict: NamedTensors): void {
  const weights = weightsOf(model);
  const known = new Set(weights.map(({ name }) => name));
  const problems = [
    ...weights.flatMap((weight) => mismatch(weight, dict.get(weight.name))),
    ...[...dict.keys()]
      .filter((name) => !known.has(name) && !name.endsWith('.num_batches_tracked'))
      .map((name) => `${name} belongs to no layer`),
  ];
  if (problems.length > 0) throw new Error(`the weights do not fit: ${problems.join('; ')}`);
  for (const { name, variable, fromTorch } of weights) {
    const { shape, data } = dict.get(name) as StoredTensor;
    tf.tidy(() => {
      variable.write(fromTorch(tf.tensor(data as Float32Array, [...shape])));
    });
  }
}

function mismatch({ name, torchShape }: LayerWeight, stored: StoredTensor | undefined): string[] {
  if (stored === undefined) return [`${name} is missing`];
  if (stored.type !== 'float32') return [`${name} is ${stored.type} instead of float32`];
  const fits = String(stored.shape) === String(torchShape);
  return fits ? [] : [`${name} has shape [${stored.shape}] instead of [${torchShape}]`];
}

function weightsOf(model: Model): LayerWeight[] {
  return partsOf(model).flatMap((part) => part.layers.flatMap(layerWeights));
}

function formatOf(file: string): (typeof formats)[string] {
  const format = formats[extname(file)];
  if (format === undefined) {
    const known = Object.keys(formats).join(', ');
    throw new Error(`unknown weight format: ${file} (known endings: ${known})`);
  }
  return format;
}
