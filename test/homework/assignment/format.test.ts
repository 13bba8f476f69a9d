import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { assignmentOf } from '../../../lib/homework/src/assignment/assignment';
import {
  type CellMarks,
  checksumOf,
  pythonFloat,
} from '../../../lib/homework/src/assignment/cell-marks';
import { regionsOf, withoutRegions } from '../../../lib/homework/src/assignment/regions';
import type { Cell } from '../../../lib/homework/src/notebook';
import { code, given, marked, notebook, solution, task, tests, words, written } from './sketches';

/** Cells, and the checksums that nbgrader 0.9.5 computed of them (`nbgrader.utils.compute_checksum`). */
const golden: readonly {
  readonly source: string;
  readonly cell_type: Cell['cell_type'];
  readonly nbgrader: CellMarks;
  readonly checksum: string;
}[] = JSON.parse(readFileSync(join(__dirname, 'nbgrader-checksums.json'), 'utf8'));

const refusal = (cells: readonly Cell[]): string => {
  try {
    assignmentOf(notebook(cells), 'a.ipynb');
  } catch (error) {
    return (error as Error).message;
  }
  return 'nothing was refused';
};

test('checksums are those that nbgrader 0.9.5 computed', () => {
  for (const { source, cell_type, nbgrader, checksum } of golden) {
    const found = checksumOf(source, cell_type, nbgrader);
    assert.is(found, checksum, JSON.stringify(nbgrader));
  }
});

test('numbers are written as Python writes floats', () => {
  const python = spawnSync('/usr/bin/python3', ['-V']).status === 0;
  if (!python) return console.log('skipped: there is no /usr/bin/python3');
  const values = Array.from({ length: 400 }, (_, i) => 10 ** ((i % 40) - 15) * (i * 0.731 + 1 / 3));
  const { stdout } = spawnSync(
    '/usr/bin/python3',
    ['-c', 'import json, sys\nfor x in json.load(sys.stdin): print(float(x))'],
    { input: JSON.stringify([...values, 0, 1, 2.5, 1e16, 1e15, 1e-4, 1e-5]), encoding: 'utf8' },
  );
  assert.equal(
    [...values, 0, 1, 2.5, 1e16, 1e15, 1e-4, 1e-5].map(pythonFloat),
    stdout.trim().split('\n'),
  );
});

test('an instructor’s notebook is understood: questions, points, tests visible and hidden', () => {
  const assignment = assignmentOf(
    notebook([
      words('# Homework\n## 1 Squares'),
      given('setup', "import { tf } from 'notegrad';"),
      solution('q1', '// BEGIN SOLUTION\nconst f = 1;\n// END SOLUTION'),
      code('f'),
      solution('q1-more', 'const g = 2;'),
      tests('q1-tests', 2, 'f;\n// BEGIN HIDDEN TESTS: large values\ng;\n// END HIDDEN TESTS'),
      tests('other', 1, '// BEGIN HIDDEN TESTS\ng;\n// END HIDDEN TESTS'),
      words('## 2 Words'),
      written('q2', 3, 'Because.'),
      task('q3', 4, 'Draw.\n=== BEGIN MARK SCHEME ===\nAxes: 1\n=== END MARK SCHEME ==='),
    ]),
    'folder/hw.ipynb',
  );
  assert.is(assignment.name, 'hw');
  assert.is(assignment.points, 10);
  const rows = assignment.questions.map((one) => [
    one.id,
    one.title,
    one.points,
    one.solutions.map(({ id }) => id),
    one.tests.map(({ id, hasVisible, hidden }) => [id, hasVisible, hidden.map(({ note }) => note)]),
    one.manual.map(({ id }) => id),
  ]);
  const q1 = [
    ['q1-tests', true, ['large values']],
    ['other', false, ['']],
  ];
  assert.equal(rows, [
    ['q1', '1 Squares', 3, ['q1', 'q1-more'], q1, []],
    ['q2', '2 Words', 3, [], [], ['q2']],
    ['q3', '2 Words', 4, [], [], ['q3']],
  ]);
  const released = Object.fromEntries(assignment.cells.map((cell) => [cell.id, cell.released]));
  assert.is(released['q1-tests'], 'f;');
  assert.is(released.q3, 'Draw.');
  assert.not.match(Object.values(released).join('\n'), /const|Because|Axes/);
});

