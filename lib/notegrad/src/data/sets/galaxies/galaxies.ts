import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { checkFlags, checkKnown, checkTexts } from '../../../checks';
import { DataError } from '../../../errors';
import { optionsOf, refuseOthers } from '../../../options';
import { dataFolder, dataSource } from '../../files/folder';
import { checkMemory, defaultMemoryLimit } from '../../files/memory-limit';
import { reportProblems } from '../../files/problems';
import { type OnProgress, progressLine } from '../../files/progress-line';
import { sha256 } from '../../files/whole-file';
import type { ImageSet, Target } from '../../samples/images';
import { cachedGalaxies } from './galaxy-cache';
import { decodeGalaxies } from './galaxy-decode';
import {
  chooseGalaxies,
  findGalaxies,
  GALAXY_IMAGES,
  GALAXY_ORIGIN,
  GALAXY_SOLUTIONS,
  type GalaxyListing,
  type GalaxySources,
  listGalaxies,
} from './galaxy-files';
import { GALAXY_COLUMNS, GALAXY_LEAVES, GALAXY_TYPES, galaxyLeaf, galaxyType } from './galaxy-tree';
import { type GalaxyArrays, syntheticGalaxies } from './synthetic-galaxies';

/** Galaxies with the 37 probabilities of Galaxy Zoo's volunteers. */
export interface GalaxySet extends ImageSet {
  readonly targets: {
    /** [count, 37], float32, in the order of `GALAXY_COLUMNS`; NaN where it is unknown. */
    readonly probabilities: Target;
    /** [count], int32: the GalaxyID. */
    readonly ids: Target;
  };
  /** What was left out, and why. */
  readonly skipped: readonly string[];
  /** What is unknown of galaxies that are in the set, and which images were turned as EXIF says. */
  readonly notes: readonly string[];
}

/** Which galaxies `galaxies` reads, and how. */
export interface GalaxiesOptions {
  /** Where the files are. Default: `data/galaxies`. */
  readonly folder?: string;
  /** Height and width of the images in pixels. Default 64. */
  readonly size?: number;
  /** Side of the square cut out of the middle of the 424×424 pixels. Default 212. */
  readonly crop?: number;
  /**
   * What the class ids are: `type`, the most probable answer to the first question (default), or
   * `leaf`, the most probable end of the decision tree. With `partial` or `unlabelled` there is a last
   * class `unknown`, for those of which what is unknown might be more probable than what is known.
   */
  readonly labels?: 'type' | 'leaf';
  /** Whether anything wrong with the files is an error (default) or left out and listed. */
  readonly onBad?: 'error' | 'skip';
  /**
   * Takes rows with blank cells, whose probabilities are unknown: NaN in the targets, so leave them out
   * of a loss. Default false: such rows are an error that counts them.
   */
  readonly partial?: boolean;
  /**
   * Takes images without a row, in `images_training_rev1` or `images_unlabelled`: all their
   * probabilities are unknown. Default false: those of `images_training_rev1` are an error, and those
   * of `images_unlabelled` are not looked at.
   */
  readonly unlabelled?: boolean;
  /** Where the files are not there, gives generated galaxies, plainly labelled. Default false. */
  readonly synthetic?: boolean;
  /** Chooses and orders the galaxies; also generates the synthetic ones. Default: order of the ids. */
  readonly seed?: number;
  /** At most so many galaxies. Default: all; 4,000 synthetic ones. */
  readonly limit?: number;
  /** Most bytes that the pixels may take in memory. Default: half of the machine's, at most 4 GB. */
  readonly memoryLimit?: number;
  /** Default: the project’s progress line, if it takes over a second. */
  readonly onProgress?: OnProgress;
}

const OPTIONS: Readonly<Record<keyof GalaxiesOptions, true>> = {
  folder: true,
  size: true,
  crop: true,
  labels: true,
  onBad: true,
  partial: true,
  unlabelled: true,
  synthetic: true,
  seed: true,
  limit: true,
  memoryLimit: true,
  onProgress: true,
};

