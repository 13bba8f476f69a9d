import { dirname, resolve } from 'node:path';
import type { Profile } from '../execute';
import { type Notebook, readNotebook } from '../notebook';
import { type Assignment, isTestCell, questionOf } from './assignment';
import type { TestGrade } from './grade-record';
import { type Repair, repair } from './repair';
import { runEveryCell } from './run-every-cell';
import { assignmentBeside } from './sidecar';
import { testGradesOf } from './test-grades';

export interface CheckOptions {
  /** The only question that is checked. Default all. */
  readonly question?: string;
  readonly profile: Profile;
  /** Seconds that one cell may take. */
  readonly timeout: number;
  readonly signal?: AbortSignal;
  readonly onCell?: (number: number) => void;
}

/** How a student's notebook stands. */
export interface Checked {
  readonly assignment: Assignment;
  /** What is not as it was released. */
  readonly repairs: readonly Repair[];
  /** The notebook with all of it put back. */
  readonly repaired: Notebook;
  /** The visible tests of each question, in order. */
  readonly questions: readonly { readonly id: string; readonly grades: readonly TestGrade[] }[];
  /** Cells that fail and are no tests: their places among all cells, from 1, and what they say. */
  readonly failed: readonly { readonly cell: number; readonly message: string }[];
}

/** A student's notebook beside what was released: what was changed, and what is to be done. */
export function compareWithRelease(
  path: string,
): Pick<Checked, 'assignment' | 'repairs' | 'repaired'> {
  const notebook = readNotebook(path);
  const assignment = assignmentBeside(notebook, path);
  const { notebook: repaired, repairs } = repair(notebook, assignment);
  return { assignment, repairs, repaired };
}

/**
 * Runs a student's notebook in a kernel of its own, with the tests as they were released, past cells
 * that fail.
 */
export async function checkNotebook(path: string, options: CheckOptions): Promise<Checked> {
  const { assignment, repairs, repaired } = compareWithRelease(path);
  const { question } = options;
  const wanted = question ? [questionOf(assignment, question)] : assignment.questions;
  const idOf = (index: number) => {
    const { nbgrader } = repaired.cells[index].metadata;
    return (nbgrader as { readonly grade_id?: string } | undefined)?.grade_id;
  };
  const tests = new Map(wanted.flatMap((one) => one.tests.map((test) => [test.id, test])));
  const isOther = (index: number) =>
    assignment.cells.some(
      (cell) => isTestCell(cell) && cell.id === idOf(index) && !tests.has(cell.id),
    );
  // What no wanted test needs is not run: other tests, and what stands below the last.
  const last = repaired.cells.findLastIndex((_, index) => tests.has(idOf(index) ?? ''));
  const cells = repaired.cells.map((cell, index) => {
    const isNeeded = !question || (index <= last && !isOther(index));
    return isNeeded || cell.cell_type !== 'code' ? cell : { ...cell, source: '' };
  });
  const runs = await runEveryCell(
    { ...repaired, cells },
    { ...options, folder: dirname(resolve(path)) },
  );
  const at = new Map(repaired.cells.map((_, index) => [idOf(index), index]));
  return {
    assignment,
    repairs,
    repaired,
    questions: wanted.map(({ id, tests: own }) => ({
      id,
      grades: own
        .filter(({ hasVisible }) => hasVisible)
        .flatMap((test) =>
          testGradesOf(test, runs.get(at.get(test.id) ?? -1), { isReleased: true }),
        ),
    })),
    failed: [...runs].flatMap(([index, run]) => {
      if (run.status === 'ok' || tests.has(idOf(index) ?? '')) return [];
      const error = run.outputs.find(({ output_type }) => output_type === 'error');
      const message = error ? `${error.ename}: ${error.evalue}` : run.text.split('\n')[0];
      return [{ cell: index + 1, message }];
    }),
  };
}
