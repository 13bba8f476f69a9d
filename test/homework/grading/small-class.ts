import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readAssignment } from '../../../lib/homework/src/assignment/assignment';
import { makeRelease } from '../../../lib/homework/src/assignment/make-release';
import { gradeIdOf } from '../../../lib/homework/src/grading/grade-submission';
import { notebook, solution, tests } from '../assignment/sketches';

/** Writes an assignment, ps.ipynb, of one question of two points. */
export function writeSmallAssignment(folder: string): string {
  const cells = [
    solution('q1', 'const two = 2;'),
    tests('q1-tests', 2, "if (two !== 2) throw new Error('not two');"),
  ];
  const path = join(folder, 'ps.ipynb');
  writeFileSync(path, JSON.stringify(notebook(cells)));
  return path;
}

/** Writes what a student hands in of it, and says where. */
export function handInSmall(assignment: string, path: string, answer: string): string {
  const { notebook: released } = makeRelease(readAssignment(assignment));
  const cells = released.cells.map((cell) =>
    gradeIdOf(cell) === 'q1' ? { ...cell, source: answer } : cell,
  );
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, JSON.stringify({ ...released, cells }));
  return path;
}
