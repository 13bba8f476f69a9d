import { mkdirSync, writeFileSync } from 'node:fs';
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
  groupsOf(submissionsIn(inFolder), assignment, { '--profile': 'quick' }, { most: 4, atATime });

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
  const other = groupsOf(submissionsIn(inFolder), assignment, { '--profile': 'full' }, { most: 4 });
  assert.ok(other.every(({ id }) => !after.includes(id)));
});

test('a name that stands there twice is in one group, however far its two are apart', () => {
  mkdirSync(join(inFolder, 'Student9'));
  writeFileSync(join(inFolder, 'Student9', 'ps.ipynb'), '{}');
  const [first] = groups(1);
  assert.equal(first.students.slice(0, 2), ['Student9', 'student9']);
});

test.run();