test('wrong marks are refused, each with its line', () => {
  const flaws = (source: string) => regionsOf(source).flaws.join('; ');
  const begin = '// BEGIN SOLUTION';
  const end = '// END SOLUTION';
  assert.match(
    flaws(`${begin}\n${begin}\n${end}`),
    'line 2 (// BEGIN SOLUTION): stands inside of what line 1',
  );
  assert.match(flaws(`${begin}\n// BEGIN HIDDEN TESTS\n${end}`), 'line 2');
  assert.match(flaws(`${begin}\nx`), 'line 1: BEGIN SOLUTION is never ended');
  assert.match(flaws(`${begin}\n${end}\n${end}`), 'line 3 (// END SOLUTION): nothing that it ends');
  assert.match(flaws(`${begin}\n// END HIDDEN TESTS\n${end}`), 'line 2');
  assert.match(flaws(`f(); ${begin}\n${end}`), 'on a line of its own');
  assert.match(flaws(`${begin} ${end}`), 'on a line of its own');
  const misspelt = [
    '// Begin Solution',
    '// BEGIN SOLUTIONS?',
    '### END HIDDEN-TESTS',
    '// begin_solution',
  ];
  for (const line of misspelt.filter((line) => !line.includes('BEGIN SOLUTION'))) {
    assert.match(flaws(line), 'unknown mark (known: BEGIN SOLUTION,', line);
  }
  assert.is(
    flaws('A solution begins with hidden tests.\n### BEGIN SOLUTION\n### END SOLUTION'),
    '',
  );
});

test('several regions of a cell are taken out, and the rest stays as it is', () => {
  const source =
    'a\n// BEGIN SOLUTION\nb\n// END SOLUTION\nc\n  // BEGIN SOLUTION\n  // END SOLUTION\nd';
  const { regions } = regionsOf(source);
  assert.equal(
    regions.map(({ begin, end, lines }) => [begin, end, lines]),
    [
      [1, 3, ['b']],
      [5, 6, []],
    ],
  );
  assert.is(withoutRegions(source, regions), 'a\nc\nd');
  assert.is(
    withoutRegions(source, regions, ({ begin }) => [`${begin}`]),
    'a\n1\nc\n5\nd',
  );
});

test('what nbgrader could not grade is refused, each with its cell', () => {
  const wrong: readonly [Cell, string][] = [
    [marked('', { grade_id: 'q', grade: true }), 'invalid points: none'],
    [marked('', { grade_id: 'q', grade: true, points: -1 }), 'invalid points: -1'],
    [marked('', { grade_id: 'q', grade: true, points: '2' }), 'invalid points: "2"'],
    [marked('', { solution: true }), 'invalid grade_id: none'],
    [marked('', { solution: true, grade_id: 'a b' }), 'invalid grade_id: "a b"'],
    [marked('', { solution: 1, grade_id: 'q' }), 'solution is true or false, not 1'],
    [
      marked('', { solution: true, grade_id: 'q', hint: 'x' }),
      'unknown key of nbgrader’s metadata: hint',
    ],
    [
      marked('', { solution: true, grade_id: 'q', schema_version: 2 }),
      'schema 2 of nbgrader (known: 3',
    ],
    [marked('', { solution: true, grade_id: 'q', schema_version: 4 }), 'schema 4'],
    [marked('', { solution: true, grade_id: 'q', schema_version: undefined }), 'schema 0'],
    [marked('', { task: true, grade_id: 'q', points: 1 }), 'a task is Markdown'],
    [{ ...written('q', 1, ''), metadata: tests('q', 1, '').metadata }, 'tests are code'],
    [{ ...written('q', 1, ''), metadata: solution('q', '').metadata }, 'is marked by hand'],
    [code('// BEGIN SOLUTION\n// END SOLUTION'), 'holds a solution and is not marked as one'],
    [
      tests('q', 1, '// BEGIN SOLUTION\n// END SOLUTION'),
      'holds a solution and is not marked as one',
    ],
    [solution('q', '// BEGIN HIDDEN TESTS\n// END HIDDEN TESTS'), 'is no test cell'],
    [written('q', 1, 'BEGIN MARK SCHEME\nEND MARK SCHEME'), 'is no task'],
    [task('q', 1, 'BEGIN MARK SCHEME\n![](attachment:a.png)\nEND MARK SCHEME'), 'has a picture'],
    [{ ...code(''), metadata: { nbgrader: [] } }, 'metadata.nbgrader is not an object'],
  ];
  for (const [cell, message] of wrong) {
    assert.match(refusal([words('#'), cell]).replaceAll("'", '’'), message);
    assert.match(refusal([words('#'), cell]), /\n {2}- cell 2( \(|:)/);
  }
  const twice = [solution('q', ''), words(''), tests('q', 1, '')];
  assert.match(refusal(twice), 'cell 3 (q): cell 1 has the same grade_id');
  const both = refusal([marked('', { grade_id: 'a', grade: true }), code('// BEGIN SOLUTION')]);
  assert.match(both, 'cell 1 (a): invalid points');
  assert.match(both, 'cell 2: line 1: BEGIN SOLUTION is never ended');
});

test('a cell that nbgrader unmarked, with all flags off, is an ordinary one', () => {
  const assignment = assignmentOf(
    notebook([marked('1', { grade_id: 'was' }), code('2')]),
    'a.ipynb',
  );
  assert.equal(assignment.cells, []);
});

test.run();
