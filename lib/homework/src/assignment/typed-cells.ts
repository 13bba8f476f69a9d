import type ts from 'typescript';
import { CellTypes } from '../kernel/cell-types';
import { type Notebook, sourceOf } from '../notebook';
import { packageFolder } from '../project';

/** A code cell whose types are known. */
export interface TypedCell {
  /** Its place among all cells. */
  readonly index: number;
  readonly file: ts.SourceFile;
  readonly checker: ts.TypeChecker;
}

/** What the kernel's TypeScript has against a cell. */
export interface CellComplaint {
  readonly index: number;
  /** Counted from 1. */
  readonly line: number;
  readonly message: string;
}

/**
 * Checks the code cells of a notebook as its kernel would, each after those before it, without running
 * any, and returns what is wrong with them.
 *
 * @param folder where its own modules lie
 * @param visit sees each cell that passed, while its types are at hand
 */
export function checkCells(
  notebook: Notebook,
  folder: string,
  visit: (cell: TypedCell) => void = () => {},
): readonly CellComplaint[] {
  const types = new CellTypes(folder, packageFolder);
  const complaints: CellComplaint[] = [];
  for (const [index, cell] of notebook.cells.entries()) {
    if (cell.cell_type !== 'code' || sourceOf(cell).trim() === '') continue;
    const found = types.check(index + 1, sourceOf(cell)).complaints;
    complaints.push(...found.map(({ line, message }) => ({ index, line, message })));
    const { current } = types;
    if (!current) continue;
    visit({ index, ...current });
    types.accept(() => true);
  }
  return complaints;
}
