import { staysInside } from './inside';
import { Mistake } from './mistake';
import type { Notebook } from './notebook';

/**
 * What a handout wants handed in. A notebook declares it in its own metadata, under
 * `notegrad.handIn`; file names are patterns in which `{name}` stands for the student's.
 *
 * ```json
 * { "package": "zip",
 *   "archive": "{name}.assignment3.zip",
 *   "files": [
 *     { "from": "report", "to": "{name}.assignment3.pdf" },
 *     { "from": "script", "tag": "vae", "to": "vae.ts" },
 *     { "from": "model file", "path": "models/full/vae.pt", "to": "vae.pt" },
 *     { "from": "notebook", "to": "{name}.assignment3.ipynb", "optional": true } ] }
 * ```
 */
export type HandIn = Folder | Archive;

interface Folder {
  /** The files side by side in a folder. */
  readonly package: 'folder';
  readonly files: readonly HandInFile[];
}

interface Archive {
  /** One zip file with all of them. */
  readonly package: 'zip';
  /** The zip file's name. */
  readonly archive: string;
  readonly files: readonly HandInFile[];
}

export type HandInFile = ReportFile | ScriptFile | ModelFile | DataFile | NotebookFile;

interface Common {
  /** The file's name in the hand-in. */
  readonly to: string;
  /** Whether the handout can do without it, so that it is left out where it cannot be made. */
  readonly optional?: boolean;
}

/** The notebook as a PDF. */
export interface ReportFile extends Common {
  readonly from: 'report';
}

/** A program made of the cells that carry a tag. */
export interface ScriptFile extends Common {
  readonly from: 'script';
  readonly tag: string;
}

/** Weights that the notebook's full run wrote; their path from the folder the notebook runs in. */
export interface ModelFile extends Common {
  readonly from: 'model file';
  readonly path: string;
}

/** A file that the notebook reads, such as a table; its path from the folder the notebook runs in. */
export interface DataFile extends Common {
  readonly from: 'data file';
  readonly path: string;
}

/** The notebook itself. */
export interface NotebookFile extends Common {
  readonly from: 'notebook';
}

/** What each source needs besides `to`. */
const FIELDS: Readonly<Record<HandInFile['from'], readonly string[]>> = {
  report: [],
  script: ['tag'],
  'model file': ['path'],
  'data file': ['path'],
  notebook: [],
};

type Json = Readonly<Record<string, unknown>>;

/** The hand-in that a notebook declares, checked; undefined where it declares none. */
export function handInOf(notebook: Notebook, path: string): HandIn | undefined {
  const declared = notebook.metadata.notegrad?.handIn;
  if (declared === undefined) return undefined;
  try {
    return checked(declared);
  } catch (error) {
    if (error instanceof Mistake) throw new Mistake(`${path}: ${error.message}`);
    throw error;
  }
}

/** The hand-in with the student's name in all file names. */
export function fillIn(handIn: HandIn, name: string): HandIn {
  const fill = (pattern: string) => pattern.replaceAll('{name}', name);
  const files = handIn.files.map((file) => ({ ...file, to: fill(file.to) }));
  return handIn.package === 'zip'
    ? { ...handIn, archive: fill(handIn.archive), files }
    : { ...handIn, files };
}

function checked(value: unknown): HandIn {
  const handIn = objectAt('metadata.notegrad.handIn', value);
  const kind = handIn.package;
  if (kind !== 'folder' && kind !== 'zip') {
    throw new Mistake(`unknown package of the hand-in: ${kind} (known: folder, zip)`);
  }
  const fields = kind === 'zip' ? ['package', 'archive', 'files'] : ['package', 'files'];
  refuseUnknown('the hand-in', handIn, fields);
  if (!Array.isArray(handIn.files) || handIn.files.length === 0) {
    throw new Mistake('the hand-in names no files: give it a list of files');
  }
  const files = handIn.files.map(checkedFile);
  const twice = files.find(({ to }, i) => files.findIndex((file) => file.to === to) < i);
  if (twice) throw new Mistake(`the hand-in has two files named ${twice.to}`);
  if (kind === 'folder') return { package: kind, files };
  const archive = patternAt('archive of the hand-in', handIn.archive);
  if (!archive.endsWith('.zip')) {
    throw new Mistake(`archive of the hand-in: ${archive} does not end in .zip`);
  }
  return { package: kind, archive, files };
}

function checkedFile(value: unknown, index: number): HandInFile {
  const where = `file ${index + 1} of the hand-in`;
  const file = objectAt(where, value);
  const from = file.from as HandInFile['from'];
  if (!Object.hasOwn(FIELDS, from)) {
    throw new Mistake(
      `${where}: unknown source: ${from} (known: ${Object.keys(FIELDS).join(', ')})`,
    );
  }
  refuseUnknown(where, file, ['from', 'to', 'optional', ...FIELDS[from]]);
  patternAt(`${where}: to`, file.to);
  FIELDS[from].forEach((field) => {
    textAt(`${where}: ${field}`, file[field]);
  });
  if (typeof file.path === 'string' && !staysInside(file.path)) {
    throw new Mistake(`${where}: path: ${file.path} leads out of the notebook's folder`);
  }
  if (file.optional !== undefined && typeof file.optional !== 'boolean') {
    throw new Mistake(`${where}: optional is true or false, not ${JSON.stringify(file.optional)}`);
  }
  return file as unknown as HandInFile;
}

function objectAt(where: string, value: unknown): Json {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json;
  throw new Mistake(`${where} is an object, not ${JSON.stringify(value)}`);
}

function textAt(where: string, value: unknown): string {
  if (typeof value === 'string' && value.trim() !== '') return value;
  throw new Mistake(`${where}: a text is wanted, not ${JSON.stringify(value) ?? 'nothing'}`);
}

/** A plain file name in which `{name}` is the only placeholder. */
function patternAt(where: string, value: unknown): string {
  const pattern = textAt(where, value);
  const unfilled = /\{(?!name\})[^}]*\}?/.exec(pattern);
  if (unfilled) {
    throw new Mistake(`${where}: unknown placeholder: ${unfilled[0]} (known: {name})`);
  }
  if (!/^[\w{][\w{}. -]*$/.test(pattern)) {
    throw new Mistake(`${where}: ${pattern} is not a plain file name (letters, digits, . _ -)`);
  }
  return pattern;
}

function refuseUnknown(where: string, value: Json, known: readonly string[]): void {
  const unknown = Object.keys(value).find((key) => !known.includes(key));
  if (unknown === undefined) return;
  throw new Mistake(`${where}: unknown field: ${unknown} (known: ${known.join(', ')})`);
}
