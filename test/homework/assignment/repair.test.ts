import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Assignment, assignmentOf } from '../../../lib/homework/src/assignment/assignment';
import { repair } from '../../../lib/homework/src/assignment/repair';
import { type Cell, type Notebook, sourceOf } from '../../../lib/homework/src/notebook';
import { code, given, notebook, solution, task, tests, words, written } from './sketches';

const HIDDEN = '// BEGIN HIDDEN TESTS\nsecret();\n// END HIDDEN TESTS';
const source = notebook([
  words('# Homework'),
  given('setup', 'const given = 1;'),
  words('## 1'),
  solution('q1', 'const answer = 42;'),
  tests('q1-tests', 2, `visible1();\n${HIDDEN}`),
  words('## 2'),
  solution('q2', 'function f() {}'),
  tests('q2-a', 1, 'visible2();'),
  tests('q2-b', 1, HIDDEN),
  written('q3', 3, 'The model answer.'),
  task('q4', 4, 'Draw it.\n### BEGIN MARK SCHEME\nfor the mark\n### END MARK SCHEME'),
  code('given + 1;'),
]);
const assignment = assignmentOf(source, 'hw.ipynb');

/** The notebook that a student made of the release: each solution is written. */
const handedIn: Notebook = {
  ...source,
  cells: source.cells.map((cell, index) => {
    const found = assignment.cells.find((one) => one.index === index);
    if (!found) return cell;
    const isOwn = found.role === 'solution' || found.role === 'written';
    return { ...cell, source: isOwn ? `my ${found.id}` : found.released };
  }),
};

const at = (id: string) => assignment.cells.find((cell) => cell.id === id)!.index;
const sources = (cells: readonly Cell[]) => cells.map(sourceOf);
const kinds = ({ cells }: Notebook | { cells: readonly Cell[] }) =>
  repair({ ...handedIn, cells }, assignment).repairs.map(({ kind, cell }) => `${cell} ${kind}`);
const without = (id: string) => handedIn.cells.filter((_, index) => index !== at(id));
const withCell = (id: string, change: (cell: Cell) => readonly Cell[]) =>
  handedIn.cells.flatMap((cell, index) => (index === at(id) ? change(cell) : [cell]));

test('a notebook that is as it was released stays so, and gets the hidden tests for grading', () => {
  const same = repair(handedIn, assignment);
  assert.equal(same.repairs, []);
  assert.equal(sources(same.notebook.cells), sources(handedIn.cells));
  const full = repair(handedIn, assignment, { tests: 'all' });
  assert.equal(full.repairs, []);
  assert.match(sourceOf(full.notebook.cells[at('q1-tests')]), 'secret();');
  assert.is(sourceOf(full.notebook.cells[at('q1')]), 'my q1');
  assert.not.match(sources(full.notebook.cells).join('\n'), 'model answer');
});

test('each damage is named, and undone', () => {
  const edited = withCell('q1-tests', (cell) => [{ ...cell, source: '// passed' }]);
  assert.equal(kinds({ cells: edited }), ['q1-tests changed']);
  assert.equal(
    kinds({ cells: withCell('setup', (cell) => [{ ...cell, source: 'const given = 2;' }]) }),
    ['setup changed'],
  );
  assert.equal(kinds({ cells: without('q2-a') }), ['q2-a missing']);
  assert.equal(kinds({ cells: without('q1') }), ['q1 missing']);
  const asWords = withCell('q1', ({ outputs: _, execution_count: __, ...cell }) => [
    { ...cell, cell_type: 'markdown' },
  ]);
  assert.equal(kinds({ cells: asWords }), ['q1 type']);
  const back = repair({ ...handedIn, cells: asWords }, assignment).notebook.cells[at('q1')];
  assert.is(back.cell_type, 'code');
  assert.equal(back.outputs, []);
  const worth = withCell('q2-a', (cell) => [
    { ...cell, metadata: { nbgrader: { ...(cell.metadata.nbgrader as object), points: 100 } } },
  ]);
  assert.equal(kinds({ cells: worth }), ['q2-a marks']);
  const lost = withCell('q2-a', (cell) => [{ ...cell, metadata: {} }]);
  assert.equal(kinds({ cells: lost }), ['q2-a marks']);
  const renamed = withCell('q1', (cell) => [
    {
      ...cell,
      metadata: { nbgrader: { ...(cell.metadata.nbgrader as object), grade_id: 'mine' } },
    },
  ]);
  assert.equal(kinds({ cells: renamed }).sort(), ['mine unknown', 'q1 marks']);
});

