import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { DataError } from '../../../errors';
import { counted } from '../../files/counted';
import { type CsvRow, found, readCsv } from '../../files/csv';
import { readWhole, sha256 } from '../../files/whole-file';
import { random } from '../../random';
import { permutation } from '../../shuffle';
import { columnNames, GALAXY_COLUMNS, treeProblem } from './galaxy-tree';

export const GALAXY_IMAGES = 'images_training_rev1';
/** Images without a row lie beside the others, or here. */
const UNLABELLED_IMAGES = 'images_unlabelled';
export const GALAXY_SOLUTIONS = 'training_solutions_rev1.csv';
/** For people who have none of them. */
export const GALAXY_ORIGIN =
  'Kaggle has them: https://www.kaggle.com/c/galaxy-zoo-the-galaxy-challenge/data';

/** A galaxy's image file and its row of the solutions. */
export interface GalaxyFile {
  readonly id: number;
  readonly path: string;
  /** 37, in the order of `GALAXY_COLUMNS`; NaN is unknown. */
  readonly probabilities: readonly number[];
}

/** What lies in a folder of galaxies. */
export interface GalaxySources {
  readonly folder: string;
  readonly solutions: string;
  /** By id. */
  readonly images: ReadonlyMap<number, string>;
  /** Files among the images that are none, or second ones of a galaxy, a line each. */
  readonly strangers: readonly string[];
  /** Another when the solutions change, or an image comes or goes. */
  readonly sha256: string;
}

/** What is made of what is not known of a galaxy. */
export interface UnknownOptions {
  /** Takes rows with blank cells. */
  readonly partial?: boolean;
  /** Takes images without a row. */
  readonly unlabelled?: boolean;
}

/** Finds images and solutions, without looking into the images. */
export async function findGalaxies(
  folder: string,
  { unlabelled = false }: UnknownOptions = {},
): Promise<GalaxySources> {
  const solutions = join(folder, GALAXY_SOLUTIONS);
  const imageFolders = [join(folder, GALAXY_IMAGES)];
  const others = join(folder, UNLABELLED_IMAGES);
  if (unlabelled && existsSync(others)) imageFolders.push(others);
  const [paths, solutionsSha256] = await Promise.all([
    Promise.all(imageFolders.map(visibleFiles)),
    readWhole(solutions).then((bytes) => sha256(bytes)),
  ]).catch((error: Error) => {
    throw new DataError(`${folder}: cannot be read: ${error.message}`);
  });
  const images = new Map<number, string>();
  const strangers: string[] = [];
  for (const path of paths.flat()) {
    const id = /^(\d{1,9})\.jpe?g$/i.exec(basename(path))?.[1];
    const first = images.get(Number(id));
    if (first) strangers.push(`${path}: a second image of ${id}, besides ${first}`);
    else if (id) images.set(Number(id), path);
    else strangers.push(`${path}: expected <GalaxyID>.jpg`);
  }
  return {
    folder,
    solutions,
    images,
    strangers,
    sha256: sha256([solutionsSha256, ...images.values(), ...strangers].join('\n')),
  };
}

/** Paths of the files of a folder, by name. */
async function visibleFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder);
  return names
    .filter((name) => !name.startsWith('.'))
    .sort()
    .map((name) => join(folder, name));
}

export interface GalaxyListing {
  /** Those with a sound row and an image, by id. */
  readonly galaxies: readonly GalaxyFile[];
  /** What is wrong, a line each. */
  readonly problems: readonly string[];
  /** What is unknown of galaxies that are listed, a line each. */
  readonly notes: readonly string[];
}

/** Matches images and rows. */
export async function listGalaxies(
  { solutions, images, strangers }: GalaxySources,
  options: UnknownOptions = {},
): Promise<GalaxyListing> {
  const {
    rows,
    problems: rowProblems,
    blanks,
  } = rowsById(solutions, await readCsv(solutions), options);
  const problems = [...rowProblems, ...strangers];
  const galaxies: GalaxyFile[] = [];
  for (const [id, path] of images) {
    const probabilities = rows.get(id);
    if (probabilities) galaxies.push({ id, path, probabilities });
    else if (probabilities === undefined) {
      if (options.unlabelled) galaxies.push({ id, path, probabilities: ALL_UNKNOWN });
      else problems.push(`${path}: image without a row`);
    }
  }
  for (const id of rows.keys()) {
    if (!images.has(id)) problems.push(`${solutions}: row without an image: ${id}`);
  }
  return { galaxies: galaxies.sort((a, b) => a.id - b.id), problems, notes: blanks };
}

