import type TypeScript from 'typescript';
import type { TypeScriptApi } from './kernel-typescript';

const WIDTH = 78;

/** The import declarations of these cells, each cut down to the names that are used. */
export function importsOf(
  ts: TypeScriptApi,
  cells: readonly TypeScript.SourceFile[],
  used: ReadonlySet<string>,
): readonly string[] {
  const declarations = cells.flatMap((cell) => cell.statements.filter(ts.isImportDeclaration));
  const lines = declarations
    .filter((declaration) => moduleOf(declaration) !== 'tslab')
    .flatMap((declaration) => cutDown(ts, declaration, used) ?? []);
  return [...new Set(lines)];
}

/** Names that code mentions, other than those after a dot and before a colon. */
export function namesIn(ts: TypeScriptApi, code: TypeScript.Node): ReadonlySet<string> {
  const names = new Set<string>();
  const visit = (node: TypeScript.Node) => {
    if (ts.isIdentifier(node) && !isProperty(ts, node)) names.add(node.text);
    ts.forEachChild(node, visit);
  };
  visit(code);
  return names;
}

function isProperty(ts: TypeScriptApi, node: TypeScript.Identifier): boolean {
  const { parent } = node;
  const named = ts.isPropertyAccessExpression(parent) || ts.isPropertyAssignment(parent);
  return named && parent.name === node;
}

function moduleOf({ moduleSpecifier }: TypeScript.ImportDeclaration): string {
  return (moduleSpecifier as TypeScript.StringLiteral).text;
}

function cutDown(
  ts: TypeScriptApi,
  declaration: TypeScript.ImportDeclaration,
  used: ReadonlySet<string>,
): string | undefined {
  const { importClause: clause, moduleSpecifier } = declaration;
  if (!clause) return declaration.getText();
  const isUsed = ({ name }: { readonly name?: TypeScript.Identifier }) =>
    name !== undefined && used.has(name.text);
  const { namedBindings: bindings } = clause;
  const parts: string[] = isUsed(clause) ? [clause.name!.text] : [];
  if (bindings && ts.isNamespaceImport(bindings) && isUsed(bindings)) {
    parts.push(bindings.getText());
  }
  if (bindings && ts.isNamedImports(bindings)) {
    const names = bindings.elements.filter(isUsed).map((element) => element.getText());
    if (names.length > 0) parts.push(inBraces(names));
  }
  if (parts.length === 0) return undefined;
  const type = clause.isTypeOnly ? 'type ' : '';
  return `import ${type}${parts.join(', ')} from ${moduleSpecifier.getText()};`;
}

function inBraces(names: readonly string[]): string {
  const inOne = `{ ${names.join(', ')} }`;
  if (inOne.length < WIDTH - "import type  from 'notegrad';".length) return inOne;
  const lines = [''];
  for (const name of names) {
    if (lines[lines.length - 1].length + name.length + 2 > WIDTH - 2) lines.push('');
    lines[lines.length - 1] += ` ${name},`;
  }
  return `{\n${lines.map((line) => ` ${line}`).join('\n')}\n}`;
}
