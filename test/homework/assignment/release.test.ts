import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { assignmentOf, readAssignment } from '../../../lib/homework/src/assignment/assignment';
import { checkNotebook } from '../../../lib/homework/src/assignment/check-notebook';
import { makeRelease } from '../../../lib/homework/src/assignment/make-release';
import { leaks } from '../../../lib/homework/src/assignment/prove-release';
import { release } from '../../../lib/homework/src/assignment/release';
import { runEveryCell } from '../../../lib/homework/src/assignment/run-every-cell';
import { pointsTable } from '../../../lib/homework/src/commands/points';
import {
  type Cell,
  type Notebook,
  readNotebook,
  sourceOf,
  textOf,
} from '../../../lib/homework/src/notebook';
import { submitNotebook } from '../../../lib/homework/src/submit/submit-notebook';
import { temporaryFolder } from '../../support/temporary-folder';
import { homework } from '../notebooks';
import { code, given, notebook, solution, tests, words } from './sketches';

const folder = temporaryFolder();
const released = join(folder, 'students');
const gradeIdOf = ({ metadata }: Cell) =>
  (metadata.nbgrader as { readonly grade_id?: string } | undefined)?.grade_id;

test('an assignment is made, its points are shown, and it is released', async () => {
  const made = await homework(folder, ['new', 'first-steps']);
  assert.is(made.code, 0, made.stderr);
  const ended = await homework(folder, ['release', 'first-steps.ipynb', '--out', 'students']);
  assert.is(ended.code, 0, ended.stderr);
  assert.match(ended.stdout, /^q1 +1 The logistic loss +1 +1 +0 +2$/m);
  assert.match(ended.stdout, /^q3 +3 In words +0 +0 +1 +2$/m);
  assert.match(ended.stdout, /^total +7$/m);
  assert.equal(readdirSync(released).sort(), ['first-steps.assignment.json', 'first-steps.ipynb']);
  const everything = readdirSync(released)
    .map((name) => readFileSync(join(released, name), 'utf8'))
    .join('\n');
  assert.not.match(everything, /perSample|far from 0|z\.sigmoid\(\)|its logarithm|SOLUTION|HIDDEN/);
  assert.match(everything, "throw new Error('write this: logisticLoss')");
  const points = pointsTable(readAssignment(join(released, 'first-steps.ipynb')));
  assert.match(points, /^q1 +1 The logistic loss +1 +0 +0 +2$/m);
});

/** The released notebook with answers in the place of stubs. */
function handedIn(answers: Readonly<Record<string, string>>): Notebook {
  const base = readNotebook(join(released, 'first-steps.ipynb'));
  const cells = base.cells.map((cell) => ({
    ...cell,
    source: answers[gradeIdOf(cell) ?? ''] ?? sourceOf(cell),
  }));
  return { ...base, cells };
}

const LOSS = `function logisticLoss(z: tf.Tensor, y: tf.Tensor): tf.Scalar {
  return z.softplus().sub(y.mul(z)).mean();
}`;
const GRADIENT = `function gradient(z: tf.Tensor, y: tf.Tensor): tf.Tensor {
  return z.sigmoid().sub(y);
}`;

test('a student is told what was expected and found, and cells that were changed are put back', async () => {
  const path = join(released, 'first-steps.ipynb');
  const before = readFileSync(path, 'utf8');
  const mine = handedIn({ q1: LOSS, q2: GRADIENT, 'q1-tests': 'console.log("passed");' });
  const cells = mine.cells.filter((cell) => gradeIdOf(cell) !== 'q2-tests');
  const handIn = {
    package: 'folder',
    files: [{ from: 'notebook', to: '{name}.ipynb' }],
  };
  const notegrad = { ...mine.metadata.notegrad, handIn };
  writeFileSync(path, JSON.stringify({ ...mine, metadata: { ...mine.metadata, notegrad }, cells }));
  const submit = { name: 'a', out: join(folder, 'mine'), paper: 'a4', timeout: 60 } as const;
  const refused = await submitNotebook(path, submit).catch((error) => error);
  assert.match(refused.message, '- q1-tests was changed: it was put back as it was given');
  assert.match(refused.message, '--repair');
  const first = await homework(folder, ['check', 'students/first-steps.ipynb', '--question', 'q2']);
  assert.is(first.code, 1, first.stderr);
  assert.match(first.stdout, /^q2 +the shape +1\/1 +passed$/m);
  assert.match(
    first.stdout,
    /^q2 +the values +0\/2 +the gradient by number 1 .*: expected 0\.08\d+ ± [.\d]+, found 0\.26\d+$/m,
  );
  assert.match(first.stdout, 'q1-tests was changed');
  assert.match(first.stdout, 'q2-tests was not there');
  assert.not.match(first.stdout, /^q1 /m);
  const repaired = await homework(folder, ['check', 'students/first-steps.ipynb', '--repair']);
  assert.match(
    repaired.stdout,
    'students/first-steps.ipynb was repaired:\n  - q1-tests was changed',
  );
  assert.match(repaired.stdout, /^q1 +q1-tests +2\/2 +passed$/m);
  const now = readNotebook(path);
  assert.equal(now.cells.map(gradeIdOf), mine.cells.map(gradeIdOf));
  assert.is(sourceOf(now.cells.find((cell) => gradeIdOf(cell) === 'q2')!), GRADIENT);
  const q9 = { question: 'q9', profile: 'quick', timeout: 60 } as const;
  const unknown = await checkNotebook(path, q9).catch((error) => error);
  assert.is(unknown.message, 'unknown question: q9 (known: q1, q2, q3)');
  writeFileSync(path, before);
});