const ALL_UNKNOWN: readonly number[] = GALAXY_COLUMNS.map(() => Number.NaN);

/** The first `limit` galaxies by id or, with a seed, a random choice in random order. */
export function chooseGalaxies(
  galaxies: readonly GalaxyFile[],
  { limit = galaxies.length, seed }: { readonly limit?: number; readonly seed?: number },
): readonly GalaxyFile[] {
  if (seed === undefined) return galaxies.slice(0, limit);
  const order = permutation(galaxies.length, random(seed)).subarray(0, limit);
  return Array.from(order, (index) => galaxies[index]);
}

interface Rows {
  /** The probabilities by id; `null` for a row that is not taken. */
  readonly rows: ReadonlyMap<number, readonly number[] | null>;
  readonly problems: readonly string[];
  /** What is said of blank cells that are taken for unknown. */
  readonly blanks: readonly string[];
}

function rowsById(
  file: string,
  [header, ...rows]: readonly CsvRow[],
  { partial = false }: UnknownOptions,
): Rows {
  const names = header.fields.map((name) => name.trim());
  const columns = ['GalaxyID', ...GALAXY_COLUMNS].map((column) => names.indexOf(column));
  const missing = ['GalaxyID', ...GALAXY_COLUMNS].filter((_, i) => columns[i] < 0);
  if (missing.length > 0) {
    throw new DataError(
      `${file}:${header.line}: expected the column ${missing.join(', ')}, ${found(names.join())}`,
    );
  }
  const byId = new Map<number, readonly number[] | null>();
  const problems: string[] = [];
  const blanks = new BlankCells(file, rows.length);
  for (const { line, fields } of rows) {
    const report = (problem: string) => problems.push(`${file}:${line}: ${problem}`);
    if (fields.length !== names.length) {
      report(`expected ${names.length} columns, found ${fields.length}`);
      continue;
    }
    const [id, ...cells] = columns.map((column) => fields[column].trim());
    if (!/^\d{1,9}$/.test(id)) report(`expected a GalaxyID, ${found(id)}`);
    else if (byId.has(Number(id))) report(`a second row of ${id}`);
    else {
      const unknown = GALAXY_COLUMNS.filter((_, i) => cells[i] === '');
      blanks.add(unknown);
      // `Number` would take a blank cell for 0.
      const numbers = cells.map((cell) => (cell === '' ? Number.NaN : Number(cell)));
      const problem = cellProblem(cells, numbers) ?? treeProblem(numbers, 1e-3, true);
      if (problem) report(problem);
      const isTaken = !problem && (partial || unknown.length === 0);
      byId.set(Number(id), isTaken ? numbers : null);
    }
  }
  const said = blanks.said();
  return {
    rows: byId,
    problems: partial
      ? problems
      : [...said.map((line) => `${line} (${PARTIAL_HINT})`), ...problems],
    blanks: partial ? said : [],
  };
}

const PARTIAL_HINT = 'partial: true takes them for unknown';

/** A cell that is neither blank nor a number. */
function cellProblem(cells: readonly string[], numbers: readonly number[]): string | undefined {
  const wrong = cells.findIndex((cell, i) => cell !== '' && Number.isNaN(numbers[i]));
  return wrong < 0
    ? undefined
    : `${GALAXY_COLUMNS[wrong]}: expected a probability, ${found(cells[wrong])}`;
}

/** Counts the rows with blank cells, and in which columns these are. */
class BlankCells {
  private numRows = 0;
  private numCells = 0;
  private readonly columns = new Set<string>();

  constructor(
    private readonly file: string,
    private readonly numAllRows: number,
  ) {}

  add(columns: readonly string[]): void {
    if (columns.length > 0) this.numRows++;
    this.numCells += columns.length;
    for (const column of columns) this.columns.add(column);
  }

  said(): string[] {
    if (this.numRows === 0) return [];
    const rows = `${counted(this.numRows)} of ${counted(this.numAllRows)} rows`;
    const cells = this.numCells === 1 ? '1 blank cell' : `${counted(this.numCells)} blank cells`;
    return [`${this.file}: ${rows} have ${cells}, in ${columnNames([...this.columns])}`];
  }
}
