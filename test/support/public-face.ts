import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import * as ts from 'typescript';

const root = join(__dirname, '..', '..');
const sources = join(root, 'lib', 'notegrad', 'src');

/** A name that a module of the library exports. */
export interface PublicName {
  readonly name: string;
  readonly isType: boolean;
  /** Whether it, or else each member that it declares, says what it is. */
  readonly isDocumented: boolean;
}

/** The rooms that may be imported by themselves. */
export const rooms: readonly string[] = readdirSync(sources, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .filter((name) => ts.sys.fileExists(join(sources, name, 'index.ts')))
  .sort();

const { options } = ts.getParsedCommandLineOfConfigFile(
  join(root, 'tsconfig.json'),
  { noEmit: true },
  { ...ts.sys, onUnRecoverableConfigFileDiagnostic() {} },
) as ts.ParsedCommandLine;
const entries = ['.', ...rooms].map((room) => join(sources, room, 'index.ts'));
const program = ts.createProgram(entries, options);
const checker = program.getTypeChecker();

/** What a room exports, or '.', all of the library; in alphabetical order. */
export function namesOf(room: string): PublicName[] {
  const file = program.getSourceFile(join(sources, room, 'index.ts')) as ts.SourceFile;
  const module = checker.getSymbolAtLocation(file) as ts.Symbol;
  return checker.getExportsOfModule(module).map(publicName).sort(byName);
}

function publicName(exported: ts.Symbol): PublicName {
  const symbol =
    exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
  const isDescribed = (of: ts.Symbol) =>
    ts.displayPartsToString(of.getDocumentationComment(checker)).trim() !== '';
  const members = membersOf(symbol);
  return {
    name: exported.name,
    isType: (symbol.flags & ts.SymbolFlags.Value) === 0,
    isDocumented:
      isDescribedNamespace(exported) ||
      isDescribed(symbol) ||
      (members.length > 0 && members.every(isDescribed)),
  };
}

/** Of `export * as name from …`, whose comment stands at the statement. */
function isDescribedNamespace({ declarations = [] }: ts.Symbol): boolean {
  return declarations.some(
    (node) => ts.isNamespaceExport(node) && ts.getJSDocCommentsAndTags(node.parent).length > 0,
  );
}

/** The members of an interface, its own and those that it extends. */
function membersOf(symbol: ts.Symbol): ts.Symbol[] {
  if ((symbol.flags & ts.SymbolFlags.Interface) === 0) return [];
  return checker.getPropertiesOfType(checker.getDeclaredTypeOfSymbol(symbol));
}

function byName(a: PublicName, b: PublicName): number {
  return a.name < b.name ? -1 : 1;
}
