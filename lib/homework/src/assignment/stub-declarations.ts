import { sep } from 'node:path';
import ts from 'typescript';
import { Mistake } from '../mistake';

/** Makes declarations that have the types of others and none of their code. */
export class DeclarationStubs {
  constructor(
    private readonly file: ts.SourceFile,
    private readonly checker: ts.TypeChecker,
  ) {}

  /** A type as one would write it at a node. */
  typeText(type: ts.Type, at: ts.Node): string {
    const flags =
      ts.TypeFormatFlags.NoTruncation | ts.TypeFormatFlags.UseSingleQuotesForStringLiteralType;
    return this.checker
      .typeToString(type, at, flags)
      .replaceAll(
        /import\(["']([^"']+)["']\)/g,
        (_, path: string) => `import('${packageOf(path)}')`,
      );
  }

  /** The type of what a node declares; of the constant 42 it is number, as the type 42 would tell. */
  private widened(node: ts.Node): ts.Type {
    const type = this.checker.getTypeAtLocation(node);
    const isOneSymbol = (type.flags & ts.TypeFlags.UniqueESSymbol) !== 0;
    return isOneSymbol
      ? this.checker.getESSymbolType()
      : this.checker.getBaseTypeOfLiteralType(type);
  }

  /** What a function returns. */
  returnText(node: ts.SignatureDeclaration): string {
    const signature = this.checker.getSignatureFromDeclaration(node)!;
    return this.typeText(this.checker.getReturnTypeOfSignature(signature), node);
  }

  /**
   * The statements that declare, with its types, what a statement declares and others use: functions
   * and classes throw when they are called, and variables are undefined.
   */
  of(statement: ts.Statement, isUsed: (name: string) => boolean): Stub {
    if (ts.isVariableStatement(statement)) return this.ofVariables(statement, isUsed);
    if (ts.isFunctionDeclaration(statement) && statement.name && isUsed(statement.name.text)) {
      return { lines: this.ofFunction(statement, statement.name.text), isComplete: true };
    }
    if (ts.isClassDeclaration(statement) && statement.name && isUsed(statement.name.text)) {
      return { lines: this.ofClass(statement), isComplete: true };
    }
    const isKept =
      ((ts.isInterfaceDeclaration(statement) ||
        ts.isTypeAliasDeclaration(statement) ||
        ts.isEnumDeclaration(statement)) &&
        isUsed(statement.name.text)) ||
      (ts.isImportDeclaration(statement) && importedNames(statement).some(isUsed));
    const lines = isKept ? this.textFrom(statement, statement.getEnd()).split('\n') : [];
    return { lines, isComplete: true };
  }

  /** Members of a class: what is private is left out. */
  ofMember(member: ts.ClassElement, className: string): readonly string[] {
    const isPrivate =
      (member.name && ts.isPrivateIdentifier(member.name)) ||
      (ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Private) !== 0;
    if (isPrivate) return [];
    const name = member.name?.getText(this.file) ?? 'constructor';
    if (ts.isPropertyDeclaration(member)) {
      const modifiers = (member.modifiers ?? [])
        .map((one) => `${one.getText(this.file)} `)
        .join('');
      const type = member.type?.getText(this.file) ?? this.typeText(this.widened(member), member);
      return [`${modifiers}${name}${markOf(member)}: ${type};`];
    }
    if (
      ts.isMethodDeclaration(member) ||
      ts.isAccessor(member) ||
      ts.isConstructorDeclaration(member)
    ) {
      return this.ofFunction(member, `${className}.${name}`);
    }
    return member.getText(this.file).split('\n');
  }

  /** Where a declaration begins: its docstring tells students what they are to write. */
  private startOf(node: ts.Node): number {
    return node.getStart(this.file, true);
  }

  private textFrom(node: ts.Node, end: number): string {
    return this.file.text.slice(this.startOf(node), end).trimEnd();
  }