/**
 * The galaxies of Kaggle's Galaxy Challenge, RGB, size×size×3 bytes.
 *
 * From `data/galaxies/images_training_rev1/<GalaxyID>.jpg` and `training_solutions_rev1.csv`, which
 * cannot be redistributed (see `data/README.md`). The decoded pixels are kept in a file in
 * `data/galaxies/cache/`, so that the same options load at once the next time.
 *
 * All 61,578 take 757 MB of memory at 64×64, 3.0 GB at 128×128, and never more while they are decoded.
 * For more than the memory limit see `galaxyChunks`.
 *
 * @throws DataError where there are no files, for what does not fit into the memory limit, and that lists what
 * is wrong: images without a row, rows without an image, blank cells, probabilities that do not add up
 */
export async function galaxies(options: GalaxiesOptions = {}): Promise<GalaxySet> {
  optionsOf('galaxies', options);
  refuseOthers('galaxies', options, OPTIONS);
  const { size = 64, limit, memoryLimit = defaultMemoryLimit() } = options;
  checkOptions(options);
  if (useSynthetic(options)) return generated(options, 0, limit ?? 4000);

  const sources = await findGalaxies(folderOf(options), options);
  const count = Math.min(limit ?? Number.POSITIVE_INFINITY, sources.images.size);
  checkMemory(
    'galaxies',
    count,
    [size, size, 3],
    memoryLimit,
    'choose a smaller size, a limit or a higher memoryLimit, or go through them with galaxyChunks',
  );
  return (await load(sources, options, () => listGalaxies(sources, options))).set;
}

/** As of `galaxies`, and how many at a time. */
export interface GalaxyChunksOptions extends Omit<GalaxiesOptions, 'memoryLimit'> {
  /** Galaxies a chunk. Default 4,096. */
  readonly chunk?: number;
}

/**
 * The same galaxies in the same order, so many at a time: for more than fit into memory.
 *
 * @throws DataError as `galaxies` does
 */
export async function* galaxyChunks(
  given: GalaxyChunksOptions = {},
): AsyncGenerator<GalaxySet, void> {
  const { chunk = 4096, ...options } = optionsOf('galaxyChunks', given);
  refuseOthers('galaxyChunks', options, OPTIONS);
  checkOptions(options);
  if (!(Number.isInteger(chunk) && chunk > 0)) {
    throw new DataError(`invalid chunk: ${chunk} (expected a whole number above 0)`);
  }
  if (useSynthetic(options)) {
    const { limit = 4000 } = options;
    for (let first = 0; first < limit; first += chunk) {
      yield generated(options, first, Math.min(chunk, limit - first));
    }
    return;
  }
  const sources = await findGalaxies(folderOf(options), options);
  let listing: Promise<GalaxyListing> | undefined;
  const listOnce = () => {
    listing ??= listGalaxies(sources, options);
    return listing;
  };
  for (let first = 0, last = false; !last; first += chunk) {
    const { set, numChosen } = await load(sources, options, listOnce, { first, count: chunk });
    last = numChosen < chunk;
    if (numChosen > 0) yield set;
  }
}

function folderOf({ folder = galaxyFolder() }: GalaxiesOptions): string {
  checkTexts({ folder }, DataError);
  return folder;
}

/** Where the galaxies belong. */
export function galaxyFolder(): string {
  return join(dataFolder(), 'galaxies');
}

/** A part of the chosen galaxies. */
interface Part {
  readonly first: number;
  readonly count: number;
}

