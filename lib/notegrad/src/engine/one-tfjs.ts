import Module, { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { EngineError } from '../errors';
import * as whole from './tfjs';

/** The parts, which this package brings; WebAssembly's is not loaded before it is wanted. */
const PARTS: Readonly<Record<string, () => unknown>> = {
  '@tensorflow/tfjs-core': () => require('@tensorflow/tfjs-core'),
  '@tensorflow/tfjs-layers': () => require('@tensorflow/tfjs-layers'),
  '@tensorflow/tfjs-data': () => require('@tensorflow/tfjs-data'),
  '@tensorflow/tfjs-backend-cpu': () => require('@tensorflow/tfjs-backend-cpu'),
  '@tensorflow/tfjs-backend-wasm': () => require('@tensorflow/tfjs-backend-wasm'),
};
const WHOLE = '@tensorflow/tfjs';

/**
 * Whoever asks for tfjs after this (danfojs, tfjs-node-gpu, a script), for the whole or for a part, gets
 * the parts that are loaded already. The whole would register its own gradients, operations of tensors
 * and kernels over those that we mended; another copy of a part would make tensors that are not ours.
 *
 * @throws EngineError where another copy of a part was loaded before
 */
export function standInForOtherTfjs(): void {
  for (const file of filesOf(WHOLE)) {
    if (!(file in require.cache)) standIn(file, () => whole);
  }
  for (const [name, ours] of Object.entries(PARTS)) {
    for (const file of filesOf(name)) {
      if (file === require.resolve(name)) continue;
      if (file in require.cache) {
        throw new EngineError(`another ${name} was loaded before notegrad: import notegrad first`);
      }
      standIn(file, ours);
    }
  }
}

/** Where a package lies for us, for who imported us, and for the present folder. */
function filesOf(name: string): ReadonlySet<string> {
  const packageFolder = join(__dirname, '../..');
  const folders = [__dirname, dirname(packageFolder), process.cwd()];
  const files = folders.map((folder) => resolveFrom(folder, name));
  return new Set(files.filter((file) => file !== undefined));
}

function standIn(file: string, exports: () => unknown): void {
  const module = Object.assign(new Module(file), { filename: file, loaded: true });
  require.cache[file] = Object.defineProperty(module, 'exports', { get: exports });
}

function resolveFrom(folder: string, name: string): string | undefined {
  try {
    return createRequire(join(folder, 'package.json')).resolve(name);
  } catch {
    return undefined;
  }
}
