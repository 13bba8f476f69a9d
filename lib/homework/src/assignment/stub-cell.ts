import ts from 'typescript';
import { ANSWER_HERE, type MarkedCell } from './assignment';
import type { Region } from './regions';
import { closingParenthesis, DeclarationStubs, type Stub, throwing } from './stub-declarations';
import type { TypedCell } from './typed-cells';

/** Text that takes the place of other text. */
interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * The source that students get of a cell with a solution. What the solution declares and other code
 * uses is declared with its type, so that the notebook compiles; inside of functions the stub throws
 * `write this: …`, and elsewhere it is a comment.
 *
 * @param isUsedElsewhere whether other cells speak of a name
 */
export function stubOfCode(
  cell: MarkedCell,
  { file, checker }: TypedCell,
  question: string,
  isUsedElsewhere: (name: string) => boolean,
): string {
  const { source } = cell;
  const stubs = new DeclarationStubs(file, checker);
  const parts =
    cell.regions.length > 0 ? cell.regions.map((one) => spanOf(one, source)) : [whole(source)];
  const isInside = (node: ts.Node) => parts.some((part) => isWithin(node, file, part));
  const edits = parts.flatMap((part): Edit[] => {
    const around = innermost(file, part);
    const names = namesIn(around, isInside);
    const isTop = around === file;
    const isUsed = (name: string) => names.has(name) || (isTop && isUsedElsewhere(name));
    const { lines, edits } = stubOf(part, around, file, stubs, question, isUsed);
    const text = lines.map((line) => (line === '' ? '' : part.indent + line)).join('\n');
    return [{ start: part.start, end: part.end, text }, ...edits];
  });
  const inOrder = edits.sort((a, b) => b.start - a.start || b.end - a.end);
  return inOrder.reduce(
    (text, edit) => text.slice(0, edit.start) + edit.text + text.slice(edit.end),
    source,
  );
}

/** What students get of a written answer: the text around its solution, and where to write. */
export function stubOfWords({ source, regions }: MarkedCell): string {
  if (regions.length === 0) return ANSWER_HERE;
  const lines = source.split('\n');
  for (const { begin, end } of [...regions].reverse())
    lines.splice(begin, end - begin + 1, ANSWER_HERE);
  return lines.join('\n');
}

interface Part {
  /** From the beginning of the first mark's line to the end of the last one's. */
  readonly start: number;
  readonly end: number;
  readonly indent: string;
  readonly note: string;
}

function spanOf({ begin, end, note }: Region, source: string): Part {
  const lines = source.split('\n');
  const lengthOf = (count: number) =>
    lines.slice(0, count).reduce((sum, line) => sum + line.length + 1, 0);
  const [indent] = /^\s*/.exec(lines[begin])!;
  return { start: lengthOf(begin), end: lengthOf(end + 1) - 1, indent, note };
}

function whole(source: string): Part {
  return { start: 0, end: source.length, indent: '', note: '' };
}

function stubOf(
  part: Part,
  around: ts.Node,
  file: ts.SourceFile,
  stubs: DeclarationStubs,
  question: string,
  isUsed: (name: string) => boolean,
): { readonly lines: readonly string[]; readonly edits: readonly Edit[] } {
  if (ts.isClassLike(around)) {
    const members = around.members.filter((one) => isWithin(one, file, part));
    const lines = members.flatMap((one) => stubs.ofMember(one, around.name?.text ?? question));
    return { lines: lines.length > 0 ? lines : [comment(part.note || question)], edits: [] };
  }
  const statements =
    'statements' in around ? (around.statements as ts.NodeArray<ts.Statement>) : undefined;
  const cuts = statements?.some((one) => !isWithin(one, file, part) && overlaps(one, file, part));
  if (!statements || cuts) return { lines: [comment(part.note || question)], edits: [] };
  const found = stubsWithTypes(
    statements.filter((one) => isWithin(one, file, part)),
    stubs,
    isUsed,
  );
  const lines = found.flatMap((stub) => stub.lines);
  const inside = ts.findAncestor<ts.Node>(around, ts.isFunctionLike) as
    | ts.FunctionLikeDeclaration
    | undefined;
  const what = part.note || (inside && nameOf(inside, file)) || question;
  if (inside) {
    return { lines: [...lines, throwing(what)], edits: returnType(inside, file, stubs) };
  }
  if (lines.length === 0) return { lines: [comment(what)], edits: [] };
  const isComplete = found.every((stub) => stub.isComplete);
  return { lines: [comment(what), ...lines, ...(isComplete ? [] : [throwing(what)])], edits: [] };
}

