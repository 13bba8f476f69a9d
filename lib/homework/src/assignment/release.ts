import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { type Progress, startProgress } from '../cell-progress';
import { prepareFolder } from '../choose-notebooks';
import type { Profile } from '../execute';
import { listed, Mistake } from '../mistake';
import type { Notebook } from '../notebook';
import { notebookText } from '../notebook-text';
import { folderBeside, replaceFolder } from '../replace-folder';
import { type Assignment, isTestCell, readAssignment, requireSolution } from './assignment';
import { makeRelease } from './make-release';
import { packedFiles } from './packed-files';
import {
  failedBeforeStubs,
  leaks,
  notEarned,
  passedByNothing,
  thresholdsIn,
  unsteady,
} from './prove-release';
import { runEveryCell } from './run-every-cell';
import { SIDECAR_VARIABLE, sidecarOf } from './sidecar';

export interface ReleaseOptions {
  /** The folder that students get. */
  readonly out: string;
  readonly profile: Profile;
  /** Seconds that one cell may take. */
  readonly timeout: number;
  /** How often each threshold is tried on the solution, with seeds of its own. */
  readonly trials: number;
  /** The share of trials in which a threshold may fail the solution. */
  readonly rate: number;
  readonly signal?: AbortSignal;
  /** What else is wrong with a solution that earns its points: asked before anything is written. */
  readonly alsoWrong?: (assignment: Assignment) => Promise<readonly string[]>;
}

/** What was released. */
export interface Released {
  readonly assignment: Assignment;
  /** The files, by their paths in the folder. */
  readonly files: readonly string[];
  /** How many thresholds were tried. */
  readonly thresholds: number;
}

/**
 * Releases an assignment: writes what students get, once it is proved that the solution earns all
 * points, that the student's notebook compiles and runs up to the first stub, that no test passes on
 * the stubs or fails right answers too often, and that nothing hidden is left in the files.
 *
 * @throws a Mistake that lists all that was found; then nothing is written
 */
export async function release(path: string, options: ReleaseOptions): Promise<Released> {
  const assignment = readAssignment(path);
  requireSolution(assignment);
  const out = resolve(options.out);
  const { notebook, unsolved } = makeRelease(assignment);
  const names = [`${assignment.name}.ipynb`, sidecarOf(assignment.name)];
  const packed = packedFiles(assignment);
  refuseForeign(path, out, [...names, ...packed]);
  prepareFolder(dirname(out));
  const staging = mkdtempSync(join(tmpdir(), 'notegrad-release-'));
  const progress = startProgress();
  try {
    const content = notebookText(notebook);
    for (const name of names) writeFileSync(join(staging, name), content);
    for (const file of packed) copyInto(staging, dirname(path), file);
    refuse(path, leaks(assignment, notebook, textsOf(staging, [...names, ...packed], notebook)));
    const thresholds = await prove(assignment, unsolved, staging, options, progress);
    putInPlace(staging, out, [...names, ...packed]);
    return { assignment, files: [...names, ...packed], thresholds };
  } finally {
    progress.clear();
    rmSync(staging, { recursive: true, force: true });
  }
}

async function prove(
  assignment: Assignment,
  unsolved: Notebook,
  staging: string,
  { profile, timeout, trials, rate, signal, alsoWrong }: ReleaseOptions,
  progress: Progress,
): Promise<number> {
  const { name, path, notebook } = assignment;
  const common = { profile, timeout, signal };
  progress.show(`${name}: running the solution`);
  const solved = await runEveryCell(notebook, {
    ...common,
    folder: dirname(resolve(path)),
    environment: {
      NOTEGRAD_TRIALS: String(trials),
      [SIDECAR_VARIABLE]: join(staging, sidecarOf(name)),
    },
    onCell: (number) => progress.show(`${name}: the solution, cell ${number}`),
  });
  // What the run writes is no part of the release.
  const folder = mkdtempSync(join(tmpdir(), 'notegrad-stubs-'));
  try {
    cpSync(staging, folder, { recursive: true });
    const onCell = (number: number) => progress.show(`${name}: the stubs, cell ${number}`);
    const stubs = await runEveryCell(unsolved, { ...common, folder, onCell });
    const unearned = notEarned(assignment, solved);
    const isEarned = unearned.length === 0;
    if (isEarned) progress.show(`${name}: where tests are decided`);
    const asked = isEarned ? await alsoWrong?.(assignment) : undefined;
    refuse(path, [
      ...unearned,
      ...(asked ?? []),
      ...unsteady(assignment, solved, rate),
      ...failedBeforeStubs(assignment, stubs),
      ...passedByNothing(assignment, stubs),
    ]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const tests = assignment.cells.filter(isTestCell);
  return tests.reduce((sum, { index }) => sum + thresholdsIn(solved.get(index)).length, 0);
}

function copyInto(staging: string, folder: string, file: string): void {
  const source = join(folder, file);
  if (!existsSync(source)) throw new Mistake(`${source}: no such file (files of the assignment)`);
  if (lstatSync(source).isSymbolicLink()) {
    throw new Mistake(`${source}: is a symbolic link: name the file that it leads to`);
  }
  mkdirSync(dirname(join(staging, file)), { recursive: true });
  cpSync(source, join(staging, file), { recursive: true });
}

/** All released texts: of a notebook each string by itself, as JSON writes lines in its own way. */
function textsOf(
  staging: string,
  names: readonly string[],
  notebook: Notebook,
): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  const strings = (value: unknown): string =>
    typeof value === 'string'
      ? value
      : typeof value === 'object' && value !== null
        ? Object.values(value).map(strings).join('\n')
        : '';
  for (const name of names) {
    const path = join(staging, name);
    if (lstatSync(path).isDirectory()) {
      const inside = readdirSync(path).map((one) => join(name, one));
      for (const [key, text] of textsOf(staging, inside, notebook)) texts.set(key, text);
    } else {
      const raw = readFileSync(path, 'utf8');
      texts.set(name, /\.(?:ipynb|json)$/.test(name) ? `${strings(parsed(raw))}\n${raw}` : raw);
    }
  }
  return texts;
}

function parsed(raw: string): unknown {
  try {
    return JSON.parse(raw);
  } catch {
    return raw;
  }
}

/** A folder that holds anything else might be the instructor's own. */
function refuseForeign(path: string, out: string, names: readonly string[]): void {
  if (!existsSync(out)) return;
  if (realpathSync(out) === realpathSync(dirname(path))) {
    throw new Mistake(`${out}: holds the solution itself: name another folder`);
  }
  const tops = names.map((name) => name.split('/')[0]);
  const foreign = readdirSync(out).filter((name) => !tops.includes(name));
  if (foreign.length === 0) return;
  throw new Mistake(
    `${out} holds what is not released (${foreign.join(', ')}): name another folder`,
  );
}

function putInPlace(staging: string, out: string, names: readonly string[]): void {
  const partial = folderBeside(out);
  for (const name of names) cpSync(join(staging, name), join(partial, name), { recursive: true });
  replaceFolder(partial, out);
}

function refuse(path: string, complaints: readonly string[]): void {
  if (complaints.length === 0) return;
  throw new Mistake(
    `${path}: is not ready for students, so nothing was written:${listed(complaints)}`,
  );
}
