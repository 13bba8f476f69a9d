import ts from 'typescript';
import { globalName } from './cell-names';

/** What `import` asks for: names of the cell, and what each is called in the module. */
export interface CellImport {
  readonly specifier: string;
  readonly kind: 'import' | 'require';
  readonly names: readonly { readonly local: string; readonly imported: string }[];
}

/** Takes imports out, to be seen to before the cell begins, and the word `export` off. */
export function withoutModuleSyntax(
  context: ts.TransformationContext,
  source: ts.SourceFile,
  checker: ts.TypeChecker,
  imports: CellImport[],
): ts.SourceFile {
  const { factory } = context;
  const isValue = (name: ts.Identifier) => {
    const original = ts.getOriginalNode(name) as ts.Identifier;
    const symbol = checker.getSymbolAtLocation(original);
    if (!symbol) return true;
    const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
    return (target.flags & ts.SymbolFlags.Value) !== 0 || target.flags === 0 || isUnknown(target);
  };
  const isUnknown = (symbol: ts.Symbol) => symbol.escapedName === 'unknown' && !symbol.declarations;
  const textOf = (specifier: ts.Expression) => (specifier as ts.StringLiteral).text;
  const sideEffect = (specifier: ts.Expression) =>
    imports.push({ specifier: textOf(specifier), kind: 'import', names: [] });
  const visit = (node: ts.Statement): ts.Statement | undefined => {
    if (ts.isImportDeclaration(node)) {
      const found = importedNames(node, isValue);
      if (found)
        imports.push({ specifier: textOf(node.moduleSpecifier), kind: 'import', names: found });
      return undefined;
    }
    if (ts.isImportEqualsDeclaration(node)) {
      if (node.isTypeOnly) return undefined;
      const { moduleReference: reference, name } = node;
      if (ts.isExternalModuleReference(reference)) {
        const names = [{ local: globalName(name.text), imported: 'export=' }];
        imports.push({ specifier: textOf(reference.expression), kind: 'require', names });
        return undefined;
      }
      if (!isValue(name)) return undefined;
      const value = expressionOf(factory, reference);
      return factory.createVariableStatement(undefined, [
        factory.createVariableDeclaration(name, undefined, undefined, value),
      ]);
    }
    if (ts.isExportDeclaration(node)) {
      if (node.moduleSpecifier && !node.isTypeOnly) sideEffect(node.moduleSpecifier);
      return undefined;
    }
    if (ts.isExportAssignment(node)) {
      return ts.setTextRange(factory.createExpressionStatement(node.expression), node);
    }
    return withoutExport(factory, node);
  };
  const statements = source.statements.flatMap((node) => visit(node) ?? []);
  return factory.updateSourceFile(
    source,
    ts.setTextRange(factory.createNodeArray(statements), source.statements),
  );
}

function expressionOf(factory: ts.NodeFactory, name: ts.EntityName): ts.Expression {
  if (ts.isIdentifier(name)) return name;
  return factory.createPropertyAccessExpression(expressionOf(factory, name.left), name.right);
}

/** The names that an import brings as values; none at all where it brings types alone. */
function importedNames(
  { importClause: clause }: ts.ImportDeclaration,
  isValue: (name: ts.Identifier) => boolean,
): CellImport['names'] | undefined {
  if (!clause) return [];
  if (clause.isTypeOnly) return undefined;
  const names: { local: string; imported: string }[] = [];
  const add = (local: ts.Identifier, imported: string) =>
    isValue(local) && names.push({ local: globalName(local.text), imported });
  if (clause.name) add(clause.name, 'default');
  const bindings = clause.namedBindings;
  if (bindings && ts.isNamespaceImport(bindings)) add(bindings.name, '*');
  if (bindings && ts.isNamedImports(bindings)) {
    for (const { isTypeOnly, name, propertyName } of bindings.elements) {
      if (!isTypeOnly) add(name, (propertyName ?? name).text);
    }
  }
  return names.length > 0 ? names : undefined;
}

function withoutExport(factory: ts.NodeFactory, node: ts.Statement): ts.Statement {
  if (!ts.canHaveModifiers(node)) return node;
  const modifiers = ts.getModifiers(node) ?? [];
  const rest = modifiers.filter(({ kind }) => !EXPORTING.has(kind));
  if (rest.length === modifiers.length) return node;
  if (ts.isVariableStatement(node)) {
    return factory.updateVariableStatement(node, rest, node.declarationList);
  }
  if (ts.isFunctionDeclaration(node)) {
    const { asteriskToken: star, name, typeParameters, parameters, type, body } = node;
    const signature = [star, name, typeParameters, parameters, type] as const;
    return name || !body
      ? factory.updateFunctionDeclaration(node, rest, ...signature, body)
      : statementOf(factory, factory.createFunctionExpression(rest, ...signature, body));
  }
  if (ts.isClassDeclaration(node)) {
    const decorated = (node.modifiers ?? []).filter(({ kind }) => !EXPORTING.has(kind));
    const { name, typeParameters, heritageClauses, members } = node;
    const parts = [decorated, name, typeParameters, heritageClauses, members] as const;
    return name
      ? factory.updateClassDeclaration(node, ...parts)
      : statementOf(factory, factory.createClassExpression(...parts));
  }
  if (ts.isEnumDeclaration(node)) {
    return factory.updateEnumDeclaration(node, rest, node.name, node.members);
  }
  if (ts.isModuleDeclaration(node)) {
    return factory.updateModuleDeclaration(node, rest, node.name, node.body);
  }
  return node;
}

const EXPORTING: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.ExportKeyword,
  ts.SyntaxKind.DefaultKeyword,
]);

/** A default export that has no name is a value that nobody keeps. */
function statementOf(factory: ts.NodeFactory, value: ts.Expression): ts.Statement {
  return factory.createExpressionStatement(factory.createParenthesizedExpression(value));
}