test('copies and pieces: tests stand there once, code all runs, and no written word is lost', () => {
  assert.equal(kinds({ cells: withCell('q2-a', (cell) => [cell, cell]) }), ['q2-a copied']);
  const splitTest = withCell('q1-tests', (cell) => [
    { ...cell, source: 'visible1();' },
    { ...cell, source: 'more();' },
  ]);
  assert.equal(kinds({ cells: splitTest }), ['q1-tests copied']);
  const split = withCell('q1', (cell) => [
    { ...cell, source: 'const a = 1;' },
    { ...cell, source: 'const b = a;' },
  ]);
  const repaired = repair({ ...handedIn, cells: split }, assignment);
  assert.equal(
    repaired.repairs.map(({ kind }) => kind),
    ['split'],
  );
  assert.equal(sources(repaired.notebook.cells), sources(split));
  assert.is(
    new Set(repaired.notebook.cells.map(({ id }) => id)).size,
    split.length,
    'ids are unique',
  );
  const words = withCell('q3', (cell) => [
    { ...cell, source: 'First,' },
    { ...cell, source: 'then.' },
    { ...cell, source: 'YOUR ANSWER HERE' },
  ]);
  const joined = repair({ ...handedIn, cells: words }, assignment).notebook.cells;
  assert.is(sourceOf(joined[at('q3')]), 'First,\n\nthen.');
});

test('of a solution that was copied behind its tests, the one that they test is taken', () => {
  const copied = [...handedIn.cells, { ...handedIn.cells[at('q1')], source: 'late' }];
  const { notebook: repaired } = repair({ ...handedIn, cells: copied }, assignment);
  const marked = repaired.cells.filter(({ metadata }) => metadata.nbgrader).map(sourceOf);
  assert.ok(marked.includes('my q1'));
  assert.not(marked.includes('late'));
  assert.is(sourceOf(repaired.cells.at(-1)!), 'late');
});

test('tests that were moved before what they test go back behind it', () => {
  const moved = without('q1-tests');
  moved.unshift(handedIn.cells[at('q1-tests')]);
  const { notebook: repaired, repairs } = repair({ ...handedIn, cells: moved }, assignment);
  assert.equal(
    repairs.map(({ kind, cell }) => `${cell} ${kind}`),
    ['q1-tests moved'],
  );
  assert.equal(sources(repaired.cells), sources(handedIn.cells));
});

test('a cell that lost its marks and its id is known by its text', () => {
  const lost = withCell('q1-tests', ({ id: _, ...cell }) => [{ ...cell, metadata: {} }]);
  assert.equal(kinds({ cells: lost }), ['q1-tests marks']);
});

function isOfGiven({ metadata: { nbgrader } }: Cell): boolean {
  const { grade_id } = (nbgrader ?? {}) as { readonly grade_id?: unknown };
  const reference = assignment.cells.find(({ id }) => id === grade_id);
  return reference !== undefined && reference.role !== 'solution' && reference.role !== 'written';
}

/** Numbers that look random and are the same in every run. */
function* numbers(seed: number): Generator<number, never> {
  let state = seed * 2654435761 + 1;
  for (;;) {
    state = (Math.imul(state ^ (state >>> 15), 2246822519) + 3266489917) | 0;
    yield (state >>> 0) / 2 ** 32;
  }
}

