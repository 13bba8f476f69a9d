import { join, parse } from 'node:path';
import { findPython } from '../bin/find-python';
import { Mistake } from './mistake';
import { packageFolder } from './project';

/** What was found, by the variables that say where to look: asking each Python takes as long as a small cell. */
const found = new Map<string, string>();

/** The Python that has Jupyter; a mistake that says what to do where there is none. */
export function pythonWithJupyter(): string {
  const { NOTEGRAD_PYTHON, CONDA_PREFIX, PATH } = process.env;
  const where = JSON.stringify([NOTEGRAD_PYTHON, CONDA_PREFIX, PATH]);
  const known = found.get(where);
  if (known !== undefined) return known;
  const { python, passedOver } = findPython();
  if (python) {
    found.set(where, python.path);
    return python.path;
  }
  const looked = passedOver.map(({ path, reason }) => `${path} ${reason}`).join('; ');
  throw new Mistake(
    `no Python with Jupyter was found (${looked || 'no python3 at all'}): run \`npx homework setup\``,
  );
}

/** Where our programs run: no file of a notebook's folder is taken for a module of Python's or for settings. */
export const neutralFolder: string = parse(process.execPath).root;

/** The arguments with which Python runs a program of ours (of `python/`), and nothing that lies about. */
export function ownProgram(name: string, ...args: readonly string[]): readonly string[] {
  return ['-I', join(packageFolder, 'python', name), ...args];
}