test('check() shows a table of a question’s tests in the notebook itself', async () => {
  const base = handedIn({ q1: LOSS, q2: GRADIENT });
  const asked = {
    ...base,
    cells: [...base.cells, code("await check('q2');"), code("await check('q8');")],
  };
  const runs = await runEveryCell(asked, { folder: released, profile: 'quick', timeout: 60 });
  const last = [...runs.values()].slice(-2);
  const shown = JSON.stringify(last[0].outputs);
  assert.is(last[0].status, 'ok', last[0].text);
  assert.match(shown, 'q2: the tests that you see');
  const [{ data }] = last[0].outputs as { data: Record<string, string | readonly string[]> }[];
  assert.is(last[0].outputs.length, 1, 'one table');
  assert.match(textOf(data['text/html']), /<td[^>]*>the shape<\/td><td[^>]*>1 of 1<\/td>/);
  for (const form of ['text/html', 'text/plain']) {
    assert.match(
      textOf(data[form]),
      /the values.*0 of 2.*the gradient by number 1 .*: expected 0\.08\d+ ± [.\d]+, found 0\.26\d+/,
    );
  }
  assert.match(last[1].text, 'unknown question: q8 (known: q1, q2, q3)');
});

test('in the notebook, a part that is hidden is no failure of who sees the others', async () => {
  const own = join(folder, 'parts');
  mkdirSync(own);
  const path = join(own, 'parts.ipynb');
  const cells = [
    given(
      'setup',
      "import assert from 'node:assert/strict';\nimport { check, partialCredit } from 'notegrad';",
    ),
    solution('q1', 'const one = 1;'),
    tests(
      'q1-tests',
      3,
      `await partialCredit({
  'it is one': { points: 1, test: () => assert.equal(one, 1) },
  // BEGIN HIDDEN TESTS
  'it is less than two': { points: 2, test: () => assert.ok(one < 2) },
  // END HIDDEN TESTS
})`,
    ),
  ];
  writeFileSync(path, JSON.stringify(notebook(cells)));
  const { notebook: students } = makeRelease(readAssignment(path));
  const out = join(own, 'students');
  mkdirSync(out);
  writeFileSync(join(out, 'parts.assignment.json'), JSON.stringify(students));
  const solved = students.cells.map((cell) =>
    gradeIdOf(cell) === 'q1' ? { ...cell, source: 'const one = 1;' } : cell,
  );
  const asked = { ...students, cells: [...solved, code("await check('q1');")] };
  const runs = await runEveryCell(asked, { folder: out, profile: 'quick', timeout: 60 });
  const [run] = [...runs.values()].slice(-1);
  const [{ data }] = run.outputs as { data: Record<string, string | readonly string[]> }[];
  const lines = textOf(data['text/plain']).split('\n');
  const found = lines.map((line) => line.trim().replaceAll(/ {2,}/g, ' | '));
  assert.ok(found.includes('it is one | 1 of 1 | passed'), found.join('\n'));
  assert.ok(
    found.includes(
      'q1-tests, hidden | – of 2 | not checked here: hidden tests run when it is graded',
    ),
    found.join('\n'),
  );
});

const write = (name: string, cells: readonly Cell[], notegrad = {}): string => {
  const path = join(folder, `${name}.ipynb`);
  writeFileSync(path, JSON.stringify(notebook(cells, notegrad)));
  return path;
};
const options = {
  out: join(folder, 'out'),
  profile: 'quick',
  timeout: 60,
  trials: 10,
  rate: 0.05,
} as const;
const refusal = (path: string) =>
  release(path, options).then(
    () => 'released',
    (error) => error.message,
  );

