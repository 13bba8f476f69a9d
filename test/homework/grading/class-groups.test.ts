import { mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readAssignment } from '../../../lib/homework/src/assignment/assignment';
import { groupsOf, submissionsIn } from '../../../lib/homework/src/grading/class-groups';
import { temporaryFolder } from '../../support/temporary-folder';
import { handInSmall, writeSmallAssignment } from './small-class';

const folder = temporaryFolder();
const assignment = readAssignment(writeSmallAssignment(folder));
const inFolder = join(folder, 'in');
mkdirSync(inFolder);
for (let i = 0; i < 10; i++) {
  handInSmall(assignment.path, join(inFolder, `student${i}.ipynb`), 'const two = 2;');
}

const groups = (atATime: number) =>
  groupsOf(
    submissionsIn(inFolder).paths,
    assignment,
    { '--profile': 'quick' },
    { most: 4, atATime },
  );

test('groups are about equal, and as many as are graded at a time', () => {
  assert.equal(
    groups(1).map(({ paths }) => paths.length),
    [4, 4, 2],
  );
  assert.equal(
    groups(2).map(({ paths }) => paths.length),
    [3, 3, 3, 1],
  );
  assert.equal(groups(1).flatMap(({ students }) => students).length, 10);
});

test('what changes makes another group of its own, and no other', () => {
  const before = groups(1).map(({ id }) => id);
  assert.equal(
    groups(1).map(({ id }) => id),
    before,
  );
  handInSmall(assignment.path, join(inFolder, 'student5.ipynb'), 'const two = 3;');
  const after = groups(1).map(({ id }) => id);
  assert.equal(
    after.map((id, i) => id === before[i]),
    [true, false, true],
  );
  const { paths } = submissionsIn(inFolder);
  const other = groupsOf(paths, assignment, { '--profile': 'full' }, { most: 4 });
  assert.ok(other.every(({ id }) => !after.includes(id)));
});

test('a name that stands there twice is in one group, however far its two are apart', () => {
  mkdirSync(join(inFolder, 'Student9'));
  writeFileSync(join(inFolder, 'Student9', 'ps.ipynb'), '{}');
  const [first] = groups(1);
  assert.equal(first.students.slice(0, 2), ['Student9', 'student9']);
});

test('what is neither a notebook nor a folder is named, and not passed over in silence', () => {
  for (const name of ['late.zip', '.DS_Store']) writeFileSync(join(inFolder, name), '');
  assert.equal(submissionsIn(inFolder).others, ['late.zip']);
});

test('a folder whose name is no text is in a group, and stops no class', () => {
  if (process.platform !== 'linux') return;
  const latin = Buffer.concat([Buffer.from(`${inFolder}/`), Buffer.from('J\xfcrg', 'latin1')]);
  mkdirSync(latin);
  try {
    assert.is(groups(1).flatMap(({ paths }) => paths).length, 12);
    assert.is(groups(1).flatMap(({ students }) => students).length, 11);
  } finally {
    rmdirSync(latin);
  }
});

test.run();
