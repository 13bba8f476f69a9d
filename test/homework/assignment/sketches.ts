import type { Cell, Notebook } from '../../../lib/homework/src/notebook';

export const KERNEL = { name: 'tslab', display_name: 'TypeScript', language: 'typescript' };

let count = 0;

function cell(
  cell_type: 'code' | 'markdown',
  source: string,
  metadata: Record<string, unknown> = {},
): Cell {
  const code = cell_type === 'code' ? { outputs: [], execution_count: null } : {};
  return { cell_type, id: `c${count++}`, source, metadata, ...code };
}

const OFF = { schema_version: 3, grade: false, solution: false, locked: false, task: false };

/** A code cell with nbgrader's metadata, in which flags are off unless they are given. */
export function marked(source: string, marks: Record<string, unknown>): Cell {
  return cell('code', source, { nbgrader: { ...OFF, ...marks } });
}

export const code = (source: string): Cell => cell('code', source);
export const words = (source: string): Cell => cell('markdown', source);
export const given = (grade_id: string, source: string): Cell =>
  marked(source, { grade_id, locked: true });
export const solution = (grade_id: string, source: string): Cell =>
  marked(source, { grade_id, solution: true });
export const tests = (grade_id: string, points: number, source: string): Cell =>
  marked(source, { grade_id, points, grade: true, locked: true });
export const written = (grade_id: string, points: number, source: string): Cell =>
  cell('markdown', source, { nbgrader: { ...OFF, grade_id, points, grade: true, solution: true } });
export const task = (grade_id: string, points: number, source: string): Cell =>
  cell('markdown', source, { nbgrader: { ...OFF, grade_id, points, task: true, locked: true } });

export function notebook(cells: readonly Cell[], notegrad: Record<string, unknown> = {}): Notebook {
  return {
    cells,
    metadata: { kernelspec: KERNEL, notegrad },
    nbformat: 4,
    nbformat_minor: 5,
  } as Notebook;
}