/** The stubs of what is used, and of what their own heads speak of: a type that is declared beside them. */
function stubsWithTypes(
  statements: readonly ts.Statement[],
  stubs: DeclarationStubs,
  isUsed: (name: string) => boolean,
): readonly Stub[] {
  const spokenOf = new Set<string>();
  for (;;) {
    const found = statements.map((one) =>
      stubs.of(one, (name) => isUsed(name) || spokenOf.has(name)),
    );
    const text = found.flatMap(({ lines }) => lines).join('\n');
    const names = namesInHeads(ts.createSourceFile('stub.ts', text, ts.ScriptTarget.ES2022));
    if ([...names].every((name) => spokenOf.has(name))) return found;
    for (const name of names) spokenOf.add(name);
  }
}

/** A function whose code is a stub says what it returns, as nothing shows it any more. */
function returnType(
  node: ts.FunctionLikeDeclaration,
  file: ts.SourceFile,
  stubs: DeclarationStubs,
): readonly Edit[] {
  if (node.type || ts.isConstructorDeclaration(node) || ts.isSetAccessor(node)) return [];
  const at = closingParenthesis(node, file);
  return at === undefined ? [] : [{ start: at, end: at, text: `: ${stubs.returnText(node)}` }];
}

function comment(what: string): string {
  return `// write this: ${what}`;
}

/** The innermost node that has a list of statements or members around a part. */
function innermost(file: ts.SourceFile, part: Part): ts.Node {
  let around: ts.Node = file;
  const visit = (node: ts.Node): void => {
    const isAround = node.getStart(file) < part.start && part.end < node.getEnd();
    if (!isAround) return;
    if (ts.isBlock(node) || ts.isClassLike(node) || ts.isCaseOrDefaultClause(node)) around = node;
    // Inside of these there are no statements to stand for.
    if (ts.isObjectLiteralExpression(node) || ts.isArrayLiteralExpression(node)) around = node;
    ts.forEachChild(node, visit);
  };
  ts.forEachChild(file, visit);
  return around;
}

function isWithin(node: ts.Node, file: ts.SourceFile, { start, end }: Part): boolean {
  return node.getStart(file) >= start && node.getEnd() <= end;
}

function overlaps(node: ts.Node, file: ts.SourceFile, { start, end }: Part): boolean {
  return node.getStart(file) < end && node.getEnd() > start;
}

/** The names that a program speaks of, other than those of properties. */
export function namesIn(
  program: ts.Node,
  isLeftOut: (node: ts.Node) => boolean = () => false,
): ReadonlySet<string> {
  const names = new Set<string>();
  const visit = (node: ts.Node, parent: ts.Node): void => {
    if (isLeftOut(node)) return;
    if (ts.isIdentifier(node) && !isPropertyName(node, parent)) names.add(node.text);
    ts.forEachChild(node, (child) => visit(child, node));
  };
  ts.forEachChild(program, (child) => visit(child, program));
  return names;
}

/** The names in a program's types and in defaults of parameters, which the heads of its stubs keep. */
export function namesInHeads(program: ts.Node): ReadonlySet<string> {
  const names = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node) || ts.isHeritageClause(node) || ts.isParameter(node)) {
      for (const name of namesIn(node)) names.add(name);
    }
    ts.forEachChild(node, visit);
  };
  visit(program);
  return names;
}

function isPropertyName(name: ts.Identifier, parent: ts.Node): boolean {
  const hasName = ts.isPropertyAccessExpression(parent) || ts.isPropertyAssignment(parent);
  return hasName && parent.name === name;
}

/** `predict`, `MyAE.encode`; undefined for a function without a name. */
function nameOf(node: ts.FunctionLikeDeclaration, file: ts.SourceFile): string | undefined {
  const { parent } = node;
  if (ts.isClassLike(parent)) {
    const own = node.name?.getText(file) ?? 'constructor';
    return parent.name ? `${parent.name.text}.${own}` : own;
  }
  if (node.name) return node.name.getText(file);
  return ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent)
    ? parent.name.getText(file)
    : undefined;
}
