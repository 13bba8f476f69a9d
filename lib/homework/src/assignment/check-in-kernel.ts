import vm from 'node:vm';
import ts from 'typescript';
import { globalName, isReserved } from '../kernel/cell-names';
import { Mistake } from '../mistake';
import type { Question } from './assignment';
import { assignmentsIn } from './sidecar';

/** Where the library's `check` looks for what the kernel does. */
const HOOK = Symbol.for('notegrad.check');

/** What the table of a check says of one test. */
export interface CheckRow {
  readonly test: string;
  readonly points: string;
  readonly result: string;
}

type Show = (rows: readonly CheckRow[], caption: string) => void;

/**
 * Makes `await check('q2a')` of the library work in this kernel: the released tests of a question are
 * run among the notebook's names, whatever became of their cells.
 */
export function installCheck(folder: string, require: NodeJS.Require): void {
  const show: Show = (rows, caption) => {
    const library = require('notegrad');
    library.show(library.table(rows, { caption, maxRows: rows.length }));
  };
  Reflect.set(globalThis, HOOK, (id: unknown) => checkQuestion(String(id), folder, require, show));
}

async function checkQuestion(
  id: string,
  folder: string,
  require: NodeJS.Require,
  show: Show,
): Promise<void> {
  const tests = questionIn(folder, id).tests.filter(({ hasVisible }) => hasVisible);
  if (tests.length === 0) {
    console.log(`${id}: nothing can be checked here: it is marked by a person or by hidden tests`);
    return;
  }
  const rows: CheckRow[] = [];
  for (const { id: test, released, points } of tests) {
    rows.push({ test, ...(await outcomeOf(released, points, require)) });
  }
  show(rows, `${id}: the tests that you see`);
}

function questionIn(folder: string, id: string): Question {
  const assignments = assignmentsIn(folder);
  if (assignments.length === 0) {
    throw new Mistake(
      `no assignment lies in ${folder}: the file that came with the notebook is missing`,
    );
  }
  const questions = assignments.flatMap((one) => one.questions);
  const found = questions.filter((one) => one.id === id);
  if (found.length === 1) return found[0];
  if (found.length > 1) {
    const names = assignments.map(({ name }) => name).join(', ');
    throw new Mistake(
      `${id}: several assignments here have it (${names}): keep each in a folder of its own`,
    );
  }
  throw new Mistake(
    `unknown question: ${id} (known: ${questions.map((one) => one.id).join(', ')})`,
  );
}

async function outcomeOf(
  source: string,
  points: number,
  require: NodeJS.Require,
): Promise<Omit<CheckRow, 'test'>> {
  try {
    const value = await evaluate(source, require);
    const score = typeof value === 'number' ? Math.min(points, Math.max(0, value)) : points;
    const result = score === points ? 'passed' : 'in part';
    return { points: `${score} of ${points}`, result };
  } catch (error) {
    const isPlain = !(error instanceof Error) || /^(?:Error|ExpectationError)$/.test(error.name);
    const text = error instanceof Error ? error.message : String(error);
    return { points: `0 of ${points}`, result: isPlain ? text : `${error.name}: ${text}` };
  }
}

/** Runs code among the names of the notebook, which are properties of the global object. */
function evaluate(source: string, require: NodeJS.Require): Promise<unknown> {
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: {
      module: ts.ModuleKind.CommonJS,
      target: ts.ScriptTarget.ES2022,
      esModuleInterop: true,
    },
    transformers: { before: [withGlobalNames], after: [withReturn] },
  });
  const test: (...names: unknown[]) => Promise<unknown> = vm.runInThisContext(
    `(async function (require, module, exports) {${outputText}\n})`,
    { filename: 'tests' },
  );
  const module = { exports: {} };
  return test(require, module, module.exports);
}

/** The kernel keeps a cell's `test` or `name` under another name, where Node has one of its own. */
function withGlobalNames(context: ts.TransformationContext): ts.Transformer<ts.SourceFile> {
  const visit = (node: ts.Node): ts.Node => {
    if (ts.isPropertyAccessExpression(node)) {
      const expression = ts.visitNode(node.expression, visit, ts.isExpression)!;
      return context.factory.updatePropertyAccessExpression(node, expression, node.name);
    }
    const isKept =
      ts.isIdentifier(node) && isReserved(node.text) && globalName(node.text) in globalThis;
    if (isKept) return context.factory.createIdentifier(globalName(node.text));
    return ts.visitEachChild(node, visit, context);
  };
  return (file) => ts.visitEachChild(file, visit, context);
}

/** The value of a test is that of its last statement. */
function withReturn(context: ts.TransformationContext): ts.Transformer<ts.SourceFile> {
  return (file) => {
    const last = file.statements.at(-1);
    if (!last || !ts.isExpressionStatement(last)) return file;
    const { factory } = context;
    const statements = [
      ...file.statements.slice(0, -1),
      factory.createReturnStatement(last.expression),
    ];
    return factory.updateSourceFile(file, statements);
  };
}
