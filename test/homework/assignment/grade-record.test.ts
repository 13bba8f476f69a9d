import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { assignmentOf, isTestCell } from '../../../lib/homework/src/assignment/assignment';
import {
  type GradeRecord,
  gradeRecordOf,
  readGradeRecord,
  writeGradeRecord,
} from '../../../lib/homework/src/assignment/grade-record';
import type { CellRun } from '../../../lib/homework/src/assignment/run-every-cell';
import { testGradesOf } from '../../../lib/homework/src/assignment/test-grades';
import { temporaryFolder } from '../../support/temporary-folder';
import { notebook, solution, tests } from './sketches';

const RECORD: GradeRecord = {
  version: 1,
  assignment: 'hw',
  student: 'ada',
  file: 'ada.ipynb',
  sha256: 'abc',
  points: null,
  max: 5,
  questions: [
    {
      id: 'q1',
      title: 'One',
      points: 1.5,
      max: 2,
      tests: [
        {
          name: 'q1-tests',
          cell: 'q1-tests',
          visible: false,
          where: 'notebook',
          score: 1.5,
          max: 2,
          status: 'failed',
          message: { public: 'a hidden test fails', private: 'expected 1, found 2' },
          seconds: 0.1,
        },
      ],
      manual: [],
    },
    {
      id: 'q2',
      title: 'Two',
      points: null,
      max: 3,
      tests: [],
      manual: [{ cell: 'q2', score: null, max: 3, comment: '' }],
    },
  ],
  repairs: [{ kind: 'changed', cell: 'q1-tests', message: 'was changed' }],
  failures: [{ kind: 'student', question: null, message: 'cell 3 fails' }],
  runtime: { startedAt: '2026-11-25T23:55:00.000Z', seconds: 4, confined: false },
};

test('a record is what it was once it was written and read', () => {
  const path = join(temporaryFolder(), 'ada.json');
  writeGradeRecord(path, RECORD);
  assert.equal(readGradeRecord(path), RECORD);
});

test('a record with any field missing, foreign or of another kind is refused by its place', () => {
  const refused = (change: (record: Record<string, never>) => void): string => {
    const copy = JSON.parse(JSON.stringify(RECORD));
    change(copy);
    try {
      gradeRecordOf(copy, 'ada.json');
    } catch (error) {
      return (error as Error).message;
    }
    return 'nothing was refused';
  };
  for (const key of Object.keys(RECORD)) {
    const message = refused((record) => delete record[key]);
    assert.match(message, `ada.json.${key}: `, key);
  }
  const at = (path: string, value: unknown) =>
    refused((record) => {
      const names = path.split('.');
      const last = names.pop()!;
      const holder = names.reduce<Record<string, unknown>>(
        (inner, name) => inner[name] as Record<string, unknown>,
        record,
      );
      holder[last] = value;
    });
  assert.is(
    at('grade', 'A'),
    'ada.json: unknown field: grade (known: version, assignment, student, file, sha256, points, max, questions, repairs, failures, runtime)',
  );
  assert.match(at('version', 2), 'ada.json.version: unknown value: 2 (known: 1)');
  assert.match(
    at('questions.0.tests.0.status', 'ok'),
    'ada.json.questions[0].tests[0].status: unknown value: "ok"',
  );
  assert.match(at('questions.0.tests.0.score', -1), 'a number from 0 is wanted, not -1');
  assert.match(at('questions.0.tests.0.score', '1.5'), 'a number from 0 is wanted, not "1.5"');
  assert.match(at('failures.0.kind', 'mine'), 'known: student, infrastructure');
  assert.is(
    at('questions.0.points', 2),
    'ada.json: points of q1: 2 stands there, and the parts make 1.5',
  );
  assert.is(at('points', 1.5), 'ada.json: points: 1.5 stands there, and the parts make null');
  assert.is(at('max', 4), 'ada.json: max: 4 stands there, and the parts make 5');
  assert.throws(() => readGradeRecord('/no/such/file.json'), 'no such file');
});

