import ts from 'typescript';
import { type Notebook, sourceOf } from '../../notebook';
import type { Definitions } from './student-process';
import { type TopLevel, topLevelOf } from './top-level';

/** Definitions that can be tested in a process of their own, or why they cannot. */
export type Extracted = { readonly definitions: Definitions } | { readonly flaw: string };

/**
 * The functions and classes of these names as a module, with the imports, definitions and constants that
 * they depend on, each as the notebook has it before a cell.
 *
 * @param before the place of that cell; what stands below counts for nothing
 * @param isLeftOut whether a cell was never run, as one that does not compile
 */
export function extractDefinitions(
  notebook: Notebook,
  names: readonly string[],
  before: number,
  isLeftOut: (cell: number) => boolean = () => false,
): Extracted {
  const statements = notebook.cells.slice(0, before).flatMap((cell, index) => {
    if (cell.cell_type !== 'code' || isLeftOut(index)) return [];
    return topLevelOf(sourceOf(cell), index);
  });
  const declared = new Map<string, TopLevel>();
  for (const statement of statements) {
    for (const name of statement.names) declared.set(name, statement);
  }
  const wanted = new Set<TopLevel>();
  const reasons: string[] = [];
  const want = (name: string, by: string | undefined): void => {
    const found = declared.get(name);
    if (!found) return;
    const reason = stateOf(found, name, by, statements);
    if (reason) reasons.push(reason);
    if (wanted.has(found)) return;
    wanted.add(found);
    if (found.kind !== 'import') for (const used of found.uses) want(used, name);
  };
  for (const name of names) want(name, undefined);
  if (reasons.length > 0) return { flaw: reasons[0] };
  const parts = statements.filter((one) => wanted.has(one));
  const all = parts.flatMap((one) => one.names);
  const twice = all.find((name, i) => all.indexOf(name) !== i);
  if (twice !== undefined) return { flaw: `${twice} is declared twice, once with other names` };
  const kept = names.filter((name) => declared.has(name));
  const source = `${parts.map(({ text }) => text.trim()).join('\n')}\nexport { ${kept.join(', ')} };`;
  const imports = parts.flatMap(({ specifier }) => specifier ?? []);
  return { definitions: { code: compiled(source), imports } };
}

/** Why a name cannot be had without running the notebook; undefined where it can. */
function stateOf(
  { kind, cell }: TopLevel,
  name: string,
  by: string | undefined,
  statements: readonly TopLevel[],
): string | undefined {
  const subject = by === undefined ? name : `${by} uses ${name}, which`;
  if (kind === 'state') return `${subject} is computed by cell ${cell + 1} of the notebook`;
  if (kind === 'import') return undefined;
  if (by === undefined && kind === 'constant') {
    return `${subject} is computed by cell ${cell + 1} of the notebook`;
  }
  const changing = statements.find(
    (one) => one.changes.has(name) || (kind === 'constant' && isRunWith(name, one, statements)),
  );
  return changing && `${subject} may be changed by cell ${changing.cell + 1} of the notebook`;
}

/** Whether running a statement can come to a name, be it through functions. */
function isRunWith(name: string, by: TopLevel, statements: readonly TopLevel[]): boolean {
  if (by.names.includes(name)) return false;
  const seen = new Set<string>();
  const reaches = ({ uses }: TopLevel): boolean =>
    [...uses].some((used) => {
      if (seen.has(used)) return false;
      seen.add(used);
      const found = statements.filter((one) => one.names.includes(used));
      return found.some((one) => one.kind === 'definition' && (one.uses.has(name) || reaches(one)));
    });
  switch (by.kind) {
    case 'other':
    case 'state':
      return by.uses.has(name) || reaches(by);
    case 'constant':
      return reaches(by);
    default:
      return false;
  }
}

/** As the kernel compiles a module of the author's. */
function compiled(source: string): string {
  const { outputText } = ts.transpileModule(source, {
    fileName: 'notebook.ts',
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.CommonJS,
      esModuleInterop: true,
    },
  });
  return outputText;
}
