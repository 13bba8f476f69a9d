import { dirname } from 'node:path';
import { type Assignment, isTestCell, type TestCell } from '../../assignment/assignment';
import { CellTypes } from '../../kernel/cell-types';
import { sourceOf } from '../../notebook';
import { packageFolder } from '../../project';
import type { ExaminedCell } from './examiner';
import { namesUsedBy, type TopLevel, topLevelOf } from './top-level';
import { needsOf } from './trusted-parts';

/** A test of an assignment, ready to be run outside of every student's process. */
export interface ExaminedTest {
  readonly cell: TestCell;
  readonly test: ExaminedCell;
  /** What it needs of the instructor's cells. */
  readonly before: readonly ExaminedCell[];
  /** The names that are the student's. */
  readonly names: readonly string[];
  /** Those that the tests of its question speak of: their definitions are loaded together. */
  readonly together: readonly string[];
}

/** Why a test cannot be run there. */
export interface UnexaminedTest {
  readonly cell: TestCell;
  readonly flaw: string;
}

/** The tests of an instructor's notebook, compiled once for all submissions. */
export function examinedTestsOf({
  notebook,
  cells,
  questions,
  path,
}: Assignment): readonly (ExaminedTest | UnexaminedTest)[] {
  const types = new CellTypes(dirname(path), packageFolder);
  let number = 0;
  /** A cell, or why it does not compile. */
  const compile = (name: string, source: string): ExaminedCell | string => {
    const { compiled, complaints } = types.check(++number, source);
    return compiled ? { name, source, compiled } : complaints[0].message;
  };
  const marked = new Map(cells.map((cell) => [cell.index, cell]));
  const isStudents = (index: number) => {
    const role = marked.get(index)?.role;
    return role === 'solution' || role === 'written';
  };
  const statements: TopLevel[] = [];
  const found: ReturnType<typeof examined>[] = [];
  for (const [index, cell] of notebook.cells.entries()) {
    const source = sourceOf(cell);
    if (cell.cell_type !== 'code' || source.trim() === '') continue;
    const own = marked.get(index);
    if (own && isTestCell(own)) found.push(examined(own, source));
    if (typeof compile(`cell ${index + 1}`, source) !== 'string') types.accept(() => true);
    const parts = topLevelOf(source, index);
    // What tests find out is nothing that later ones build upon.
    const isKept = ({ names, changes }: TopLevel) => names.length + changes.size > 0;
    statements.push(...(own && isTestCell(own) ? parts.filter(isKept) : parts));
  }
  return found.map((one) => {
    if ('flaw' in one) return one;
    const tests = questions.find((question) => question.tests.includes(one.cell))?.tests ?? [];
    const together = found.flatMap((other) =>
      'names' in other && tests.includes(other.cell) ? other.names : [],
    );
    return { ...one, together: [...new Set(together)] };
  });

  function examined(
    cell: TestCell,
    source: string,
  ): Omit<ExaminedTest, 'together'> | UnexaminedTest {
    const declared = new Set(topLevelOf(source, cell.index).flatMap(({ names }) => names));
    const uses = new Set([...namesUsedBy(source)].filter((name) => !declared.has(name)));
    const { trusted, students } = needsOf(uses, statements, isStudents);
    const places = [...new Set(trusted.map((one) => one.cell))];
    const all = [
      compile(`cell ${cell.index + 1}`, source),
      ...places.map((place) => {
        const parts = trusted.filter((one) => one.cell === place);
        return compile(`part of cell ${place + 1}`, parts.map(({ text }) => text).join('\n'));
      }),
    ];
    const complaint = all.find((one) => typeof one === 'string');
    if (complaint !== undefined) return { cell, flaw: `it does not compile: ${complaint}` };
    const [test, ...before] = all.filter((one) => typeof one !== 'string');
    if (/\bmemory\(\)|\bnumTensors\b/.test(source)) return { cell, flaw: 'it counts tensors' };
    return { cell, test, before, names: students };
  }
}
