import { realpathSync, statSync } from 'node:fs';
import { isAbsolute, join, relative, sep } from 'node:path';
import { Mistake, reasonOf } from './mistake';

/** Whether a path, as it is written, stays in the folder that it starts from. */
export function staysInside(path: string): boolean {
  return !isAbsolute(path) && !path.split(/[\\/]/).includes('..') && !path.includes('\0');
}

/**
 * The file that a path from a folder means.
 *
 * @throws a Mistake where there is none, or the path or a link leads out of the folder
 */
export function fileInside(folder: string, path: string): string {
  const named = join(folder, path);
  if (!staysInside(path)) throw new Mistake(`${path}: leads out of ${folder}`);
  let file: string;
  try {
    file = realpathSync(named);
  } catch (error) {
    throw new Mistake(`${named}: ${reasonOf(error)}`);
  }
  const place = relative(realpathSync(folder), file);
  if (isAbsolute(place) || place.split(sep)[0] === '..') {
    throw new Mistake(`${named}: is a link that leads out of ${folder}`);
  }
  if (!statSync(file).isFile()) throw new Mistake(`${named}: is no file`);
  return file;
}

/** Why `fileInside` refuses a path; undefined where it does not. */
export function flawInside(folder: string, path: string): string | undefined {
  try {
    fileInside(folder, path);
    return undefined;
  } catch (error) {
    return reasonOf(error);
  }
}
