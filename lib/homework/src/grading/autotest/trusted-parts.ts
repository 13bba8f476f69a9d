import type { TopLevel } from './top-level';

/** What a test needs, by whom it comes from. */
export interface Needs {
  /** Statements of the instructor's, in the order of the notebook. */
  readonly trusted: readonly TopLevel[];
  /** Names whose values are the student's. */
  readonly students: readonly string[];
}

/**
 * Sorts what a test speaks of. Imports, functions and classes of cells that are not the student's are the
 * instructor's, and so are values that nothing of the student's goes into; all other names are the
 * student's.
 *
 * @param statements of all cells above the test
 * @param isStudents whether the student writes in a cell
 */
export function needsOf(
  uses: ReadonlySet<string>,
  statements: readonly TopLevel[],
  isStudents: (cell: number) => boolean,
): Needs {
  const declared = new Map<string, TopLevel>();
  for (const statement of statements) {
    for (const name of statement.names) declared.set(name, statement);
  }
  const trusted = new Set<TopLevel>();
  const students = new Set<string>();
  const want = (name: string): void => {
    const found = declared.get(name);
    if (!found) return;
    if (isStudentsName(found, name)) {
      students.add(name);
      return;
    }
    include(found);
    const isFixed = ['import', 'definition', 'literal'].includes(found.kind);
    for (const one of workingOn(name)) {
      if (one.kind === 'other' && (!isFixed || one.changes.has(name))) include(one);
    }
  };
  const include = (statement: TopLevel): void => {
    if (trusted.has(statement)) return;
    trusted.add(statement);
    if (statement.kind !== 'import') for (const used of statement.uses) want(used);
  };
  /** Statements that declare nothing, and may change what a name stands for. */
  const workingOn = (name: string) =>
    statements.filter(
      (one) =>
        !isStudents(one.cell) &&
        (one.changes.has(name) || (one.kind === 'other' && one.uses.has(name))),
    );
  const isStudentsName = (statement: TopLevel, name: string): boolean => {
    if (statement.kind === 'import') return false;
    if (isStudents(statement.cell)) return true;
    if (statement.kind === 'definition' || statement.kind === 'literal') return false;
    const working = workingOn(name);
    if (working.some(touchesStudents)) return true;
    if (!touchesStudents(statement)) return false;
    return statement.kind === 'state' || working.length > 0;
  };
  const seen = new Set<TopLevel>();
  const touchesStudents = (statement: TopLevel): boolean => {
    if (seen.has(statement)) return false;
    seen.add(statement);
    try {
      return [...statement.uses].some((name) => {
        const found = declared.get(name);
        if (!found || found.kind === 'import') return false;
        return isStudents(found.cell) || touchesStudents(found);
      });
    } finally {
      seen.delete(statement);
    }
  };
  for (const name of uses) want(name);
  return {
    trusted: statements.filter(
      (one) => trusted.has(one) && one.names.length + Number(one.kind === 'other') > 0,
    ),
    students: [...students],
  };
}