async function load(
  sources: GalaxySources,
  options: GalaxiesOptions,
  list: () => Promise<GalaxyListing>,
  part: Part = { first: 0, count: Number.POSITIVE_INFINITY },
): Promise<{ readonly set: GalaxySet; readonly numChosen: number }> {
  const { size = 64, crop = 212, limit, seed, onBad = 'error', partial, unlabelled } = options;
  const onProgress = options.onProgress ?? progressLine('galaxies decoded');
  const report = (problems: readonly string[]) => {
    if (onBad === 'error') reportProblems(sources.folder, 'the galaxies', problems);
  };
  const choice = sha256(JSON.stringify([limit, seed, part, partial, unlabelled])).slice(0, 12);

  const decoded = await cachedGalaxies(
    sources,
    `${size}x${size}-crop${crop}-${choice}`,
    async () => {
      const { galaxies: listed, problems, notes } = await list();
      report(problems);
      const { first, count } = part;
      const chosen = chooseGalaxies(listed, { limit, seed }).slice(first, first + count);
      const result = await decodeGalaxies(chosen, { size, crop, onProgress });
      return {
        ...result,
        problems: first === 0 ? [...problems, ...result.problems] : result.problems,
        notes: first === 0 ? [...notes, ...result.notes] : result.notes,
        chosen: chosen.map(({ id }) => id),
      };
    },
  );
  report(decoded.problems);
  const { problems, notes } = decoded;
  if (notes.length > 0) {
    const more = notes.length > 1 ? ` (and ${notes.length - 1} more in its notes)` : '';
    console.warn(`galaxies: ${notes[0]}${more}`);
  }
  const source = options.folder ?? dataSource(sources.folder);
  const set = galaxySet(decoded, options, source, problems, notes);
  return { set, numChosen: decoded.chosen.length };
}

function generated(options: GalaxiesOptions, first: number, count: number): GalaxySet {
  const { size = 64, seed = 0 } = options;
  const onProgress = options.onProgress ?? progressLine('galaxies drawn');
  const arrays = syntheticGalaxies({ size, count, first, seed, onProgress });
  return galaxySet(arrays, options, 'synthetic');
}

function galaxySet(
  { pixels, probabilities, ids }: GalaxyArrays,
  { size = 64, labels = 'type', partial = false, unlabelled = false }: GalaxiesOptions,
  source: string,
  skipped: readonly string[] = [],
  notes: readonly string[] = [],
): GalaxySet {
  const width = GALAXY_COLUMNS.length;
  const [classOf, names] =
    labels === 'leaf' ? [galaxyLeaf, GALAXY_LEAVES] : [galaxyType, GALAXY_TYPES];
  return {
    name: 'galaxies',
    source,
    pixels,
    shape: [ids.length, size, size, 3],
    labels: Uint8Array.from(
      ids,
      (_, i) => classOf(probabilities.subarray(i * width, (i + 1) * width)) ?? names.length,
    ),
    classNames: partial || unlabelled ? [...names, 'unknown'] : names,
    targets: { probabilities: { values: probabilities, width }, ids: { values: ids, width: 1 } },
    skipped,
    notes,
  };
}

function useSynthetic({ synthetic = false, ...options }: GalaxiesOptions): boolean {
  const folder = folderOf(options);
  const names = [GALAXY_SOLUTIONS, GALAXY_IMAGES];
  if (names.some((name) => existsSync(join(folder, name)))) return false;
  if (synthetic) return true;
  throw new DataError(
    `galaxies need ${GALAXY_SOLUTIONS} and ${GALAXY_IMAGES}/ in ${folder}, ` +
      'which are not there and cannot be redistributed ' +
      `(${GALAXY_ORIGIN}; \`synthetic: true\` gives a generated stand-in)`,
  );
}

function checkOptions(options: GalaxiesOptions): void {
  const { size = 64, crop = 212, limit = 1, labels = 'type', onBad = 'error' } = options;
  const { partial, unlabelled, synthetic } = options;
  checkFlags({ partial, unlabelled, synthetic }, DataError);
  checkKnown({ labels }, ['type', 'leaf'], DataError);
  checkKnown({ onBad }, ['error', 'skip'], DataError);
  const wholeNumber = (name: string, value: number, most: number) => {
    if (!(Number.isInteger(value) && value > 0 && value <= most)) {
      throw new DataError(`invalid ${name}: ${value} (expected 1 … ${most})`);
    }
  };
  wholeNumber('size', size, 424);
  wholeNumber('crop', crop, 424);
  wholeNumber('limit', limit, 2 ** 31 - 1);
}
