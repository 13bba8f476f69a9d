import { readFileSync, statSync } from 'node:fs';
import { basename, extname } from 'node:path';
import { Mistake, reasonOf } from './mistake';

/** A cell as nbformat 4 stores it; text may be split into lines. */
export interface Cell {
  readonly cell_type: 'code' | 'markdown' | 'raw';
  readonly source: string | readonly string[];
  readonly metadata: Record<string, unknown>;
  readonly outputs?: readonly Record<string, unknown>[];
  readonly execution_count?: number | null;
}

export interface Notebook {
  readonly cells: readonly Cell[];
  readonly metadata: Record<string, unknown> & {
    readonly kernelspec?: { readonly name?: string };
    /** What this project keeps in a notebook: its hand-in and the record of its last run. */
    readonly notegrad?: { readonly handIn?: unknown; readonly run?: unknown };
  };
  readonly nbformat: number;
}

/**
 * Reads a notebook and checks that it is one that can be run here: nbformat 4, at least one code
 * cell, written for our kernel.
 */
export function readNotebook(path: string): Notebook {
  const notebook = parse(path);
  if (!Array.isArray(notebook?.cells) || typeof notebook.metadata !== 'object') {
    throw new Mistake(`${path}: not a notebook: it has no cells or no metadata`);
  }
  if (notebook.nbformat !== 4) {
    throw new Mistake(`${path}: nbformat ${notebook.nbformat} (known: 4; open and save it once)`);
  }
  if (codeCells(notebook).length === 0) throw new Mistake(`${path}: has no code cells`);
  const kernel = notebook.metadata.kernelspec?.name;
  if (kernel !== undefined && kernel !== 'tslab') {
    throw new Mistake(`${path}: is written for the kernel ${kernel}, and this one is tslab`);
  }
  return notebook;
}

function parse(path: string): Notebook {
  let text: string;
  try {
    if (statSync(path).isDirectory()) throw new Mistake(`${path}: is a folder, not a notebook`);
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Mistake) throw error;
    const absent = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new Mistake(absent ? `${path}: no such notebook` : `${path}: ${reasonOf(error)}`);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Mistake(`${path}: not a notebook: ${reasonOf(error)}`);
  }
}

/** Text of a cell as one string. */
export function sourceOf(cell: Cell): string {
  return typeof cell.source === 'string' ? cell.source : cell.source.join('');
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
