import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type CsvRow, found, readCsv } from './csv';
import { DataError } from './errors';
import { GALAXY_COLUMNS, treeProblem } from './galaxy-tree';
import { random } from './random';
import { permutation } from './shuffle';
import { readWhole, sha256 } from './whole-file';

export const GALAXY_IMAGES = 'images_training_rev1';
export const GALAXY_SOLUTIONS = 'training_solutions_rev1.csv';

/** A galaxy's image file and its row of the solutions. */
export interface GalaxyFile {
  readonly id: number;
  readonly path: string;
  /** 37, in the order of `GALAXY_COLUMNS`. */
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

/** Finds images and solutions, without looking into the images. */
export async function findGalaxies(folder: string): Promise<GalaxySources> {
  const solutions = join(folder, GALAXY_SOLUTIONS);
  const imageFolder = join(folder, GALAXY_IMAGES);
  const [names, solutionsSha256] = await Promise.all([
    readdir(imageFolder),
    readWhole(solutions).then((bytes) => sha256(bytes)),
  ]).catch((error: Error) => {
    throw new DataError(`${folder}: cannot be read: ${error.message}`);
  });
  const images = new Map<number, string>();
  const strangers: string[] = [];
  for (const name of names.filter((name) => !name.startsWith('.')).sort()) {
    const id = /^(\d{1,9})\.jpe?g$/i.exec(name)?.[1];
    const first = images.get(Number(id));
    if (first)
      strangers.push(`${join(imageFolder, name)}: a second image of ${id}, besides ${first}`);
    else if (id) images.set(Number(id), join(imageFolder, name));
    else strangers.push(`${join(imageFolder, name)}: expected <GalaxyID>.jpg`);
  }
  return {
    folder,
    solutions,
    images,
    strangers,
    sha256: sha256([solutionsSha256, ...images.values(), ...strangers].join('\n')),
  };
}

export interface GalaxyListing {
  /** Those with a sound row and an image, by id. */
  readonly galaxies: readonly GalaxyFile[];
  /** What is wrong, a line each. */
  readonly problems: readonly string[];
}

/** Matches images and rows. */
export async function listGalaxies({
  solutions,
  images,
  strangers,
}: GalaxySources): Promise<GalaxyListing> {
  const rowProblems: string[] = [];
  const rows = rowsById(solutions, await readCsv(solutions), rowProblems);
  const problems = [...rowProblems, ...strangers];
  const galaxies: GalaxyFile[] = [];
  for (const [id, path] of images) {
    const probabilities = rows.get(id);
    if (probabilities) galaxies.push({ id, path, probabilities });
    else if (probabilities === undefined) problems.push(`${path}: image without a row`);
  }
  for (const id of rows.keys()) {
    if (!images.has(id)) problems.push(`${solutions}: row without an image: ${id}`);
  }
  return { galaxies: galaxies.sort((a, b) => a.id - b.id), problems };
}

/** The first `limit` galaxies by id or, with a seed, a random choice in random order. */
export function chooseGalaxies(
  galaxies: readonly GalaxyFile[],
  { limit = galaxies.length, seed }: { readonly limit?: number; readonly seed?: number },
): readonly GalaxyFile[] {
  if (seed === undefined) return galaxies.slice(0, limit);
  const order = permutation(galaxies.length, random(seed)).subarray(0, limit);
  return Array.from(order, (index) => galaxies[index]);
}

/** The probabilities by id; `null` for a row that is not sound. */
function rowsById(
  file: string,
  [header, ...rows]: readonly CsvRow[],
  problems: string[],
): Map<number, readonly number[] | null> {
  const names = header.fields.map((name) => name.trim());
  const columns = ['GalaxyID', ...GALAXY_COLUMNS].map((column) => names.indexOf(column));
  const missing = ['GalaxyID', ...GALAXY_COLUMNS].filter((_, i) => columns[i] < 0);
  if (missing.length > 0) {
    throw new DataError(
      `${file}:${header.line}: expected the column ${missing.join(', ')}, ${found(names.join())}`,
    );
  }
  const byId = new Map<number, readonly number[] | null>();
  for (const { line, fields } of rows) {
    const report = (problem: string) => problems.push(`${file}:${line}: ${problem}`);
    if (fields.length !== names.length) {
      report(`expected ${names.length} columns, found ${fields.length}`);
      continue;
    }
    const [id, ...probabilities] = columns.map((column) => fields[column]);
    if (!/^\d{1,9}$/.test(id)) report(`expected a GalaxyID, ${found(id)}`);
    else if (byId.has(Number(id))) report(`a second row of ${id}`);
    else {
      // An empty field would be the number 0.
      const numbers = probabilities.map((text) => (text.trim() === '' ? Number.NaN : Number(text)));
      const problem = treeProblem(numbers);
      if (problem) report(problem);
      byId.set(Number(id), problem ? null : numbers);
    }
  }
  return byId;
}
