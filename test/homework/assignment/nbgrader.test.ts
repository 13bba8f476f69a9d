import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { assignmentOf } from '../../../lib/homework/src/assignment/assignment';
import { exampleAssignment } from '../../../lib/homework/src/assignment/example';
import { makeRelease } from '../../../lib/homework/src/assignment/make-release';
import { type Cell, type Notebook, sourceOf } from '../../../lib/homework/src/notebook';
import { temporaryFolder } from '../../support/temporary-folder';

/** A Python that has nbgrader 0.9: the one that this variable names, or the first on the PATH. */
const python = process.env.NOTEGRAD_NBGRADER ?? 'python3';
const hasNbgrader = spawnSync(python, ['-c', 'import nbgrader.apps, nbconvert']).status === 0;
const share = join(__dirname, '..', '..', '..', 'lib', 'homework', 'share');

const idOf = ({ metadata }: Cell) =>
  (metadata.nbgrader as { readonly grade_id?: string } | undefined)?.grade_id ?? '';

/** A notebook in which these cells hold something else; undefined takes a cell out. */
function withCells(
  base: Notebook,
  sources: Readonly<Record<string, string | undefined>>,
): Notebook {
  const cells = base.cells.flatMap((cell) => {
    if (!(idOf(cell) in sources)) return [cell];
    const source = sources[idOf(cell)];
    return source === undefined ? [] : [{ ...cell, source }];
  });
  return { ...base, cells };
}

test('the real nbgrader releases, autogrades and gives feedback for our notebooks', () => {
  if (!hasNbgrader)
    return console.log('skipped: no Python has nbgrader (NOTEGRAD_NBGRADER names one)');
  const course = temporaryFolder();
  const put = (path: string, notebook: Notebook) => {
    mkdirSync(dirname(join(course, path)), { recursive: true });
    writeFileSync(join(course, path), JSON.stringify(notebook));
  };
  const nbgrader = (...args: string[]) => {
    const { status, stderr } = spawnSync(python, ['-m', 'nbgrader', ...args], {
      cwd: course,
      encoding: 'utf8',
      env: {
        ...process.env,
        HOME: course,
        JUPYTER_PATH: join(share, 'jupyter'),
        // Its database calls alembic's command, which lies beside its Python.
        PATH: [dirname(process.execPath), dirname(python), process.env.PATH].join(':'),
      },
    });
    assert.is(status, 0, stderr);
  };
  copyFileSync(join(share, 'nbgrader', 'nbgrader_config.py'), join(course, 'nbgrader_config.py'));
  const source = exampleAssignment('Losses');
  put('source/hw/losses.ipynb', source);
  nbgrader('generate_assignment', 'hw');

  const theirs: Notebook = JSON.parse(
    readFileSync(join(course, 'release/hw/losses.ipynb'), 'utf8'),
  );
  const ours = makeRelease(assignmentOf(source, join(course, 'losses.ipynb'))).notebook;
  for (const [i, cell] of theirs.cells.entries()) {
    if (!idOf(cell) || idOf(cell) === 'q1' || idOf(cell) === 'q2') continue;
    assert.is(sourceOf(ours.cells[i]), sourceOf(cell));
    assert.equal(ours.cells[i].metadata, cell.metadata, 'its marks, checksum and locks are ours');
  }

  const right = Object.fromEntries(
    source.cells
      .filter((cell) => ['q1', 'q2', 'q3'].includes(idOf(cell)))
      .map((cell) => [idOf(cell), sourceOf(cell)]),
  );
  const wrong = {
    ...right,
    q1: right.q1.replace('z.softplus()', 'z.exp().add(1).log()'),
    q2: right.q2.replace('.div(z.size)', ''),
  };
  put('submitted/right/hw/losses.ipynb', withCells(theirs, right));
  put('submitted/wrong/hw/losses.ipynb', withCells(ours, wrong));
  put('submitted/empty/hw/losses.ipynb', ours);
  put('submitted/deleted/hw/losses.ipynb', withCells(ours, { ...right, 'q1-tests': undefined }));
  nbgrader('autograde', 'hw');
  nbgrader('generate_feedback', 'hw');
  nbgrader('export');
  const [header, ...rows] = readFileSync(join(course, 'grades.csv'), 'utf8').trim().split('\n');
  const column = (name: string) => header.split(',').indexOf(name);
  const scores = rows
    .map((row) => row.split(','))
    .map((row) => [row[column('student_id')], row[column('score')]]);
  assert.equal(Object.fromEntries(scores), {
    right: '5.0',
    wrong: '1.0',
    empty: '0.0',
    deleted: '5.0',
  });
  const feedback = readFileSync(join(course, 'feedback/wrong/hw/losses.html'), 'utf8');
  assert.match(feedback, 'the gradient by number 1 of the input');
});

test.run();
