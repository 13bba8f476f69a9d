import { basename, extname } from 'node:path';
import { writeAtomically } from 'notegrad/tooling';
import { Mistake, reasonOf } from './mistake';
import { notebookText } from './notebook-text';
import { flawOfNesting, untrustedBytes } from './untrusted-json';

/** In bytes: 100 MB. */
const LARGEST_NOTEBOOK = 100_000_000;

/** A cell as nbformat 4 stores it; text may be split into lines. */
export interface Cell {
  readonly cell_type: 'code' | 'markdown' | 'raw';
  /** The cell's own name, since nbformat 4.5. */
  readonly id?: string;
  readonly source: string | readonly string[];
  readonly metadata: Record<string, unknown>;
  readonly outputs?: readonly Record<string, unknown>[];
  readonly execution_count?: number | null;
  /** Pictures that came with a Markdown cell, by name and MIME type, in base 64. */
  readonly attachments?: Record<string, Record<string, unknown>>;
}

export interface Notebook {
  readonly cells: readonly Cell[];
  readonly metadata: Record<string, unknown> & {
    readonly kernelspec?: { readonly name?: string };
    /** What this project keeps in a notebook: its hand-in, the record of its last run, and what it is as an assignment. */
    readonly notegrad?: {
      readonly handIn?: unknown;
      readonly run?: unknown;
      readonly assignment?: unknown;
      readonly release?: unknown;
    };
  };
  readonly nbformat: number;
}

/**
 * Reads a notebook and checks that it is one that can be run and printed here: nbformat 4, cells
 * made as nbformat wants them, and our kernel where there is code. A byte order mark is passed over.
 */
export function readNotebook(path: string): Notebook {
  const value = parse(path);
  const wrong = flawOf(value);
  if (wrong) throw new Mistake(`${path}: ${wrong}`);
  const notebook = value as Notebook;
  const kernel = notebook.metadata.kernelspec?.name;
  if (kernel !== undefined && kernel !== 'tslab' && codeCells(notebook).length > 0) {
    throw new Mistake(`${path}: is written for the kernel ${kernel}, and this one is tslab`);
  }
  return notebook;
}

/** Writes a notebook as Jupyter saves it, all at once. */
export function writeNotebook(path: string, notebook: Notebook): void {
  writeAtomically(path, [Buffer.from(notebookText(notebook))]);
}

/** A notebook as its file has it: a file of its own, and not too large. */
export function notebookBytes(path: string): Buffer {
  try {
    return untrustedBytes(path, LARGEST_NOTEBOOK);
  } catch (error) {
    if (error instanceof Mistake) throw error;
    const absent = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new Mistake(absent ? `${path}: no such notebook` : `${path}: ${reasonOf(error)}`);
  }
}

function parse(path: string): unknown {
  const bytes = notebookBytes(path);
  const wrong = flawOfNesting(bytes);
  if (wrong) throw new Mistake(`${path}: ${wrong}`);
  try {
    return JSON.parse(bytes.toString('utf8').replace(/^\uFEFF/, ''));
  } catch (error) {
    // The error's own words quote the file.
    const [place = ''] = /at position \d+(?: \(line \d+ column \d+\))?/.exec(reasonOf(error)) ?? [];
    throw new Mistake(`${path}: not a notebook: it is not JSON ${place}`.trim());
  }
}

type Json = Readonly<Record<string, unknown>>;

/** What keeps a value from being a notebook, in words; undefined where nothing does. */
function flawOf(value: unknown): string | undefined {
  if (!isObject(value) || !Array.isArray(value.cells) || !isObject(value.metadata)) {
    return 'not a notebook: it has no cells or no metadata';
  }
  if (value.nbformat !== 4) {
    return `nbformat ${value.nbformat} (known: 4; open and save it once)`;
  }
  if (value.nbformat_minor !== undefined && !Number.isInteger(value.nbformat_minor)) {
    return `not a notebook: its nbformat_minor is not a whole number`;
  }
  const { kernelspec, language_info: language, notegrad } = value.metadata;
  if (kernelspec !== undefined && !isObject(kernelspec)) return 'its kernelspec is not an object';
  if (kernelspec?.name !== undefined && typeof kernelspec.name !== 'string') {
    return 'the name of its kernelspec is not text';
  }
  if (language !== undefined && !isObject(language)) return 'its language_info is not an object';
  if (notegrad !== undefined && !isObject(notegrad)) return 'its notegrad is not an object';
  if (value.cells.length === 0) return 'has no cells';
  for (const [index, cell] of value.cells.entries()) {
    const flaw = flawOfCell(cell);
    if (flaw) return `not a notebook: the ${ordinal(index + 1)} of its cells ${flaw}`;
  }
  return undefined;
}

