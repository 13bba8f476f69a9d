import { marksOf } from '../assignment/cell-marks';
import { type Cell, type Notebook, sourceOf } from '../notebook';
import { sha256 } from '../run-record';
import { gradeIdOf } from './grade-submission';

/** What a student wrote where a person marks. */
export interface Answer {
  /** The cell itself; of a task, the student's own cells below it. */
  readonly cells: readonly Cell[];
  readonly text: string;
  /** SHA-256 of the text: a mark counts for the answer that it was given to. */
  readonly sha256: string;
}

/** The answer to a cell that a person marks, in a notebook as `homework grade` ran it. */
export function answerOf(executed: Notebook, id: string): Answer {
  const at = executed.cells.findIndex((cell) => gradeIdOf(cell) === id);
  const cells = at < 0 ? [] : answerCells(executed.cells, at);
  const text = cells.map(sourceOf).join('\n\n');
  return { cells, text, sha256: sha256(text) };
}

function answerCells(cells: readonly Cell[], at: number): readonly Cell[] {
  if (!marksOf(cells[at]).marks?.task) return [cells[at]];
  const below = cells.slice(at + 1);
  const end = below.findIndex((cell) => marksOf(cell).marks !== undefined);
  return end < 0 ? below : below.slice(0, end);
}
