import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type GradeRecord,
  type TestGrade,
  writeGradeRecord,
} from '../../../lib/homework/src/assignment/grade-record';
import type { Cell } from '../../../lib/homework/src/notebook';
import { code, notebook, solution, tests, words, written } from '../assignment/sketches';

/** What only staff may read. */
export const SECRET = 'expected 123456';
/** A line of a hidden test. */
export const HIDDEN_LINE = "expectClose(large(tf.scalar(654321)), 'hidden');";

export const hiddenTest: TestGrade = {
  name: 'q1-tests',
  cell: 'q1-tests',
  visible: false,
  score: 0,
  max: 2,
  status: 'failed',
  message: { public: 'a hidden test fails (<large> & "small")', private: SECRET },
  seconds: 0.5,
};

export const passedTest: TestGrade = {
  ...hiddenTest,
  name: 'shape',
  score: 1,
  max: 1,
  status: 'passed',
};

/** Writes what `homework grade` leaves of an assignment, ps1, for one student more. */
export function sketchGrades(
  folder: string,
  student: string,
  answer: string,
  changes: Partial<GradeRecord> = {},
  cells: readonly Cell[] = [written('q2', 2, answer)],
): GradeRecord {
  const record: GradeRecord = {
    version: 1,
    assignment: 'ps1',
    student,
    file: 'ps1.ipynb',
    sha256: '',
    points: null,
    max: 5,
    questions: [
      { id: 'q1', title: 'One', points: 1, max: 3, tests: [passedTest, hiddenTest], manual: [] },
      {
        id: 'q2',
        title: 'Two',
        points: null,
        max: 2,
        tests: [],
        manual: [{ cell: 'q2', score: null, max: 2, comment: '' }],
      },
    ],
    repairs: [{ kind: 'changed', cell: 'q1-tests', message: 'was changed' }],
    failures: [{ kind: 'infrastructure', question: null, message: 'a full disk' }],
    runtime: { startedAt: '2026-11-26T00:00:00.000Z', seconds: 3.4, confined: false },
    ...changes,
  };
  mkdirSync(join(folder, student), { recursive: true });
  writeGradeRecord(join(folder, student, 'grade.json'), record);
  writeFileSync(join(folder, student, 'executed.ipynb'), JSON.stringify(notebook(cells)));
  writeFileSync(join(folder, 'ps1.ipynb'), JSON.stringify(assignment));
  return record;
}

const assignment = notebook([
  words('## One'),
  solution('q1', 'function large(x) { return x; }'),
  tests(
    'q1-tests',
    3,
    `large(1);\n// BEGIN HIDDEN TESTS: large\n${HIDDEN_LINE}\n// END HIDDEN TESTS`,
  ),
  words('## Two\n\nWhy $x^2$?'),
  written('q2', 2, 'For the *scheme* of $\\sigma$.'),
  code('1'),
]);
