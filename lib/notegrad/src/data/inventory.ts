import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DataError } from '../errors';
import { dataSource } from './files/folder';
import { parseIdx } from './files/idx';
import { type Manifest, type ManifestSet, readManifest } from './files/manifest';
import { findFile, obtainFile } from './files/sources';
import { galaxyFolder } from './sets/galaxies/galaxies';
import {
  findGalaxies,
  GALAXY_IMAGES,
  GALAXY_ORIGIN,
  GALAXY_SOLUTIONS,
  listGalaxies,
} from './sets/galaxies/galaxy-files';
import { readTweets, TWEETS_ORIGIN, tweetFile } from './sets/tweets';

/** What is known of a data set on this machine. */
export interface InventoryItem {
  readonly name: string;
  /** Where its files lie; undefined where they do not. */
  readonly found?: string;
  readonly bytes?: number;
  /** Of train and test, or of all. */
  readonly rows: readonly number[];
  readonly state: DataState;
  /** What is wrong, a line each; or how to get what is missing. */
  readonly notes: readonly string[];
}

/**
 * `verified`: sizes and SHA-256 are the manifest's; `sound`: no checksum is published, but all rows
 * are as they should be; `wrong`: see the notes; `missing`: not on this machine; `made`: computed from
 * another set.
 */
export type DataState = 'verified' | 'sound' | 'wrong' | 'missing' | 'made';

/** Sets that are computed from others, by the set that they need. */
const MADE: Readonly<Record<string, { readonly from: string; readonly note: string }>> = {
  'multi-mnist': { from: 'mnist', note: 'made from pairs of mnist' },
  permuted: { from: 'fashion-mnist', note: 'made by permuting the pixels of fashion-mnist' },
};

/** Every data set by name, in the order in which they are listed. */
export function dataSetNames(manifest: Manifest = readManifest()): string[] {
  const made = Object.keys(MADE).filter((name) => manifest.has(MADE[name].from));
  return [...manifest.keys(), ...made, 'tweets', 'galaxies'];
}

/** Looks a data set up and checks all of it: every byte that has a checksum, every row otherwise. */
export async function inspect(name: string): Promise<InventoryItem> {
  const manifest = readManifest();
  checkName(name, manifest);
  if (name === 'tweets') return inspectTweets();
  if (name === 'galaxies') return inspectGalaxies();
  if (Object.hasOwn(MADE, name)) {
    const { rows, state } = await inspect(MADE[name].from);
    const usable = state === 'verified';
    return { name, rows, state: usable ? 'made' : state, notes: [MADE[name].note] };
  }
  return inspectFiles(manifest.get(name)!);
}

/** Fetches what is missing of a data set. @throws DataError where it cannot be fetched. */
export async function fetchDataSet(name: string): Promise<void> {
  const manifest = readManifest();
  checkName(name, manifest);
  const set = manifest.get(MADE[name]?.from ?? name);
  if (!set) {
    const { state, notes } = await inspect(name);
    if (state === 'sound') return;
    throw new DataError(`${name} cannot be downloaded: ${notes.join('; ')}`);
  }
  for (const file of set.files) await obtainFile(set, file.name);
}

function checkName(name: string, manifest: Manifest): void {
  const known = dataSetNames(manifest);
  if (!known.includes(name)) {
    throw new DataError(`unknown data set: ${name} (known: ${known.join(', ')})`);
  }
}

async function inspectFiles(set: ManifestSet): Promise<InventoryItem> {
  const notes: string[] = [];
  const sources = new Set<string>();
  const rows: number[] = [];
  let bytes = 0;
  let numMissing = 0;
  for (const file of set.files) {
    try {
      const found = await findFile(set, file);
      if (!found) {
        numMissing++;
        continue;
      }
      const inDataFolder = found.source === dataSource(dirname(found.path));
      sources.add(inDataFolder ? dirname(found.path) : found.source);
      bytes += found.bytes.length;
      if (/-labels-/.test(file.name)) rows.push(parseIdx(found.bytes, found.path, 1).shape[0]);
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      notes.push(error.message);
    }
  }
  const found = [...sources].join(' and ') || undefined;
  if (notes.length > 0) return { name: set.name, found, bytes, rows, state: 'wrong', notes };
  if (numMissing === 0) return { name: set.name, found, bytes, rows, state: 'verified', notes };
  const missing = `${numMissing} of ${set.files.length} files are missing`;
  return {
    name: set.name,
    found,
    bytes,
    rows,
    state: 'missing',
    notes: [`${missing}: \`homework data get ${set.name}\` downloads them`],
  };
}

async function inspectTweets(): Promise<InventoryItem> {
  const files = [tweetFile('train'), tweetFile('test')];
  const missing = files.filter((file) => !existsSync(file));
  if (missing.length > 0) return byHand('tweets', missing, TWEETS_ORIGIN);
  const sizes = await Promise.all(files.map((file) => stat(file)));
  const bytes = sizes.reduce((sum, { size }) => sum + size, 0);
  const about = { name: 'tweets', found: dirname(files[0]), bytes };
  try {
    const rows: number[] = [];
    for (const file of files) rows.push((await readTweets(file)).length);
    return { ...about, rows, state: 'sound', notes: [] };
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    return { ...about, rows: [], state: 'wrong', notes: [error.message] };
  }
}

async function inspectGalaxies(): Promise<InventoryItem> {
  const folder = galaxyFolder();
  const files = [GALAXY_SOLUTIONS, GALAXY_IMAGES].map((name) => join(folder, name));
  const missing = files.filter((file) => !existsSync(file));
  if (missing.length > 0) return byHand('galaxies', missing, GALAXY_ORIGIN);
  try {
    const sources = await findGalaxies(folder);
    const { galaxies, problems, notes } = await listGalaxies(sources, { partial: true });
    const sizes = await Promise.all(
      [...sources.images.values()].map((path) => stat(path).then(({ size }) => size)),
    );
    return {
      name: 'galaxies',
      found: folder,
      bytes: sizes.reduce((sum, size) => sum + size, 0),
      rows: [galaxies.length],
      state: problems.length > 0 ? 'wrong' : 'sound',
      notes: [...problems, ...notes.map((note) => `${note} (load with partial: true)`)],
    };
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    return { name: 'galaxies', found: folder, rows: [], state: 'wrong', notes: [error.message] };
  }
}

function byHand(name: string, missing: readonly string[], origin: string): InventoryItem {
  const note = `put ${missing.join(' and ')} there by hand (${origin})`;
  return { name, rows: [], state: 'missing', notes: [note] };
}
