import type TypeScript from 'typescript';
import { type Cell, codeCells, type Notebook, sourceOf, tagsOf } from '../notebook';
import { importsOf, namesIn } from './imports';
import { kernelTypeScript, parse, type TypeScriptApi } from './kernel-typescript';

export interface ExtractOptions {
  /** The notebook's file name, for the head of the script. */
  readonly notebookFile: string;
  readonly tag: string;
  /** The script's file name. */
  readonly to: string;
}

/** What a script needs of tslab: words are printed where there is no notebook. */
const DISPLAY = `/** Outside a notebook, words are printed. */
const display = {
  markdown: (text: string) => console.log(text),
  text: (text: string) => console.log(text),
};`;

/**
 * The code cells that carry a tag as one program that needs no notebook: imports on top (those of
 * any cell that the program uses), the cells in order in an async function, since cells may await,
 * under the headings they stand below. A bare value at the end of a cell is printed, as a notebook
 * does it.
 */
export function extractScript(notebook: Notebook, options: ExtractOptions): string {
  const ts = kernelTypeScript();
  const body = taggedCells(notebook, options.tag)
    .map(({ cell, heading }) => ({ code: withoutImports(ts, sourceOf(cell)), heading }))
    .filter(({ code }) => code !== '')
    .map(({ code, heading }, index, cells) => {
      const isNew = heading !== undefined && heading !== cells[index - 1]?.heading;
      return isNew ? `// ${heading}\n\n${code}` : code;
    })
    .join('\n\n');
  const names = namesIn(ts, parse(ts, body));
  const imports = importsOf(
    ts,
    codeCells(notebook).map((cell) => parse(ts, sourceOf(cell))),
    names,
  );
  const parts = [
    headOf(options),
    imports.join('\n'),
    names.has('display') ? DISPLAY : '',
    `async function main() {\n${indented(ts, body)}\n}`,
    'main();',
  ];
  return `${parts.filter(Boolean).join('\n\n')}\n`;
}

/** How many cells carry a tag. */
export function countTagged(notebook: Notebook, tag: string): number {
  return taggedCells(notebook, tag).length;
}

/** The number of the code cell that declares a name at its top level, if one does. */
export function cellThatDeclares(notebook: Notebook, name: string): number | undefined {
  const ts = kernelTypeScript();
  const index = codeCells(notebook).findIndex((cell) =>
    parse(ts, sourceOf(cell)).statements.some((statement) => declares(ts, statement, name)),
  );
  return index < 0 ? undefined : index + 1;
}

interface TaggedCell {
  readonly cell: Cell;
  /** The last heading above it. */
  readonly heading?: string;
}

function taggedCells(notebook: Notebook, tag: string): readonly TaggedCell[] {
  const tagged: TaggedCell[] = [];
  let heading: string | undefined;
  for (const cell of notebook.cells) {
    if (cell.cell_type === 'code' && tagsOf(cell).includes(tag)) tagged.push({ cell, heading });
    if (cell.cell_type !== 'markdown') continue;
    heading =
      sourceOf(cell)
        .match(/^#+ .*$/gm)
        ?.at(-1)
        ?.replace(/^#+ +/, '') ?? heading;
  }
  return tagged;
}

function headOf({ notebookFile, tag, to }: ExtractOptions): string {
  return `/*
 * ${to}: the cells of ${notebookFile} that are tagged ${tag}.
 *
 * To run it, in the folder of the project notegrad:
 *   NODE_PATH=node_modules node -r esbuild-register <folder>/${to}
 * NOTEGRAD_PROFILE=full computes all that the handout asks for; without it
 * the program takes a few minutes at most. Figures are written to figures/.
 */`;
}

function withoutImports(ts: TypeScriptApi, source: string): string {
  const { statements } = parse(ts, source);
  const own = statements.slice(0, -1); // the last makes it a module
  const last = own.at(-1);
  let code = source;
  for (const statement of [...own].reverse()) {
    const [start, end] = [statement.getStart(), statement.getEnd()];
    if (ts.isImportDeclaration(statement)) {
      code = code.slice(0, statement.getFullStart()) + code.slice(end);
    } else if (statement === last && isBareValue(ts, statement)) {
      const value = statement.expression.getText();
      code = `${code.slice(0, start)}console.log(${value});${code.slice(end)}`;
    }
  }
  return code.trim();
}

function isBareValue(
  ts: TypeScriptApi,
  statement: TypeScript.Statement,
): statement is TypeScript.ExpressionStatement {
  if (!ts.isExpressionStatement(statement)) return false;
  const isValue = [
    ts.isIdentifier,
    ts.isPropertyAccessExpression,
    ts.isElementAccessExpression,
    ts.isArrayLiteralExpression,
    ts.isParenthesizedExpression,
    ts.isTemplateLiteral,
  ];
  return isValue.some((is) => is(statement.expression));
}

/** Two spaces before each line, but for those that begin inside a template literal. */
function indented(ts: TypeScriptApi, code: string): string {
  const file = parse(ts, code);
  const lineAt = (position: number) => file.getLineAndCharacterOfPosition(position).line;
  const verbatim = new Set<number>();
  const visit = (node: TypeScript.Node) => {
    if (ts.isTemplateLiteralToken(node)) {
      const [first, last] = [lineAt(node.getStart()), lineAt(node.getEnd())];
      for (let line = first + 1; line <= last; line++) verbatim.add(line);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return code
    .split('\n')
    .map((line, index) => (line === '' || verbatim.has(index) ? line : `  ${line}`))
    .join('\n');
}

function declares(ts: TypeScriptApi, statement: TypeScript.Statement, name: string): boolean {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.some((one) => binds(ts, one.name, name));
  }
  const isNamed =
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement) ||
    ts.isEnumDeclaration(statement);
  return isNamed && statement.name?.text === name;
}

function binds(ts: TypeScriptApi, binding: TypeScript.BindingName, name: string): boolean {
  if (ts.isIdentifier(binding)) return binding.text === name;
  return binding.elements.some((item) => ts.isBindingElement(item) && binds(ts, item.name, name));
}
