import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { runEveryCell } from '../../../lib/homework/src/assignment/run-every-cell';
import { temporaryFolder } from '../../support/temporary-folder';
import { code, notebook, words } from './sketches';

const options = { folder: temporaryFolder(), profile: 'quick', timeout: 3 } as const;

test('cells behind one that throws, has wrong types or never ends are run all the same', async () => {
  const cells = [
    words('# A'),
    code('const a = 1;'),
    code('throw new Error("no");'),
    code('const b: string = a;'),
    code(' '),
    code('for (;;) {}'),
    code('await new Promise(() => {});'),
    code(
      'setTimeout(() => { throw new Error("late"); }, 10); await new Promise((r) => setTimeout(r, 200));',
    ),
    code('console.log(process.env.SEED); a + 1'),
  ];
  const runs = await runEveryCell(notebook(cells), { ...options, environment: { SEED: '7' } });
  assert.equal(
    [...runs].map(([index, { status }]) => [index, status]),
    [
      [1, 'ok'],
      [2, 'error'],
      [3, 'error'],
      [5, 'timeout'],
      [6, 'timeout'],
      [7, 'error'],
      [8, 'ok'],
    ],
  );
  assert.match(runs.get(2)!.text, 'Error: no');
  assert.match(runs.get(3)!.text, "not assignable to type 'string'");
  assert.is(runs.get(5)!.text, '3 seconds');
  assert.equal(
    runs.get(8)!.outputs.map(({ output_type }) => output_type),
    ['stream', 'execute_result'],
  );
});

test('a cell that nbgrader put back runs, and its errors are in their lines', async () => {
  const restored = '# This cell (id:q1) was missing. It was added back by nbgrader.\n\n';
  const cells = [`${restored}1 + 1`, `${restored}throw new Error("no");`, '1;\n# 2'];
  const runs = await runEveryCell(notebook(cells.map(code)), options);
  const [sum, thrown, other] = runs.values();
  assert.match(JSON.stringify(sum.outputs), '"text/plain":["2"]');
  assert.match(thrown.text, 'cell 2, line 3');
  assert.is(other.status, 'error');
});

test('what stands behind a kernel that died was not run', async () => {
  const cells = ['1', 'process.kill(process.pid, "SIGKILL"); await new Promise(() => {});', '2'];
  const runs = await runEveryCell(notebook(cells.map(code)), options);
  assert.equal(
    [...runs.values()].map(({ status }) => status),
    ['ok', 'died', 'not-run'],
  );
});

test('a whole notebook has a limit: what ran stays, and what did not says which limit it met', async () => {
  const limit = { seconds: 8, signal: AbortSignal.timeout(8000) };
  const cells = ['1', 'for (;;) {}', '2'].map(code);
  const runs = await runEveryCell(notebook(cells), { ...options, timeout: 60, limit });
  assert.equal(
    [...runs.values()].map(({ status, limit: met }) => [status, met]),
    [
      ['ok', undefined],
      ['timeout', 'notebook'],
      ['not-run', 'notebook'],
    ],
  );
  assert.is(runs.get(1)!.text, '8 seconds for the whole notebook');
});

test.run();
