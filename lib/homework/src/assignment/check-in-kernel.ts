import vm from 'node:vm';
import ts from 'typescript';
import { globalName, isReserved } from '../kernel/cell-names';
import { CellOutput, cellContext } from '../kernel/output';
import { Mistake } from '../mistake';
import type { Question, TestCell } from './assignment';
import { assignmentsIn } from './sidecar';
import { OUTCOME_TYPE, type Part, partsOf } from './test-grades';

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
  for (const test of tests) rows.push(...(await rowsOf(test, require)));
  show(rows, `${id}: the tests that you see; others may run when it is graded`);
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

/** What came of one test, part by part where it has some. */
async function rowsOf(
  { id, released, points }: TestCell,
  require: NodeJS.Require,
): Promise<readonly CheckRow[]> {
  const outcomes: unknown[] = [];
  try {
    const value = await hearing(outcomes, () => evaluate(released, require));
    const parts = partsOf(outcomes);
    if (parts) return [...parts.map(rowOfPart), ...hiddenRow(id, points, parts)];
    const score = typeof value === 'number' ? Math.min(points, Math.max(0, value)) : points;
    const result = score === points ? 'passed' : `${score} of ${points} points`;
    return [{ test: id, points: `${score} of ${points}`, result }];
  } catch (error) {
    const isPlain = !(error instanceof Error) || /^(?:Error|ExpectationError)$/.test(error.name);
    const text = error instanceof Error ? error.message : String(error);
    const result = isPlain ? text : `${error.name}: ${text}`;
    return [{ test: id, points: `0 of ${points}`, result }];
  }
}

function rowOfPart({ name, score, max, message }: Part): CheckRow {
  return { test: name, points: `${score} of ${max}`, result: message || 'passed' };
}

/** What students do not see is no failure of theirs. */
function hiddenRow(id: string, points: number, parts: readonly Part[]): readonly CheckRow[] {
  const left = points - parts.reduce((sum, { max }) => sum + max, 0);
  if (left < 1e-9) return [];
  const result = 'not checked here: hidden tests run when it is graded';
  return [{ test: `${id}, hidden`, points: `– of ${Number(left.toFixed(6))}`, result }];
}

/** Runs a test, and takes what the library's tests note instead of showing it. */
function hearing<T>(outcomes: unknown[], run: () => Promise<T>): Promise<T> {
  const own = cellContext.getStore();
  if (!own) return run();
  const output = new CellOutput(
    {
      stream: (name, text) => own.print(name, text),
      display: (display, isUpdate) => {
        const outcome = display.data[OUTCOME_TYPE];
        if (outcome === undefined) own.display(display, isUpdate);
        else outcomes.push(outcome);
      },
    },
    (error) => {
      throw error;
    },
  );
  return cellContext.run(output, run).finally(() => output.flush());
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
