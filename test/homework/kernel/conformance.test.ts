import { type Runtime, Session } from 'node:inspector';
import { inspect } from 'node:util';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CellTypes } from '../../../lib/homework/src/kernel/cell-types';
import { evaluateCell } from '../../../lib/homework/src/kernel/evaluate-cell';
import { Scope } from '../../../lib/homework/src/kernel/scope';
import { packageFolder } from '../../../lib/homework/src/project';
import { asJavaScript, asTypeScript, type RandomProgram, randomProgram } from './random-programs';

const PROGRAMS = 5000;
const TOGETHER = 250;
/** Batches that are cells of one notebook. */
const NOTEBOOK = 4;

/** What programs say, by program. */
type Logs = Map<number, string[]>;

/** What programs call: the same functions for both evaluations, with logs of their own. */
function helpers(ids: readonly number[], logs: Logs): Record<string, unknown> {
  const show = (value: unknown) => inspect(value, { depth: 6 });
  const attempt = (f: () => unknown) => {
    try {
      return f();
    } catch (error) {
      return `${(error as Error).name}`;
    }
  };
  const same = (value: unknown) => value;
  const own = ids.map((id) => {
    logs.set(id, []);
    return [`log${id}`, (...values: unknown[]) => logs.get(id)!.push(values.map(show).join(' '))];
  });
  return Object.fromEntries([...own, ['show', show], ['attempt', attempt], ['same', same]]);
}

/** Cells of many programs side by side: the first cells of all, the second of all, and so on. */
function sideBySide(programs: readonly RandomProgram[]): readonly string[] {
  const length = Math.max(...programs.map(({ cells }) => cells.length));
  return Array.from({ length }, (_, i) =>
    programs.flatMap(({ cells }) => cells[i] ?? []).join('\n'),
  );
}

const scope = new Scope();
const surroundings = {
  scope,
  require,
  folder: packageFolder,
  import: () => Promise.reject(new Error('no module is imported here')),
};

let types: CellTypes;
let batch = 0;
let number = 0;

async function inOurKernel(cells: readonly string[], ids: readonly number[]): Promise<Logs> {
  if (batch++ % NOTEBOOK === 0) types = new CellTypes(packageFolder, packageFolder);
  const logs: Logs = new Map();
  for (const [name, value] of Object.entries(helpers(ids, logs))) scope.declare(name, value);
  const known = [
    ...ids.map((id) => `declare const log${id}: (...values: unknown[]) => void;`),
    'declare const show: (value: unknown) => string;',
    'declare const same: (value: unknown) => any;',
    'declare const attempt: (f: () => unknown) => any;',
  ];
  for (const [index, cell] of [known.join('\n'), ...cells.map(asTypeScript)].entries()) {
    const { complaints, compiled } = types.check(++number, cell);
    const [first] = complaints;
    if (first) {
      throw new Error(`${first.message} in:\n${cell.split('\n')[first.line - 1]}`);
    }
    if (index > 0) await evaluateCell(compiled!, `cell ${index}`, surroundings).ended;
    types.accept(() => true);
  }
  return logs;
}

/** Node's own way of typing a program in line by line. */
async function inNodesRepl(cells: readonly string[], ids: readonly number[]): Promise<Logs> {
  const logs: Logs = new Map();
  const session = new Session();
  session.connect();
  Object.assign(globalThis, helpers(ids, logs));
  for (const cell of cells.map(asJavaScript)) {
    // Names of its own beside ours; `this` of the top level is the global object there.
    const own = cell.replaceAll(/_(\d+)\b/g, 'Q$1').replaceAll('this === undefined', 'true');
    const expression = `'use strict';${own}`;
    await new Promise<void>((resolve, reject) => {
      const evaluation = { expression, replMode: true, awaitPromise: true };
      const onAnswer = (error: Error | null, answer: Runtime.EvaluateReturnType) => {
        const { exceptionDetails: thrown } = answer ?? {};
        if (error) reject(error);
        else if (thrown) reject(new Error(thrown.exception?.description ?? thrown.text));
        else resolve();
      };
      session.post('Runtime.evaluate', evaluation, onAnswer);
    });
  }
  session.disconnect();
  for (const [id, said] of logs)
    logs.set(
      id,
      said.map((text) => text.replaceAll('Q', '_')),
    );
  return logs;
}

test(`${PROGRAMS} random programs say the same as in Node's REPL mode`, async () => {
  const different: string[] = [];
  for (let first = 0; first < PROGRAMS; first += TOGETHER) {
    const ids = Array.from({ length: TOGETHER }, (_, i) => first + i);
    const programs = ids.map(randomProgram);
    const cells = sideBySide(programs);
    const expected = await inNodesRepl(cells, ids);
    const actual = await inOurKernel(cells, ids);
    for (const [i, id] of ids.entries()) {
      assert.ok(expected.get(id)!.length > 0);
      if (expected.get(id)!.join('\n') === actual.get(id)!.join('\n')) continue;
      different.push(
        [
          asJavaScript(programs[i].cells.join('\n⏎\n')),
          `expected:\n${expected.get(id)!.join('\n')}`,
          `actual:\n${actual.get(id)!.join('\n')}`,
        ].join('\n\n'),
      );
    }
  }
  assert.is(different.length, 0, `${different.length} differ; the first:\n${different[0]}`);
});

test.run();