function flawOfCell(cell: unknown): string | undefined {
  if (!isObject(cell)) return 'is not an object';
  const { cell_type: type, id, attachments, outputs, execution_count: count } = cell;
  if (type !== 'code' && type !== 'markdown' && type !== 'raw') {
    return `has the type ${JSON.stringify(type)} (known: code, markdown, raw)`;
  }
  if (!isText(cell.source)) {
    return cell.source === undefined ? 'has no source' : 'has a source that is not text';
  }
  if (!isObject(cell.metadata)) return 'has no metadata';
  if (id !== undefined && !(typeof id === 'string' && /^[\w-]{1,64}$/.test(id))) {
    return 'has an id that is not 1 to 64 letters, digits, - or _';
  }
  if (attachments !== undefined && !(isObject(attachments) && allObjects(attachments))) {
    return 'has attachments that are not objects';
  }
  if (type !== 'code') return undefined;
  if (count !== undefined && count !== null && !Number.isInteger(count)) {
    return 'has an execution_count that is not a whole number';
  }
  if (!Array.isArray(outputs)) return 'has no list of outputs';
  return outputs.map(flawOfOutput).find((flaw) => flaw !== undefined);
}

function flawOfOutput(output: unknown): string | undefined {
  if (!isObject(output)) return 'has an output that is not an object';
  switch (output.output_type) {
    case 'stream':
      if (output.name !== undefined && typeof output.name !== 'string') {
        return 'has an output whose name is not text';
      }
      return isText(output.text) ? undefined : 'has an output whose text is not text';
    case 'error':
      for (const part of ['ename', 'evalue', 'traceback']) {
        if (output[part] !== undefined && !isText(output[part])) {
          return `has an error whose ${part} is not text`;
        }
      }
      return undefined;
    case 'display_data':
    case 'execute_result':
      return flawOfBundle(output);
    default:
      return `has an output of the type ${JSON.stringify(output.output_type)} (known: stream, display_data, execute_result, error)`;
  }
}

function flawOfBundle({ data, metadata }: Json): string | undefined {
  if (!isObject(data)) return 'has an output without data';
  if (metadata !== undefined && !isObject(metadata)) return 'has an output with wrong metadata';
  const [wrong] =
    Object.entries(data).find(([type, value]) => !isJson(type) && !isText(value)) ?? [];
  return wrong && `has an output whose ${wrong} is not text`;
}

/** Whether a MIME type's value is kept as JSON itself and not as text. */
export function isJson(type: string): boolean {
  return /^application\/(?:.*\+)?json$/.test(type);
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function allObjects(value: Json): boolean {
  return Object.values(value).every(isObject);
}

function isText(value: unknown): boolean {
  const isString = (part: unknown) => typeof part === 'string';
  return isString(value) || (Array.isArray(value) && value.every(isString));
}

function ordinal(n: number): string {
  const isTeen = Math.floor(n / 10) % 10 === 1;
  return `${n}${(!isTeen && ['th', 'st', 'nd', 'rd'][n % 10]) || 'th'}`;
}

/** Text of a cell as one string. */
export function sourceOf(cell: Cell): string {
  return textOf(cell.source);
}

/** Text as one string; nbformat may store it in lines. */
export function textOf(text: string | readonly string[]): string {
  return typeof text === 'string' ? text : text.join('');
}

/** The cells that run, in order: cell n of them is In [n] in Jupyter. */
export function codeCells(notebook: Notebook): readonly Cell[] {
  return notebook.cells.filter((cell) => cell.cell_type === 'code' && sourceOf(cell).trim() !== '');
}

/**
 * Cells with this tag only compose words from the numbers of the run: readers see the words, not the
 * code.
 */
export const PROSE_TAG = 'prose';

/** The tags that an author gave to a cell. */
export function tagsOf({ metadata: { tags } }: Cell): readonly string[] {
  return Array.isArray(tags) ? tags : [];
}

/** The file's name without folder and extension. */
export function nameOf(path: string): string {
  return basename(path, extname(path));
}

/** The first heading of level one, or the file's name where there is none. */
export function titleOf(notebook: Notebook, path: string): string {
  for (const cell of notebook.cells) {
    const heading = cell.cell_type === 'markdown' && /^#\s+(.+)$/m.exec(sourceOf(cell));
    if (heading) return heading[1].replaceAll(/[*_`]|\$/g, '').trim();
  }
  return nameOf(path);
}
