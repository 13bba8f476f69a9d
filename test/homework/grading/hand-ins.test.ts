import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { handInsOf } from '../../../lib/homework/src/grading/hand-ins';
import { temporaryFolder } from '../../support/temporary-folder';

const folder = temporaryFolder();

/** A class of these students' folders, none of which is like another. */
function handedInBy(students: readonly string[]): ReturnType<typeof handInsOf> {
  const paths = students.map((student, i) => {
    const path = join(folder, String(i), student);
    mkdirSync(path, { recursive: true });
    writeFileSync(join(path, 'ps1.ipynb'), '{}');
    return path;
  });
  return handInsOf(paths, 'ps1');
}

test('a name that stands there twice is graded for neither, whatever its case and Unicode form', () => {
  const twice = ['Ada', 'ada', 'José'.normalize('NFC'), 'José'.normalize('NFD')];
  const found = handedInBy([...twice, 'bob']);
  for (const one of found.slice(0, 4)) assert.match(one.flaw ?? '', '2 submissions of this name');
  assert.is(found[4].flaw, undefined);
});

test('names that are only alike are two students', () => {
  const found = handedInBy(['ada', 'ada b', 'adá', 'ada_']);
  assert.equal(
    found.map(({ student, flaw }) => [student, flaw]),
    ['ada', 'ada b', 'adá', 'ada_'].map((student) => [student, undefined]),
  );
});

test('folders as nbgrader has them are their students’, whichever of both is given', () => {
  const all = join(folder, 'submitted');
  for (const student of ['ada', 'bob']) {
    mkdirSync(join(all, student, 'ps1'), { recursive: true });
    writeFileSync(join(all, student, 'ps1', 'ps1.ipynb'), '{}');
  }
  const found = handInsOf([join(all, 'ada'), join(all, 'bob', 'ps1')], 'ps1');
  assert.equal(found, [
    ...['ada', 'bob'].map((student) => ({
      student,
      folder: join(all, student, 'ps1'),
      notebook: join(all, student, 'ps1', 'ps1.ipynb'),
    })),
  ]);
});

test('a folder of all students is none of a student', () => {
  const all = join(folder, 'everybody');
  mkdirSync(join(all, 'ada'), { recursive: true });
  writeFileSync(join(all, 'ada', 'ps1.ipynb'), '{}');
  const [{ flaw }] = handInsOf([all], 'ps1');
  assert.is(flaw, `holds folders with notebooks, and none itself: grade ${join(all, '*')}`);
});

test('who is called like a file of the course fails alone', () => {
  const found = handedInBy(['ps1.ipynb', 'grades.csv', 'Course.HTML', 'junit.xml', 'ada.lovelace']);
  assert.equal(
    found.map(({ isNameless = false }) => isNameless),
    [true, true, true, true, false],
  );
});

test('a folder that is closed to us fails alone, and is still its student’s', () => {
  if (process.platform === 'win32') return;
  const path = join(folder, 'closed', 'ada.lovelace');
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, 'ps1.ipynb'), '{}');
  chmodSync(join(folder, 'closed'), 0);
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.(65534);
  try {
    const [{ student, flaw, notebook }] = handInsOf([path], 'ps1');
    assert.equal([student, notebook], ['ada.lovelace', undefined]);
    assert.match(flaw ?? '', 'EACCES: permission denied');
  } finally {
    if (isRoot) process.seteuid?.(0);
    chmodSync(join(folder, 'closed'), 0o755);
  }
});

test.run();
