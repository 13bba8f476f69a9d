import { createHash } from 'node:crypto';
import type { Cell } from '../notebook';

/**
 * nbgrader's metadata of a cell (`metadata.nbgrader`, schema 3). It has no other keys: nbgrader
 * refuses a notebook with more.
 */
export interface CellMarks {
  readonly schema_version: 3;
  /** Whether the cell earns points: tests (with `solution` false) or an answer marked by hand. */
  readonly grade: boolean;
  /** Whether the student writes in it. */
  readonly solution: boolean;
  /** Whether the student gets it as it is. */
  readonly locked: boolean;
  /** Whether it describes a task that is marked by hand, answered in cells of the student's own. */
  readonly task: boolean;
  /** The cell's name, unique in the notebook: letters, digits, `_` and `-`. */
  readonly grade_id: string;
  /** Of a graded cell or a task. */
  readonly points?: number;
  /** In a released notebook: what `checksumOf` gave for the cell. */
  readonly checksum?: string;
  /** In a released notebook: the type that the cell had. */
  readonly cell_type?: Cell['cell_type'];
}

/** What a cell is for, as its flags say together. */
export type Role =
  /** Shown, and not to be changed. */
  | 'given'
  /** The student's code, tested by later cells. */
  | 'solution'
  /** Code that earns points by itself. */
  | 'tests'
  /** An answer in words, or code, that a person marks. */
  | 'written'
  /** A task in words, whose answer a person marks. */
  | 'task';

const KEYS = [
  'schema_version',
  'grade',
  'solution',
  'locked',
  'task',
  'grade_id',
  'points',
  'checksum',
  'cell_type',
];
const FLAGS = ['grade', 'solution', 'locked'] as const;

/**
 * The marks of a cell, and what is wrong with them. Neither where the cell has none, or where all its
 * flags are off, as nbgrader leaves it once a cell was marked and is no more.
 */
export function marksOf(cell: Cell): {
  readonly marks?: CellMarks;
  readonly flaws: readonly string[];
} {
  const found = cell.metadata.nbgrader;
  if (found === undefined) return { flaws: [] };
  if (typeof found !== 'object' || found === null || Array.isArray(found)) {
    return { flaws: ['its metadata.nbgrader is not an object'] };
  }
  const value: Readonly<Record<string, unknown>> = { task: false, ...found };
  if (Object.keys(found).length === 0) return { flaws: [] };
  const version = value.schema_version;
  if (version !== 3) {
    return {
      flaws: [`schema ${version ?? 0} of nbgrader (known: 3; \`nbgrader update\` brings it there)`],
    };
  }
  const flaws = flawsOf(value, cell);
  if (flaws.length > 0) return { flaws };
  const marks = value as unknown as CellMarks;
  const isMarked = marks.grade || marks.solution || marks.locked || marks.task;
  return isMarked ? { marks, flaws } : { flaws };
}

function flawsOf(value: Readonly<Record<string, unknown>>, cell: Cell): readonly string[] {
  const unknown = Object.keys(value).find((key) => !KEYS.includes(key));
  if (unknown !== undefined) {
    return [`unknown key of nbgrader's metadata: ${unknown} (known: ${KEYS.join(', ')})`];
  }
  const wrongFlag = [...FLAGS, 'task'].find((flag) => typeof value[flag] !== 'boolean');
  if (wrongFlag) {
    return [`${wrongFlag} is true or false, not ${JSON.stringify(value[wrongFlag]) ?? 'absent'}`];
  }
  const { grade, solution, locked, task, grade_id: id, points } = value;
  if (!grade && !solution && !locked && !task) return [];
  const flaws: string[] = [];
  if (typeof id !== 'string' || !/^[\w-]+$/.test(id)) {
    flaws.push(`invalid grade_id: ${JSON.stringify(id) ?? 'none'} (letters, digits, _ and -)`);
  }
  if ((grade || task) && !isPoints(points)) {
    flaws.push(`invalid points: ${JSON.stringify(points) ?? 'none'} (a number from 0)`);
  }
  const isMarkdown = cell.cell_type === 'markdown';
  if (task && !isMarkdown) flaws.push('a task is Markdown, and this is not');
  if (task && (grade || solution)) flaws.push('a task is neither graded by tests nor a solution');
  if (cell.cell_type === 'raw' && (grade || solution)) {
    flaws.push('a raw cell can be neither graded nor a solution');
  }
  if (isMarkdown && grade && !solution) flaws.push('tests are code, and this is Markdown');
  if (isMarkdown && solution && !grade) {
    flaws.push('an answer in Markdown is marked by hand: give it points (grade is false)');
  }
  return flaws;
}

function isPoints(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

/** What a cell with these marks is for. */
export function roleOf({ grade, solution, task }: CellMarks): Role {
  if (task) return 'task';
  if (grade) return solution ? 'written' : 'tests';
  return solution ? 'solution' : 'given';
}

/** Whether nbgrader puts the cell's source back before it grades. */
export function isLocked({ grade, solution, locked }: CellMarks): boolean {
  return !solution && (grade || locked);
}

/** nbgrader's checksum of a cell: MD5 of its source, type, flags, id and, where graded, points. */
export function checksumOf(source: string, type: Cell['cell_type'], marks: CellMarks): string {
  const { grade, solution, grade_id, points = 0 } = marks;
  const flags = [grade, solution, isLocked(marks)].map((flag) => (flag ? 'True' : 'False'));
  const parts = [source, type, ...flags, grade_id, ...(grade ? [pythonFloat(points)] : [])];
  return createHash('md5').update(parts.join('')).digest('hex');
}

/** A number as Python writes a float: `2.0`, `1e-05`, `1e+16`. */
export function pythonFloat(value: number): string {
  const [mantissa, power] = value.toExponential().split('e');
  const exponent = Number(power);
  if (exponent < -4 || exponent >= 16) {
    const sign = exponent < 0 ? '-' : '+';
    return `${mantissa}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`;
  }
  const sign = value < 0 ? '-' : '';
  const digits = mantissa.replace(/[-.]/g, '').padEnd(exponent + 1, '0');
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  return `${sign}${digits.slice(0, exponent + 1)}.${digits.slice(exponent + 1) || '0'}`;
}