test('what cannot be graded is refused, all at once, and nothing is written', async () => {
  const path = write('flawed', [
    words('# Flawed'),
    given('setup', "import { expectAccuracy, partialCredit } from 'notegrad';"),
    code('if (process.cwd() !== process.env.HOME_OF_SOLUTION && !globalThis.process) throw 1;'),
    code("import { readFileSync } from 'node:fs';\nreadFileSync('table.csv');"),
    solution(
      'q1',
      'function f(x: number) {\n  // BEGIN SOLUTION\n  return 2 * x;\n  // END SOLUTION\n}',
    ),
    tests('q1-wrong', 1, 'if (f(1) !== 3) throw new Error("not 3");'),
    tests('q1-nothing', 1, 'typeof f'),
    tests(
      'q1-parts',
      2,
      'await partialCredit({ there: { points: 1, test: () => f }, two: { points: 1, test: () => f(1) } })',
    ),
    tests('q1-steady', 1, 'await expectAccuracy((seed) => f(seed), { atLeast: 1, seeds: 1 });'),
    tests(
      'q1-luck',
      1,
      'await expectAccuracy((seed) => f(seed % 4 === 3 ? 0 : 1), { atLeast: 1, seeds: 1, what: "luck" });',
    ),
    tests('q1-more', 1, 'f(1);\n3'),
  ]);
  writeFileSync(join(folder, 'table.csv'), 'a,b\n');
  const message = await refusal(path);
  const lines = message
    .split('\n')
    .slice(1)
    .map((line: string) => line.trim());
  assert.match(message, 'is not ready for students, so nothing was written:');
  assert.equal(lines, [
    '- cell 6 (q1-wrong): the solution fails it: cell 5, line 1',
    ...lines.slice(
      1,
      lines.findIndex((line: string) => line.includes('q1-more')),
    ),
    '- cell 11 (q1-more): the solution earns 3 of its 1 points',
    '- cell 10 (q1-luck): luck of at least 1 fails the solution in 2 of 10 trials (the lowest is 0)',
    "- cell 4 of the released notebook fails: Error: ENOENT: no such file or directory, open 'table.csv'",
    '- cell 7 (q1-nothing): the stubs earn 1 of 1 points: it tests nothing',
    '- cell 8 (q1-parts), “there”: the stubs earn 1 of 2 points: it tests nothing'.replace(
      'of 2',
      'of 1',
    ),
  ]);
  assert.not.match(message, 'q1-steady');
  assert.not(existsSync(options.out));
});

test('a hidden line in a file of the release is found before anything runs', async () => {
  writeFileSync(
    join(folder, 'helper.ts'),
    'export const one = 1;\n// return 2 * x + secretConstant;\n',
  );
  const path = write('leaking', [
    code("import { one } from './helper';\none;"),
    solution(
      'q1',
      'function f(x: number) {\n  // BEGIN SOLUTION\n  return 2 * x + secretConstant;\n  // END SOLUTION\n}\nconst secretConstant = 1;',
    ),
    tests(
      'q1-tests',
      1,
      'f(1);\n// BEGIN HIDDEN TESTS\nif (f(7) !== 15) throw 1;\n// END HIDDEN TESTS',
    ),
    words('By the way:\nif (f(7) !== 14) throw 1;'),
    { ...words('A copy'), metadata: { note: 'if (f(7) !== 15) throw 1;' } },
  ]);
  const message = await refusal(path);
  assert.match(
    message,
    'helper.ts has a line that cell 2 (q1) hides: return 2 * x + secretConstant;',
  );
  assert.match(
    message,
    'leaking.ipynb has a line that cell 3 (q1-tests) hides: if (f(7) !== 15) throw 1;',
  );
  assert.match(message, 'leaking.assignment.json has a line');
});

test('a short line of a solution that is a part of what students are shown is no leak', () => {
  const assignment = assignmentOf(
    notebook([solution('q1', "const all = [\n  'loss',\n];"), code("['loss', 'accuracy'].length")]),
    join(folder, 'shown.ipynb'),
  );
  const { notebook: students } = makeRelease(assignment);
  const text = students.cells.map(sourceOf).join('\n');
  assert.equal(leaks(assignment, students, new Map([['shown.ipynb', text]])), []);
});

test('a release does not overwrite what is somebody’s, and takes no release for a solution', async () => {
  mkdirSync(join(folder, 'taken'));
  writeFileSync(join(folder, 'taken', 'notes.txt'), '');
  const path = join(folder, 'first-steps.ipynb');
  const taken = await release(path, { ...options, out: join(folder, 'taken') }).catch(
    (error) => error,
  );
  assert.match(taken.message, 'holds what is not released (notes.txt)');
  const own = await release(path, { ...options, out: folder }).catch((error) => error);
  assert.match(own.message, 'holds the solution itself');
  assert.match(
    await refusal(join(released, 'first-steps.ipynb')),
    'is what students get of first-steps',
  );
  assert.match(await refusal(write('plain', [code('1')])), 'there is no question');
  const named = write('named', [solution('q1', '1'), tests('q1-t', 1, 'throw 1')], {
    assignment: { files: ['none.csv'] },
  });
  assert.match(await refusal(named), 'none.csv: no such file');
  const outside = write('outside', [solution('q1', '1')], { assignment: { files: ['../x'] } });
  assert.throws(() => readAssignment(outside), 'paths inside its folder are wanted');
  for (const memory of ['3 GB', 100, 2048.5]) {
    const wrong = write('wrong', [solution('q1', '1')], { assignment: { memory } });
    assert.throws(() => readAssignment(wrong), `256 at least, not ${JSON.stringify(memory)}`);
  }
});

test.run();
