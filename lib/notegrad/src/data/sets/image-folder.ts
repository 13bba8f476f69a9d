import { readdir, realpath, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { checkFlags, checkKnown, checkTexts } from '../../checks';
import { DataError } from '../../errors';
import { optionsOf, refuseOthers } from '../../options';
import { cachedArrays } from '../files/array-cache';
import { decodeImages, type OpenImage } from '../files/decode-images';
import { fingerprint } from '../files/fingerprint';
import { checkMemory, defaultMemoryLimit } from '../files/memory-limit';
import { reportProblems } from '../files/problems';
import { type OnProgress, progressLine } from '../files/progress-line';
import { sha256 } from '../files/whole-file';
import { random } from '../random';
import type { ImageSet } from '../samples/images';
import { checkClassNames, labelArray, UNLABELLED } from '../samples/labels';
import { permutation } from '../shuffle';
import { checkSize, type Size } from '../transforms/resize';

/** What `imageFolder` makes of the files. */
export interface ImageFolderOptions {
  /** Height and width of the images of the set. */
  readonly size: Size;
  /** 3: red, green, blue (default); 1: grey, 0.299 R + 0.587 G + 0.114 B as Pillow and torchvision have it. */
  readonly channels?: 1 | 3;
  /**
   * How an image of other proportions is fitted: `crop` cuts out its middle (default), `pad` leaves
   * black margins, `stretch` distorts it.
   */
  readonly fit?: 'crop' | 'pad' | 'stretch';
  /**
   * The names of the folders, by class id: those of the training set for a test set. Default: all of
   * them, sorted by their characters as torchvision sorts them, so that `class10` comes before `class2`.
   */
  readonly classNames?: readonly string[];
  /** Whether anything wrong with the files is an error (default) or left out and listed. */
  readonly onBad?: 'error' | 'skip';
  /** Puts the images in an order of this seed before `limit`. Default: class by class, by name. */
  readonly seed?: number;
  /** At most so many images; without a seed the first, which may be of one class. Default: all. */
  readonly limit?: number;
  /** Most bytes that the pixels may take in memory. Default: half of the machine's, at most 4 GB. */
  readonly memoryLimit?: number;
  /** Keeps the decoded pixels in the folder's `.cache`, for the next time. Default true. */
  readonly cache?: boolean;
  /** Default: the project’s progress line, if it takes over a second. */
  readonly onProgress?: OnProgress;
}

/** Images from files. */
export interface ImageFolderSet extends ImageSet {
  /** What was left out, and why. */
  readonly skipped: readonly string[];
}

const OPTIONS: Readonly<Record<keyof ImageFolderOptions, true>> = {
  size: true,
  channels: true,
  fit: true,
  classNames: true,
  onBad: true,
  seed: true,
  limit: true,
  memoryLimit: true,
  cache: true,
  onProgress: true,
};

/**
 * The PNG and JPEG images of a folder that has a folder for each class, as torchvision's
 * `ImageFolder` wants it; a folder of images alone is a set of the one class `unlabelled`.
 *
 * Images are turned upright as their EXIF says, then fitted into `size`; what is transparent stands on
 * black; 16 bits become 8, and CMYK becomes sRGB by its profile. Files and folders whose names begin
 * with a dot are left out. Images in folders of a class's folder are of that class.
 *
 * ```ts
 * const flowers = await imageFolder('data/flowers', { size: 64 });
 * const { train, test } = split(flowers, { train: 800, test: 200 }, { stratified: true });
 * ```
 *
 * @throws DataError that lists what is wrong: a file that is no image, or an animation; a class without
 * any; and for a folder of parts, `train` and `test`, in place of classes
 */
export async function imageFolder(
  folder: string,
  options: ImageFolderOptions,
): Promise<ImageFolderSet> {
  checkTexts({ folder }, DataError);
  optionsOf('imageFolder', options);
  refuseOthers('imageFolder', options, OPTIONS);
  const { channels = 3, fit = 'crop', onBad = 'error', cache = true } = options;
  checkOptions(options);
  const [height, width] = checkSize(options.size);
  const { classNames, files, problems } = await listImages(folder, options.classNames);
  const chosen = chooseFiles(files, options);
  checkMemory(
    'images',
    chosen.length,
    [height, width, channels],
    options.memoryLimit ?? defaultMemoryLimit(),
    'choose a smaller size, a limit or a higher memoryLimit',
  );
  const report = (found: readonly string[]) => {
    if (onBad === 'error') reportProblems(folder, 'them', found);
  };
  report(problems);

  const paths = chosen.map(({ path }) => path);
  const shape = { height, width, channels, fit };
  const onProgress = options.onProgress ?? progressLine('images decoded');
  const make = async () => {
    const { pixels, ...about } = await decodeImages(
      paths,
      height * width * channels,
      (open, bytes) => decode(open, bytes, shape),
      onProgress,
    );
    return { about: { ...about, images }, arrays: [pixels] };
  };
  const images = cache ? await fingerprint(paths) : '';
  const isCurrent = (about: { readonly images: string }) => about.images === images;
  const name = sha256(JSON.stringify([VERSION, shape, paths])).slice(0, 12);
  const { about, arrays } = cache
    ? await cachedArrays(join(folder, '.cache', `${name}.bin`), isCurrent, make)
    : await make();
  report(about.problems);
  const ids = about.kept.map((i) => chosen[i].id);
  return {
    name: folder,
    source: resolve(folder),
    pixels: arrays[0],
    shape: [ids.length, height, width, channels],
    labels: labelArray(ids, classNames.length),
    classNames,
    skipped: [...problems, ...about.problems],
  };
}

/** Raise when decoding changes what it gives. */
const VERSION = 2;

interface ImageFile {
  readonly path: string;
  /** Class id. */
  readonly id: number;
}

interface Listing {
  readonly classNames: readonly string[];
  /** Class by class. */
  readonly files: readonly ImageFile[];
  readonly problems: readonly string[];
}

async function listImages(folder: string, given?: readonly string[]): Promise<Listing> {
  const entries = await entriesOf(folder);
  const folders = entries.filter((entry) => entry.isFolder).map(({ name }) => name);
  if (given === undefined && folders.length > 0 && folders.every((name) => PARTS.test(name))) {
    throw new DataError(
      `${folder}: expected a folder for each class, found parts of a set: ${folders.join(', ')} ` +
        `(read each by itself, such as ${join(folder, folders[0])}, or state classNames)`,
    );
  }
  if (folders.length === 0 && given === undefined) {
    const { paths, problems } = await imagesIn(folder, entries);
    if (paths.length === 0 && problems.length === 0) {
      throw new DataError(`${folder}: expected a folder for each class, found none, and no image`);
    }
    return { classNames: UNLABELLED, files: paths.map((path) => ({ path, id: 0 })), problems };
  }
  const classNames = given ?? folders;
  const unknown = folders.filter((name) => !classNames.includes(name));
  const missing = classNames.filter((name) => !folders.includes(name));
  if (unknown.length > 0 || missing.length > 0) {
    throw new DataError(
      `${folder}: expected folders named as the classes (${classNames.join(', ')}), found ${folders.join(', ')}`,
    );
  }
  const problems = entries
    .filter((entry) => !entry.isFolder)
    .map(({ name }) => `${join(folder, name)}: expected only folders here, one for each class`);
  const files: ImageFile[] = [];
  for (const [id, name] of classNames.entries()) {
    const inside = await imagesIn(join(folder, name), undefined, [await realpath(folder)]);
    files.push(...inside.paths.map((path) => ({ path, id })));
    problems.push(...inside.problems);
    if (inside.paths.length === 0) problems.push(`${join(folder, name)}: no image of this class`);
  }
  return { classNames, files, problems };
}

/** Folders that a set was split into: those of their classes lie within. */
const PARTS = /^(train(ing)?|valid(ation)?|val|dev|test(ing)?)$/i;

/**
 * Images of a folder and of those in it, by name.
 *
 * @param above the folders that this one lies in, as links may lead back to them
 */
async function imagesIn(
  folder: string,
  entries?: readonly Entry[],
  above: readonly string[] = [],
): Promise<{ readonly paths: readonly string[]; readonly problems: readonly string[] }> {
  const [paths, problems]: [string[], string[]] = [[], []];
  const place = await realpath(folder);
  if (above.includes(place)) {
    return { paths, problems: [`${folder}: a link to a folder that it lies in`] };
  }
  for (const entry of entries ?? (await entriesOf(folder))) {
    const path = join(folder, entry.name);
    if (entry.isFolder) {
      const inside = await imagesIn(path, undefined, [...above, place]);
      paths.push(...inside.paths);
      problems.push(...inside.problems);
    } else if (/\.(png|jpe?g)$/i.test(entry.name)) paths.push(path);
    else problems.push(`${path}: expected a PNG or JPEG image`);
  }
  return { paths, problems };
}

interface Entry {
  readonly name: string;
  readonly isFolder: boolean;
}

async function entriesOf(folder: string): Promise<Entry[]> {
  let names: string[];
  try {
    names = await readdir(folder);
  } catch (error) {
    throw new DataError(`${folder}: cannot be read: ${(error as Error).message}`);
  }
  const seen = names.filter((name) => !name.startsWith('.')).sort();
  return Promise.all(
    seen.map(async (name) => {
      const status = await stat(join(folder, name)).catch(() => undefined);
      return { name, isFolder: status?.isDirectory() ?? false };
    }),
  );
}

function chooseFiles(
  files: readonly ImageFile[],
  { seed, limit = files.length }: ImageFolderOptions,
): readonly ImageFile[] {
  if (seed === undefined) return files.slice(0, limit);
  return Array.from(permutation(files.length, random(seed)).subarray(0, limit), (i) => files[i]);
}

interface DecodedShape {
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
  readonly fit: 'crop' | 'pad' | 'stretch';
}

const FITS = { crop: 'cover', pad: 'contain', stretch: 'fill' } as const;

async function decode(
  open: OpenImage,
  bytes: Uint8Array,
  { height, width, channels, fit }: DecodedShape,
): Promise<Uint8Array> {
  const image = open(bytes);
  const { pages = 1 } = await image.metadata();
  if (pages > 1) throw new DataError(`expected one image, found ${pages} in one file`);
  const rgb = await image
    .autoOrient()
    .resize(width, height, { fit: FITS[fit], background: 'black' })
    .flatten({ background: 'black' })
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer();
  return channels === 3 ? rgb : greyOf(rgb);
}

/** The luma of ITU-R BT.601 in Pillow's fixed point: libvips's own grey is up to 56 of 255 off it. */
function greyOf(rgb: Uint8Array): Uint8Array {
  const grey = new Uint8Array(rgb.length / 3);
  for (let i = 0, at = 0; at < rgb.length; at += 3) {
    grey[i++] = (19595 * rgb[at] + 38470 * rgb[at + 1] + 7471 * rgb[at + 2] + 0x8000) >>> 16;
  }
  return grey;
}

function checkOptions(options: ImageFolderOptions): void {
  const { channels = 3, fit = 'crop', onBad = 'error', limit = 1, classNames, cache } = options;
  if (classNames !== undefined) checkClassNames(classNames);
  checkKnown({ onBad }, ['error', 'skip'], DataError);
  checkFlags({ cache }, DataError);
  if (channels !== 1 && channels !== 3) {
    throw new DataError(`invalid channels: ${channels} (known: 1, 3)`);
  }
  if (!Object.hasOwn(FITS, fit)) {
    throw new DataError(`unknown fit: ${fit} (known: ${Object.keys(FITS).join(', ')})`);
  }
  if (!(Number.isInteger(limit) && limit > 0)) {
    throw new DataError(`invalid limit: ${limit} (expected a whole number above 0)`);
  }
}
