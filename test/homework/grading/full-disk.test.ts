// Grades go to a disk that is full for a while: a small one of memory, which only root can mount.
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readAssignment } from '../../../lib/homework/src/assignment/assignment';
import { gradeClass, type Outcome } from '../../../lib/homework/src/grading/grade-class';
import { temporaryFolder } from '../../support/temporary-folder';
import { handInSmall, writeSmallAssignment } from './small-class';

const folder = temporaryFolder();
const assignment = readAssignment(writeSmallAssignment(folder));
const paths = ['ada', 'bob', 'cyd'].map((student, i) =>
  handInSmall(assignment.path, join(folder, `${student}.ipynb`), `const two = ${i + 1};`),
);
const disks: string[] = [];

/** A disk of this size; undefined where none can be had, which is said. */
function smallDisk(name: string, size: string): string | undefined {
  const path = join(folder, name);
  mkdirSync(path);
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'none', path]);
  if (status === 0) {
    disks.push(path);
    return path;
  }
  console.log('skipped: no file system can be mounted here (are you root?)');
  return undefined;
}

function fill(disk: string): void {
  const { bavail, bsize } = statfsSync(disk);
  writeFileSync(join(disk, 'filler'), Buffer.alloc(bavail * bsize));
}

const empty = (disk: string) => rmSync(join(disk, 'filler'));

const pointsOf = (outcomes: readonly Outcome[]) =>
  outcomes.map(({ record, failure }) => record?.points ?? failure?.kind);

test.after(() => {
  for (const disk of disks) spawnSync('umount', [disk]);
});

test('a full disk is nobody’s fault: it is said, tried again, the others are graded, and the rest later', async () => {
  const out = smallDisk('out', '1m');
  if (!out) return;
  const faults: string[] = [];
  const grade = (resume: boolean, onStarted?: (student: string) => void) =>
    gradeClass(paths, assignment, {
      ...{ profile: 'quick', timeout: 60, notebookLimit: 600, jobs: 1, pause: 0.1 },
      ...{ out, resume, onStarted },
      onFault: (student, message) => faults.push(`${student}: ${message}`),
    });
  const first = await grade(false, (student) => {
    if (student === 'bob') fill(out);
    if (student === 'cyd') empty(out);
  });
  assert.equal(pointsOf(first), [0, 'infrastructure', 0]);
  assert.is(faults.length, 2, 'three tries');
  for (const fault of [...faults, `bob: ${first[1].failure?.message}`]) {
    assert.match(fault, /^bob: .*ENOSPC: no space left on device[^\n]*$/);
  }
  const again = await grade(true);
  assert.equal(pointsOf(again), [0, 2, 0]);
  assert.equal(
    again.map(({ isKept = false }) => isKept),
    [true, false, true],
  );
});

test('where the disk of temporary files is full, that is not the answer of whose cells fail', async () => {
  const temporary = smallDisk('temporary', '16m');
  if (!temporary) return;
  const before = process.env.TMPDIR;
  process.env.TMPDIR = temporary;
  try {
    const outcomes = await gradeClass([paths[1]], assignment, {
      ...{ profile: 'quick', timeout: 60, notebookLimit: 600, jobs: 1, pause: 0.1 },
      ...{ out: join(folder, 'elsewhere'), resume: false },
      onStarted: () => fill(temporary),
    });
    assert.equal(pointsOf(outcomes), ['infrastructure']);
    assert.match(outcomes[0].failure?.message ?? '', /no space (?:is )?left on/i);
    assert.not.match(outcomes[0].failure?.message ?? '', '\n');
  } finally {
    process.env.TMPDIR = before;
  }
});

test.run();
