import Module, { createRequire } from 'node:module';
import { join } from 'node:path';
import * as parts from './tfjs';

const WHOLE = '@tensorflow/tfjs';

/**
 * Whoever asks for the whole of tfjs after this (danfojs, tfjs-node-gpu, a script) gets the parts that
 * are loaded already. It would register its own gradients, operations of tensors and kernels over those
 * that we mended.
 */
export function standInForWholeTfjs(): void {
  for (const folder of [__dirname, process.cwd()]) {
    const file = resolveFrom(folder);
    if (file === undefined || file in require.cache) continue;
    const module = new Module(file);
    require.cache[file] = Object.assign(module, { filename: file, loaded: true, exports: parts });
  }
}

function resolveFrom(folder: string): string | undefined {
  try {
    return createRequire(join(folder, 'package.json')).resolve(WHOLE);
  } catch {
    return undefined;
  }
}