  private ofVariables(statement: ts.VariableStatement, isUsed: (name: string) => boolean): Stub {
    const { declarationList } = statement;
    const keyword = declarationList.flags & ts.NodeFlags.Const ? 'const' : 'let';
    const lines: string[] = [];
    let isComplete = true;
    for (const { name, type, initializer } of declarationList.declarations) {
      if (
        ts.isIdentifier(name) &&
        initializer &&
        (ts.isArrowFunction(initializer) || ts.isFunctionExpression(initializer)) &&
        !type
      ) {
        if (!isUsed(name.text)) continue;
        const [head, ...body] = this.ofFunction(initializer, name.text);
        lines.push(`${keyword} ${name.text} = ${head}`, ...body.slice(0, -1), `${body.at(-1)};`);
        continue;
      }
      for (const one of identifiersOf(name).filter(({ text }) => isUsed(text))) {
        const written =
          one === name && type ? type.getText(this.file) : this.typeText(this.widened(one), one);
        lines.push(`${keyword} ${one.text}: ${written} = undefined!;`);
        isComplete = false;
      }
    }
    return { lines, isComplete };
  }

  private ofFunction(node: ts.FunctionLikeDeclaration, name: string): readonly string[] {
    const { body } = node;
    if (!body) return node.getText(this.file).split('\n');
    const head = this.textFrom(node, body.getStart(this.file));
    const isTyped = node.type || ts.isConstructorDeclaration(node) || ts.isSetAccessor(node);
    const typed = isTyped ? head : this.withReturnType(node, head);
    return [`${typed} {`, `  ${throwing(name)}`, '}'];
  }

  private withReturnType(node: ts.FunctionLikeDeclaration, head: string): string {
    const close = closingParenthesis(node, this.file);
    if (close === undefined) return head;
    const at = close - this.startOf(node);
    return `${head.slice(0, at)}: ${this.returnText(node)}${head.slice(at)}`;
  }

  private ofClass(node: ts.ClassDeclaration): readonly string[] {
    const name = node.name!.text;
    const isDerived = node.heritageClauses?.some(
      ({ token }) => token === ts.SyntaxKind.ExtendsKeyword,
    );
    if (isDerived && node.members.some(ts.isConstructorDeclaration)) {
      throw new Mistake(
        `the class ${name} extends another, and all of it is a solution: put the marks into its methods`,
      );
    }
    const brace = node
      .getChildren(this.file)
      .find(({ kind }) => kind === ts.SyntaxKind.OpenBraceToken)!;
    const head = this.textFrom(node, brace.getStart(this.file));
    const members = node.members.flatMap((member) => this.ofMember(member, name));
    return [`${head} {`, ...members.map((line) => `  ${line}`), '}'];
  }
}

export interface Stub {
  readonly lines: readonly string[];
  /** Whether it does what it must by itself; a variable without its value does not. */
  readonly isComplete: boolean;
}

/** What stands behind a property's name, where its value is left out. */
function markOf(member: ts.PropertyDeclaration): string {
  if (member.questionToken) return '?';
  const needsNone = ts.ModifierFlags.Static | ts.ModifierFlags.Abstract | ts.ModifierFlags.Ambient;
  return ts.getCombinedModifierFlags(member) & needsNone ? '' : '!';
}

/** `throw new Error('write this: predict');` */
export function throwing(what: string): string {
  return `throw new Error('write this: ${what.replaceAll(/[\\']/g, '\\$&')}');`;
}

/** Where a function's return type is written: behind its parameters; undefined for `x => …`. */
export function closingParenthesis(
  node: ts.FunctionLikeDeclaration,
  file: ts.SourceFile,
): number | undefined {
  const children = node.getChildren(file);
  return children.find(({ kind }) => kind === ts.SyntaxKind.CloseParenToken)?.getEnd();
}

export function identifiersOf(name: ts.BindingName): readonly ts.Identifier[] {
  if (ts.isIdentifier(name)) return [name];
  return name.elements.flatMap((one) => (ts.isBindingElement(one) ? identifiersOf(one.name) : []));
}

function importedNames({ importClause }: ts.ImportDeclaration): readonly string[] {
  const bindings = importClause?.namedBindings;
  const named = bindings && (ts.isNamespaceImport(bindings) ? [bindings] : [...bindings.elements]);
  return [importClause, ...(named ?? [])].flatMap((one) => one?.name?.text ?? []);
}

/** The package that a module of types belongs to: no path of this machine is given away. */
function packageOf(path: string): string {
  const parts = path.split(/[\\/]/);
  const at = parts.lastIndexOf('node_modules');
  if (at >= 0) {
    const [name, inner] = parts.slice(at + 1);
    return (name.startsWith('@') ? `${name}/${inner}` : name).replace(/^@types\//, '');
  }
  return path.includes(`${sep}lib${sep}notegrad${sep}`) ? 'notegrad' : path;
}
