import ts from 'typescript';
import { type BoundFile, internals } from '../../kernel/typescript-internals';

/** A statement of a cell's top level, and what it means for those that need what it declares. */
export interface TopLevel {
  /** The place of its cell among all cells. */
  readonly cell: number;
  readonly text: string;
  /** The values that it declares. */
  readonly names: readonly string[];
  readonly kind:
    | 'import'
    /** A function or a class. */
    | 'definition'
    /** A number, a text or the like, as it is written. */
    | 'literal'
    /** What one expression gives that awaits nothing. */
    | 'constant'
    /** What only the notebook has: it awaits, or may be another value later. */
    | 'state'
    /** Types alone. */
    | 'type'
    /** What declares nothing. */
    | 'other';
  /** The names that it speaks of. */
  readonly uses: ReadonlySet<string>;
  /** The names whose values it changes. */
  readonly changes: ReadonlySet<string>;
  /** The module that an import names. */
  readonly specifier?: string;
}

/** The statements of a cell. */
export function topLevelOf(source: string, cell: number): readonly TopLevel[] {
  const file = parsed(source);
  return file.statements.map((statement) => ({
    cell,
    text: statement.getFullText(file),
    uses: freeNamesIn(statement),
    changes: changesIn(statement),
    ...described(statement),
  }));
}

/** The names that a cell's code speaks of and that are not local to a part of it. */
export function namesUsedBy(source: string): ReadonlySet<string> {
  return freeNamesIn(parsed(source));
}

function parsed(source: string): ts.SourceFile {
  const file = ts.createSourceFile('cell.ts', source, ts.ScriptTarget.ES2022, true);
  internals.bindSourceFile(file as BoundFile, { target: ts.ScriptTarget.ES2022 });
  return file;
}

function freeNamesIn(code: ts.Node): ReadonlySet<string> {
  const names = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && !isPropertyName(node) && !isLocal(node)) names.add(node.text);
    ts.forEachChild(node, visit);
  };
  visit(code);
  return names;
}

function isPropertyName(name: ts.Identifier): boolean {
  const { parent } = name;
  const hasName =
    ts.isPropertyAccessExpression(parent) ||
    ts.isPropertyAssignment(parent) ||
    ts.isMethodDeclaration(parent) ||
    ts.isPropertyDeclaration(parent);
  return hasName && parent.name === name;
}

function isLocal({ text, parent }: ts.Identifier): boolean {
  for (let node: ts.Node = parent; node && !ts.isSourceFile(node); node = node.parent) {
    const { locals } = node as { readonly locals?: ReadonlyMap<string, unknown> };
    if (locals?.has(text)) return true;
  }
  return false;
}

function described(statement: ts.Statement): Pick<TopLevel, 'names' | 'kind' | 'specifier'> {
  if (ts.isImportDeclaration(statement)) {
    const specifier = (statement.moduleSpecifier as ts.StringLiteral).text;
    return { kind: 'import', names: importedNames(statement.importClause), specifier };
  }
  if (ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) {
    return { kind: 'definition', names: statement.name ? [statement.name.text] : [] };
  }
  if (ts.isEnumDeclaration(statement)) return { kind: 'definition', names: [statement.name.text] };
  if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)) {
    return { kind: 'type', names: [] };
  }
  if (!ts.isVariableStatement(statement)) {
    const isImport = ts.isImportEqualsDeclaration(statement);
    return isImport
      ? { kind: 'state', names: [statement.name.text] }
      : { kind: 'other', names: [] };
  }
  const { declarations } = statement.declarationList;
  const names = declarations.flatMap(({ name }) => boundNames(name));
  const values = declarations.map(({ initializer }) => initializer);
  const is = (test: (value: ts.Expression) => boolean) =>
    values.every((value) => value !== undefined && test(value));
  if (is(isDefinition)) return { kind: 'definition', names };
  if (is(isLiteral)) return { kind: 'literal', names };
  const isConst = (statement.declarationList.flags & ts.NodeFlags.Const) !== 0;
  return { kind: isConst && is((value) => !awaits(value)) ? 'constant' : 'state', names };
}

function importedNames(clause: ts.ImportClause | undefined): readonly string[] {
  const bindings = clause?.namedBindings;
  const named = bindings && ts.isNamedImports(bindings) ? bindings.elements : [];
  const whole = bindings && ts.isNamespaceImport(bindings) ? [bindings.name.text] : [];
  return [
    ...(clause?.name ? [clause.name.text] : []),
    ...whole,
    ...named.map(({ name }) => name.text),
  ];
}

function boundNames(binding: ts.BindingName): readonly string[] {
  if (ts.isIdentifier(binding)) return [binding.text];
  return binding.elements.flatMap((one) => (ts.isBindingElement(one) ? boundNames(one.name) : []));
}

function isDefinition(value: ts.Expression): boolean {
  if (ts.isParenthesizedExpression(value)) return isDefinition(value.expression);
  if (ts.isAsExpression(value) || ts.isSatisfiesExpression(value)) {
    return isDefinition(value.expression);
  }
  return ts.isArrowFunction(value) || ts.isFunctionExpression(value) || ts.isClassExpression(value);
}

function isLiteral(value: ts.Expression): boolean {
  if (ts.isParenthesizedExpression(value) || ts.isAsExpression(value)) {
    return isLiteral(value.expression);
  }
  if (ts.isPrefixUnaryExpression(value)) return isLiteral(value.operand);
  if (ts.isBinaryExpression(value)) return isLiteral(value.left) && isLiteral(value.right);
  const words = [ts.SyntaxKind.TrueKeyword, ts.SyntaxKind.FalseKeyword, ts.SyntaxKind.NullKeyword];
  return (
    ts.isNumericLiteral(value) ||
    ts.isStringLiteralLike(value) ||
    ts.isBigIntLiteral(value) ||
    words.includes(value.kind)
  );
}

/** Whether a value is there only after something was waited for. */
function awaits(value: ts.Node): boolean {
  if (ts.isFunctionLike(value)) return false;
  return ts.isAwaitExpression(value) || (ts.forEachChild(value, awaits) ?? false);
}

/** The names at the root of what is assigned to outside of functions: `a`, `a.b`, `a[0].c`. */
function changesIn(statement: ts.Statement): ReadonlySet<string> {
  const changed = new Set<string>();
  const note = (target: ts.Node): void => {
    let root = target;
    while (
      ts.isPropertyAccessExpression(root) ||
      ts.isElementAccessExpression(root) ||
      ts.isParenthesizedExpression(root) ||
      ts.isNonNullExpression(root)
    ) {
      root = root.expression;
    }
    if (ts.isIdentifier(root)) changed.add(root.text);
    else ts.forEachChild(root, note);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) || ts.isClassLike(node)) return;
    if (ts.isBinaryExpression(node) && isAssignment(node.operatorToken.kind)) note(node.left);
    if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) {
      const steps = [ts.SyntaxKind.PlusPlusToken, ts.SyntaxKind.MinusMinusToken];
      if (steps.includes(node.operator)) note(node.operand);
    }
    if (ts.isDeleteExpression(node)) note(node.expression);
    ts.forEachChild(node, visit);
  };
  visit(statement);
  return changed;
}

function isAssignment(kind: ts.SyntaxKind): boolean {
  return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
}