function damaged(cells: readonly Cell[], random: Generator<number, never>): Cell[] {
  const pick = (count: number) => Math.floor(random.next().value * count);
  const after = [...cells];
  for (let i = 0; i <= pick(6); i++) {
    const index = pick(after.length);
    const cell = after[index];
    if (cell === undefined) break;
    const text = sourceOf(cell);
    const damage: readonly (() => void)[] = [
      () => after.splice(index, 1),
      () => after.splice(pick(after.length), 0, { ...cell }),
      () =>
        after.splice(
          index,
          1,
          { ...cell, source: text.slice(0, 4) },
          { ...cell, source: text.slice(4) },
        ),
      () => after.splice(index, 1, { ...cell, source: `${text}\nmore` }),
      () => after.splice(pick(after.length), 0, ...after.splice(index, 1)),
      () => after.splice(index, 1, { ...cell, metadata: {} }),
      () =>
        after.splice(index, 1, { ...cell, metadata: { nbgrader: { grade_id: 7, grade: 'yes' } } }),
      () => after.splice(index, 1, { ...cell, metadata: after[pick(after.length)].metadata }),
      () => {
        const { outputs: _, execution_count: __, ...rest } = cell;
        after.splice(index, 1, { ...rest, cell_type: (['markdown', 'raw'] as const)[pick(2)] });
      },
      () =>
        after.splice(index, 1, {
          cell_type: 'code',
          source: 'own',
          metadata: {},
          outputs: [],
          execution_count: null,
        }),
    ];
    damage[pick(damage.length)]();
  }
  return after;
}

function refuseWrong(repaired: Notebook, { cells, questions }: Assignment, what: string): void {
  const again = assignmentOf(repaired, what);
  const ids = again.cells.map(({ id }) => id);
  assert.equal([...ids].sort(), cells.map(({ id }) => id).sort(), what);
  for (const { id, role, cell, source: whole } of cells) {
    const found = again.cells.find((one) => one.id === id)!;
    assert.is(found.role, role, what);
    assert.is(found.cell.cell_type, cell.cell_type, what);
    if (role !== 'solution' && role !== 'written') assert.is(found.source, whole, what);
  }
  const fixed = ids.filter(
    (id) => !cells.some((cell) => cell.id === id && cell.role === 'solution'),
  );
  for (const { solutions, tests: own } of questions) {
    for (const one of own) {
      const isBehind = solutions.some(({ id }) => ids.indexOf(id) < ids.indexOf(one.id));
      assert.ok(isBehind, `${what}: ${one.id} stands behind a solution`);
    }
  }
  const order = cells.map(({ id }) => id).filter((id) => fixed.includes(id) && id !== 'q3');
  assert.equal(
    fixed.filter((id) => id !== 'q3'),
    order,
    what,
  );
}

test('whatever happens to a notebook, it is put back, no word is lost, and twice changes nothing', () => {
  for (let seed = 0; seed < 400; seed++) {
    const cells = damaged(handedIn.cells, numbers(seed));
    const before = JSON.stringify(cells);
    const submission = { ...handedIn, cells };
    const { notebook: repaired, repairs } = repair(submission, assignment, { tests: 'all' });
    assert.is(JSON.stringify(cells), before, 'the submission itself is not changed');
    refuseWrong(repaired, assignment, `seed ${seed}`);
    const twice = repair(repaired, assignment, { tests: 'all' });
    assert.equal(twice.repairs, [], `seed ${seed}`);
    assert.equal(twice.notebook, repaired, `seed ${seed}`);
    const all = sources(repaired.cells).join('\n');
    for (const text of ['my q1', 'my q2', 'my q3', 'own']) {
      // What is written into a cell of tests goes with it.
      const isThere = cells.some((cell) => sourceOf(cell).trim() === text && !isOfGiven(cell));
      if (isThere) assert.ok(all.includes(text), `seed ${seed}: ${text}`);
    }
    const isWhole = JSON.stringify(sources(cells)) === JSON.stringify(sources(handedIn.cells));
    if (repairs.length === 0 && !isWhole) {
      assert.ok(
        sources(cells).every((one) => all.includes(one)),
        `seed ${seed}: nothing is hushed up`,
      );
    }
  }
});

test.run();
