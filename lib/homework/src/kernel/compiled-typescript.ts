/**
 * Whoever imports this first has TypeScript as V8 compiled it before, where that is kept, instead of compiling
 * it once more in each of a class's hundreds of processes. V8 takes what it compiled itself from the same text
 * alone; else it compiles.
 */
import { readFileSync } from 'node:fs';
import Module from 'node:module';
import { dirname } from 'node:path';
import { Script } from 'node:vm';
import { ownRequire } from '../project';

/** The variable that names the file. It is made by whoever grades, and can only be read within walls. */
export const COMPILED_VARIABLE = 'NOTEGRAD_COMPILED_TYPESCRIPT';

/** Loads TypeScript for all who ask for it later. */
export function loadTypeScript(cachedData?: Buffer): Script {
  const path = ownRequire.resolve('typescript');
  const script = new Script(Module.wrap(readFileSync(path, 'utf8')), {
    filename: path,
    ...(cachedData && { cachedData }),
  });
  const module = new Module(path);
  module.filename = path;
  ownRequire.cache[path] = module;
  const require = Module.createRequire(path);
  script.runInThisContext()(module.exports, require, module, path, dirname(path));
  module.loaded = true;
  return script;
}

function cachedData(): Buffer | undefined {
  const path = process.env[COMPILED_VARIABLE];
  try {
    return path ? readFileSync(path) : undefined;
  } catch {
    // It went with the class that it was made for.
    return undefined;
  }
}

const kept = cachedData();
if (kept) loadTypeScript(kept);
