import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readAssignment } from '../../../lib/homework/src/assignment/assignment';
import { readGradeRecord } from '../../../lib/homework/src/assignment/grade-record';
import { makeRelease } from '../../../lib/homework/src/assignment/make-release';
import { gradeIdOf } from '../../../lib/homework/src/grading/grade-submission';
import { sourceOf } from '../../../lib/homework/src/notebook';
import { sha256 } from '../../../lib/homework/src/run-record';
import { temporaryFolder } from '../../support/temporary-folder';
import { given, notebook, solution, tests, written } from '../assignment/sketches';
import { homework } from '../notebooks';

const folder = temporaryFolder();
const at = (...names: readonly string[]) => join(folder, ...names);

function writeAssignment(expected: number): void {
  const cells = [
    given('setup', "import { readFileSync } from 'node:fs';\nimport { double } from './helper';"),
    solution('q1', "const answer = Number('2');"),
    tests(
      'q1-tests',
      1,
      `const wanted = Number(readFileSync('wanted.txt', 'utf8')) + ${expected};
if (double(answer) !== wanted) throw new Error(\`\${double(answer)} is not \${wanted}\`);`,
    ),
    written('q2', 2, 'Because.'),
  ];
  writeFileSync(
    at('ps2.ipynb'),
    JSON.stringify(notebook(cells, { assignment: { files: ['wanted.txt'] } })),
  );
}
writeFileSync(at('helper.ts'), 'export const double = (x: number): number => 2 * x;\n');
writeFileSync(at('wanted.txt'), '0');
writeAssignment(4);
const { notebook: released } = makeRelease(readAssignment(at('ps2.ipynb')));

/** A bare notebook, or one in a folder. */
function handIn(path: string, answers: Readonly<Record<string, string>>): void {
  const cells = released.cells.map((cell) => ({
    ...cell,
    source: answers[gradeIdOf(cell) ?? ''] ?? sourceOf(cell),
  }));
  writeFileSync(path, JSON.stringify({ ...released, cells }));
}

const grade = (...args: readonly string[]) =>
  homework(folder, ['grade', '--assignment', 'ps2.ipynb', '--out', 'out', '-j', '2', ...args]);
const recordOf = (student: string) => readGradeRecord(at('out', student, 'grade.json'));
const scores = (student: string) =>
  recordOf(student).questions.flatMap((question) =>
    [...question.tests, ...question.manual].map(({ score }) => score),
  );

const OWN = "import { mine } from './own';\nconst answer = mine;";
const RIGHT = { q1: "const answer = Number('2');", q2: 'As it is.' };
handIn(at('ada.ipynb'), RIGHT);
handIn(at('bob.ipynb'), { ...RIGHT, q1: OWN });
mkdirSync(at('cyd'));
handIn(at('cyd', 'ps2.ipynb'), { ...RIGHT, q1: OWN });
writeFileSync(at('cyd', 'own.ts'), 'export const mine = 2;\n');

test('modules and data of the assignment lie beside every notebook, a student’s own beside a folder’s', async () => {
  const { code, stderr } = await grade('ada.ipynb', 'bob.ipynb', 'cyd');
  assert.is(code, 0, stderr);
  assert.equal(scores('ada'), [1, null]);
  assert.equal(scores('cyd'), [1, null]);
  assert.equal(scores('bob'), [0, null]);
  assert.match(recordOf('bob').failures[0].message, './own');
});

test('marks outlive grading anew, unless the answer is another one', async () => {
  const marks = 'student,cell,score,comment\nada,q2,1.5,nice\ncyd,q2,2,\n';
  writeFileSync(at('marks.csv'), marks);
  const imported = await homework(folder, ['marks', 'out', '--import', 'marks.csv']);
  assert.is(imported.code, 0, imported.stderr);
  handIn(at('cyd', 'ps2.ipynb'), { ...RIGHT, q1: OWN, q2: 'Now I know better.' });
  const { code, stdout, stderr } = await grade('ada.ipynb', 'cyd');
  assert.is(code, 0, stderr);
  assert.equal(scores('ada'), [1, 1.5]);
  assert.is(recordOf('ada').questions[1].manual[0].comment, 'nice');
  assert.equal(scores('cyd'), [1, null]);
  assert.match(stdout, /^cyd .*to be marked again: q2/m);
});

test('--resume grades what has changed, and says what that is', async () => {
  writeFileSync(at('cyd', 'own.ts'), 'export const mine = 3;\n');
  const first = await grade('ada.ipynb', 'cyd', '--resume');
  assert.match(first.stdout, '1 left as they were, 1 graded, as these have changed:');
  assert.match(first.stdout, '  files of the submission (1)');
  assert.equal(scores('cyd'), [0, null]);
  writeAssignment(5);
  const second = await grade('ada.ipynb', '--resume', '--timeout', '60');
  assert.match(second.stdout, 'the assignment’s q1-tests (1)');
  assert.match(second.stdout, '--timeout (1)');
  assert.not.match(second.stdout, 'q2');
  assert.equal(scores('ada'), [0, 1.5]);
});

test('where tests are decided is found once for a folder', async () => {
  writeAssignment(4);
  const plan = at('out', 'test-plan.json');
  const kept = JSON.parse(readFileSync(plan, 'utf8'));
  assert.is(kept.tests[0][1].place, 'notebook');
  const inside = { place: 'kernel', reason: 'as it was kept', copiesBack: false };
  const tests = [['q1-tests', inside]];
  writeFileSync(plan, JSON.stringify({ ...kept, tests, sha256: sha256(JSON.stringify(tests)) }));
  assert.match((await grade('ada.ipynb')).stdout, 'q1-tests: as it was kept');
});

test('a whole notebook has a limit, which is named', async () => {
  rmSync(at('out', 'test-plan.json'));
  handIn(at('dan.ipynb'), { q1: 'for (;;) {}', q2: 'x' });
  const { code, stderr } = await grade('dan.ipynb', '--notebook-limit', '25');
  assert.is(code, 0, stderr);
  const { questions, failures } = recordOf('dan');
  assert.is(questions[0].tests[0].status, 'not-run');
  const limit = '25 seconds for the whole notebook';
  assert.match(questions[0].tests[0].message.public, limit);
  assert.equal(
    failures.map(({ kind, question, message }) => [kind, question, message]),
    [
      ['student', 'q1', `cell 2: ran longer than its time limit of ${limit}`],
      ['student', null, `the notebook ran longer than its time limit of ${limit}`],
    ],
  );
});

test('points of two assignments are not mixed in one folder', async () => {
  writeFileSync(at('ps3.ipynb'), readFileSync(at('ps2.ipynb')));
  const args = ['ada.ipynb', '--assignment', 'ps3.ipynb', '--out', 'out'];
  const { code, stderr } = await homework(folder, ['grade', ...args]);
  assert.is(code, 1);
  assert.match(stderr, 'out: holds grades of ps2: name another folder for ps3');
});

test('without submissions there is nothing to grade', async () => {
  const { code, stderr } = await grade();
  assert.is(code, 1);
  assert.match(stderr, 'name the submissions to grade');
});

test.run();
