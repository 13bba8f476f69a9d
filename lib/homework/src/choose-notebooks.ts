import { accessSync, constants, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { Mistake, reasonOf } from './mistake';
import { type Notebook, nameOf, readNotebook } from './notebook';
import { notebooksFolder } from './project';

/** Notebooks that a command can work on, and those that it cannot, each with its reason. */
export interface Choice {
  readonly notebooks: readonly string[];
  readonly refused: readonly Refused[];
}

export interface Refused {
  readonly path: string;
  readonly reason: string;
}

/**
 * The notebooks that a command works on: those it names, by their file or by the bare name of one
 * of the project's, or all of the project's. Each is read once, so that a wrong one is known before
 * the first is started; `isWrong` may say more of it, by throwing.
 *
 * @throws a Mistake with all reasons where none of them can be worked on
 */
export function chooseEach(
  named: readonly string[],
  isWrong: (path: string, notebook: Notebook) => void = () => {},
): Choice {
  const paths = named.length > 0 ? named : allNotebooks();
  const found = paths.map((name) => flawed(name, isWrong));
  const flawedOrTwice = found.map((one) => {
    const twins = found.filter(({ path }) => nameOf(path) === nameOf(one.path));
    if (one.reason !== undefined || twins.length === 1) return one;
    const all = twins.map(({ path }) => path).join(' and ');
    return { ...one, reason: `${all} would write the same report: rename one` };
  });
  const refused = flawedOrTwice.filter((one): one is Refused => one.reason !== undefined);
  if (refused.length === paths.length) {
    throw new Mistake([...new Set(refused.map(({ reason }) => reason))].join('\n'));
  }
  const notebooks = flawedOrTwice.filter(({ reason }) => reason === undefined);
  return { notebooks: notebooks.map(({ path }) => path), refused };
}

/** The one notebook that a command names. */
export function chooseNotebook(named: string): string {
  const [path] = chooseEach([named]).notebooks;
  return path;
}

/** Says on stderr which notebooks were left out, and lets the command end as one that failed. */
export function reportRefused(refused: readonly Refused[]): void {
  for (const { reason } of refused) console.error(`homework: ${reason}`);
  if (refused.length > 0) process.exitCode = 1;
}

function flawed(
  name: string,
  isWrong: (path: string, notebook: Notebook) => void,
): { readonly path: string; readonly reason?: string } {
  try {
    const path = pathOf(name);
    isWrong(path, readNotebook(path));
    return { path };
  } catch (error) {
    if (!(error instanceof Mistake)) throw error;
    return { path: name, reason: error.message };
  }
}

function pathOf(named: string): string {
  if (/[./\\]/.test(named) || existsSync(named)) return named;
  const notebooks = ownNotebooks();
  const path = notebooks.find((notebook) => nameOf(notebook) === named);
  if (path) return path;
  const file = `${named}.ipynb`;
  if (existsSync(file)) throw new Mistake(`${named}: no such notebook: did you mean ${file}?`);
  const known = notebooks.map(nameOf).join(', ') || `none in ${shownFolder()}`;
  throw new Mistake(`${named}: no such notebook (known: ${known})`);
}

function allNotebooks(): readonly string[] {
  const notebooks = ownNotebooks();
  if (notebooks.length === 0) throw new Mistake(`${shownFolder()}: there are no notebooks`);
  return notebooks;
}

/** The notebooks of the project, if there are any. */
function ownNotebooks(): readonly string[] {
  const folder = notebooksFolder();
  const names = isFolder(folder) ? readdirSync(folder) : [];
  return names
    .filter((name) => name.endsWith('.ipynb'))
    .sort()
    .map((name) => join(shownFolder(), name));
}

function shownFolder(): string {
  return relative(process.cwd(), notebooksFolder()) || '.';
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** Makes the folder for results, if need be. */
export function prepareFolder(path: string): void {
  try {
    if (existsSync(path) && !isFolder(path)) throw new Error('it is not a folder');
    mkdirSync(path, { recursive: true });
    accessSync(path, constants.W_OK);
  } catch (error) {
    throw new Mistake(`cannot write to ${path}: ${reasonOf(error)}`);
  }
}
