import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import * as tf from '../engine/tf';
import { WeightsError } from '../errors';
import { writeAtomically } from '../write-atomically';

const SCHEME = 'file://';
const MODEL = 'model.json';
const WEIGHTS = 'weights.bin';

/** What a router answers to other URLs; its type does not say so. */
const NOT_OURS = null as unknown as tf.io.IOHandler;

/**
 * Lets `model.save('file://folder')` write the files `model.json` and `weights.bin` to a folder, which
 * is made where it is missing, and `tf.loadLayersModel('file://folder/model.json')` read them, as
 * tfjs-node does: each reads the other's files. A path is taken from the current folder.
 */
export function registerModelFiles(): void {
  tf.io.registerSaveRouter((url) => {
    const folder = pathOf(url);
    return folder === null ? NOT_OURS : { save: async (model) => saveModel(folder, model) };
  });
  tf.io.registerLoadRouter((url) => {
    const file = pathOf(url);
    return file === null ? NOT_OURS : { load: () => loadModel(file) };
  });
}

function pathOf(url: string | string[]): string | null {
  if (typeof url !== 'string' || !url.startsWith(SCHEME)) return null;
  return path.resolve(url.slice(SCHEME.length));
}

function saveModel(folder: string, model: tf.io.ModelArtifacts): tf.io.SaveResult {
  const { weightData = new ArrayBuffer(0), weightSpecs, ...rest } = model;
  const modelJson = {
    ...rest,
    weightsManifest: [{ paths: [WEIGHTS], weights: weightSpecs ?? [] }],
  };
  const chunks = [weightData].flat().map((buffer) => new Uint8Array(buffer));
  writeAtomically(path.join(folder, WEIGHTS), chunks);
  writeAtomically(path.join(folder, MODEL), [Buffer.from(JSON.stringify(modelJson))]);
  return { modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(model) };
}

async function loadModel(file: string): Promise<tf.io.ModelArtifacts> {
  const text = readModelFile(file);
  let modelJson: tf.io.ModelJSON;
  try {
    modelJson = JSON.parse(text);
  } catch (error) {
    throw new WeightsError(
      `${file} is not the ${MODEL} of a saved model: ${(error as Error).message}`,
    );
  }
  if (modelJson?.modelTopology == null) {
    throw new WeightsError(`${file} is not the ${MODEL} of a saved model: it has no modelTopology`);
  }
  return tf.io.getModelArtifactsForJSON(modelJson, async (manifest) => {
    const weights = manifest.flatMap((group) => group.weights);
    const files = manifest.flatMap((group) => group.paths);
    const chunks = files.map((name) => readWeights(path.join(path.dirname(file), name), file));
    checkLength(weights, chunks, file);
    return [weights, chunks.map(bufferOf)];
  });
}

function readModelFile(file: string): string {
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory()) {
    throw new WeightsError(`${file} is a folder: load ${SCHEME}${path.join(file, MODEL)}`);
  }
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new WeightsError(`cannot load a model from ${file}: ${(error as Error).message}`);
  }
}

function readWeights(file: string, modelFile: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new WeightsError(`cannot load the weights of ${modelFile}: ${(error as Error).message}`);
  }
}

/** Weights that are cut short would be read as other numbers, or none. */
function checkLength(
  weights: readonly tf.io.WeightsManifestEntry[],
  chunks: readonly Uint8Array[],
  modelFile: string,
): void {
  if (weights.some(({ dtype }) => dtype === 'string')) return;
  const expected = weights.reduce((sum, weight) => sum + numBytes(weight), 0);
  const found = chunks.reduce((sum, { byteLength }) => sum + byteLength, 0);
  if (found === expected) return;
  throw new WeightsError(
    `the weights of ${modelFile} have ${found} bytes and not the ${expected} that it lists: ` +
      'they belong to another model or are cut short',
  );
}

function numBytes({ shape, dtype, quantization }: tf.io.WeightsManifestEntry): number {
  const size = tf.util.sizeFromShape(shape);
  if (quantization) return size * (quantization.dtype === 'uint8' ? 1 : 2);
  return size * tf.util.bytesPerElement(dtype as tf.DataType);
}

/** The memory of a chunk alone: node's small buffers lie in a common one. */
function bufferOf(chunk: Uint8Array): ArrayBuffer {
  return new Uint8Array(chunk).buffer;
}
