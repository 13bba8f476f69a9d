import { join } from 'node:path';
import { escapeHtml } from 'notegrad/tooling';
import type { Assignment } from '../assignment/assignment';
import { answerOf } from '../grading/answers';
import { assignmentIn, EXECUTED } from '../grading/graded-folder';
import { Mistake } from '../mistake';
import { type Cell, type Notebook, readNotebook, sourceOf } from '../notebook';
import { notebookPage } from '../pdf/notebook-page';

/** Seconds in which an answer is typeset. */
const LIMIT = 60;

/** A student's answer as a page of its own: Markdown, formulas, code and figures, and no script. */
export function answerPage(folder: string, student: string, cell: string): Promise<string> {
  const executed = readNotebook(join(folder, student, EXECUTED));
  const { cells } = answerOf(executed, cell);
  return pageOf(executed, cells, join(folder, student, EXECUTED), 'Nothing was handed in.');
}

/** What an answer is marked by: the solution, or the task with its mark scheme. */
export function schemePage(folder: string, cell: string): Promise<string> {
  const assignment = assignmentIn(folder);
  const found = assignment.cells.find(({ id }) => id === cell);
  const cells = found ? [questionBefore(assignment, found.index), found.cell] : [];
  const shown = cells.filter((one) => one !== undefined);
  return pageOf(assignment.notebook, shown, assignment.path, 'There is no mark scheme.');
}

/** The text that asks: the nearest Markdown above that is not an answer itself. */
function questionBefore({ notebook, cells }: Assignment, index: number): Cell | undefined {
  const isAnswer = (at: number) =>
    cells.some((cell) => cell.index === at && (cell.role === 'written' || cell.role === 'task'));
  for (let at = index - 1; at >= 0; at--) {
    if (notebook.cells[at].cell_type === 'markdown')
      return isAnswer(at) ? undefined : notebook.cells[at];
  }
  return undefined;
}

/** Whoever marks has no browser of ours, which alone draws what needs scripts. */
const drawNone = (type: string): Promise<never> =>
  Promise.reject(new Mistake(`an output of the type ${type} is drawn in a PDF only`));

async function pageOf(
  notebook: Notebook,
  cells: readonly Cell[],
  path: string,
  whereEmpty: string,
): Promise<string> {
  if (cells.every((cell) => sourceOf(cell).trim() === '')) return plainPage(whereEmpty, []);
  const late = AbortSignal.timeout(LIMIT * 1000);
  try {
    const own = { ...notebook, cells };
    const { html, complaints } = await notebookPage(own, path, undefined, drawNone, late);
    if (complaints.length === 0) return html;
    // What cannot be typeset is read as it was written.
    return html.replace('</main>', `</main>${sourceHtml(complaints.join('\n'), cells)}`);
  } catch (error) {
    if (!(error instanceof Mistake) && !late.aborted) throw error;
    const reason = late.aborted ? `it takes more than ${LIMIT} s to typeset` : String(error);
    return plainPage(reason, cells);
  }
}

function plainPage(note: string, cells: readonly Cell[]): string {
  return `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>answer</title></head><body>${sourceHtml(note, cells)}</body></html>`;
}

function sourceHtml(note: string, cells: readonly Cell[]): string {
  const sources = cells.map(
    (cell) => `<pre style="white-space: pre-wrap">${escapeHtml(sourceOf(cell))}</pre>`,
  );
  return `<p style="white-space: pre-wrap"><em>${escapeHtml(note)}</em></p>${sources.join('')}`;
}