const SECRET = 'expected 15, found 14';
const assignment = assignmentOf(
  notebook([
    solution('q1', ''),
    tests('q1-tests', 2, 'f(1);\n// BEGIN HIDDEN TESTS: large values\nf(7);\n// END HIDDEN TESTS'),
  ]),
  'hw.ipynb',
);
const cell = assignment.cells.find(isTestCell)!;
const run = (part: Partial<CellRun>): CellRun => ({
  status: 'ok',
  text: '',
  seconds: 1,
  outputs: [],
  ...part,
});
const failing = (line: number): CellRun =>
  run({
    status: 'error',
    text: `cell 2, line ${line}\n  > f(7);\n\nExpectationError: ${SECRET}`,
    outputs: [{ output_type: 'error', ename: 'ExpectationError', evalue: SECRET, traceback: [] }],
  });
const result = (value: string): CellRun =>
  run({
    outputs: [{ output_type: 'execute_result', data: { 'text/plain': [value] }, metadata: {} }],
  });

test('a test earns all, nothing, or the number that is its value, as nbgrader has it', () => {
  const scores = (one: CellRun | undefined) =>
    testGradesOf(cell, one).map(({ score, status }) => `${score} ${status}`);
  assert.equal(scores(run({})), ['2 passed']);
  assert.equal(scores(result('1.5')), ['1.5 failed']);
  assert.equal(scores(result('2')), ['2 passed']);
  assert.equal(scores(result('0')), ['0 failed']);
  assert.equal(scores(result('7')), ['2 passed']);
  assert.equal(scores(result('-1')), ['0 failed']);
  assert.equal(scores(result("'fine'")), ['2 passed']);
  assert.equal(scores(failing(1)), ['0 failed']);
  assert.equal(scores(run({ status: 'error', text: 'TypeError' })), ['0 error']);
  assert.equal(scores(run({ status: 'timeout', text: '3 seconds' })), ['0 timeout']);
  assert.equal(scores(run({ status: 'not-run' })), ['0 not-run']);
  assert.equal(scores(undefined), ['0 not-run']);
});

test('who has no time left reads so, and not that a hidden test failed', () => {
  const messageOf = (one: CellRun) => testGradesOf(cell, one)[0].message.public;
  assert.match(messageOf(run({ status: 'timeout', text: '3 seconds' })), 'time limit of 3 seconds');
  assert.match(messageOf(run({ status: 'not-run' })), 'was not run');
  assert.match(
    messageOf(run({ status: 'not-run', limit: 'notebook', text: '9 seconds for all' })),
    'was not run to its end: there were 9 seconds for all',
  );
});

test('what a hidden test expected and found is for staff alone', () => {
  const [visible] = testGradesOf(cell, failing(1));
  assert.equal([visible.visible, visible.message.public], [true, SECRET]);
  const [hidden] = testGradesOf(cell, failing(3));
  assert.equal(
    [hidden.visible, hidden.message.public],
    [false, 'a hidden test fails (large values)'],
  );
  assert.match(hidden.message.private, SECRET);
  const [unplaced] = testGradesOf(cell, run({ status: 'timeout', text: '3 seconds' }));
  assert.is(unplaced.message.public, 'ran longer than its time limit of 3 seconds');
});

test('named parts are graded by themselves, where their points are those of the cell', () => {
  const parts = (second: number): CellRun =>
    run({
      outputs: [
        {
          output_type: 'display_data',
          data: {
            'application/vnd.notegrad.test+json': {
              parts: [
                { name: 'f(1)', score: 1, max: 1, message: '' },
                { name: 'secret', score: 0, max: second, message: SECRET },
              ],
            },
          },
        },
      ],
    });
  const seen = testGradesOf(cell, parts(0.5), { isReleased: true });
  assert.equal(
    seen.map(({ name, score, max, status }) => [name, score, max, status]),
    [
      ['f(1)', 1, 1, 'passed'],
      ['hidden test 2', 0, 0.5, 'failed'],
    ],
    'students see those that they have; the rest is hidden',
  );
  const grades = testGradesOf(cell, parts(1));
  assert.equal(
    grades.map(({ name, visible, score, max, status, message }) => [
      name,
      visible,
      score,
      max,
      status,
      message.public,
    ]),
    [
      ['f(1)', true, 1, 1, 'passed', ''],
      ['hidden test 2', false, 0, 1, 'failed', 'a hidden test fails (large values)'],
    ],
  );
  assert.is(grades[1].message.private, `secret: ${SECRET}`);
  assert.equal(
    testGradesOf(cell, parts(40)).map(({ name }) => name),
    ['q1-tests'],
    'made up',
  );
});

test.run();
