import { accessSync, constants, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { Mistake, reasonOf } from './mistake';
import { nameOf, readNotebook } from './notebook';
import { notebooksFolder } from './project';

/**
 * The notebooks that a command works on: those it names, by their file or by the bare name of one
 * of the project's, or all of the project's. Each is read once, so that a wrong one is known before
 * the first is started.
 */
export function chooseNotebooks(named: readonly string[]): readonly string[] {
  const paths = named.length > 0 ? named.map(pathOf) : allNotebooks();
  const seen = new Map<string, string>();
  for (const path of paths) {
    readNotebook(path);
    const twin = seen.get(nameOf(path));
    if (twin) throw new Mistake(`${twin} and ${path} would write the same report: rename one`);
    seen.set(nameOf(path), path);
  }
  return paths;
}

function pathOf(named: string): string {
  if (/[./\\]/.test(named) || existsSync(named)) return named;
  const notebooks = allNotebooks();
  const path = notebooks.find((notebook) => nameOf(notebook) === named);
  if (path) return path;
  throw new Mistake(`${named}: no such notebook (known: ${notebooks.map(nameOf).join(', ')})`);
}

function allNotebooks(): readonly string[] {
  const folder = notebooksFolder();
  const shown = relative(process.cwd(), folder) || '.';
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const notebooks = names.filter((name) => name.endsWith('.ipynb')).sort();
  if (notebooks.length === 0) throw new Mistake(`${shown}: there are no notebooks`);
  return notebooks.map((name) => join(shown, name));
}

/** Makes the folder for results, if need be. */
export function prepareFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
    if (!statSync(path).isDirectory()) throw new Error('it is not a folder');
    accessSync(path, constants.W_OK);
  } catch (error) {
    throw new Mistake(`cannot write to ${path}: ${reasonOf(error)}`);
  }
}
