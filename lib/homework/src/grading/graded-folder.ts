import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type GradeRecord, readGradeRecord } from '../assignment/grade-record';
import { Mistake } from '../mistake';
import { NOT_GRADED, RECORD } from './grade-class';

/** What `homework grade` left in a folder: a record for each student, by name. */
export function recordsIn(folder: string): readonly GradeRecord[] {
  const students = existsSync(folder) ? readdirSync(folder).sort() : [];
  const paths = students
    .map((name) => join(folder, name, RECORD))
    .filter((path) => existsSync(path));
  if (paths.length === 0) {
    throw new Mistake(
      `${folder}: holds no grades (\`homework grade … --out ${folder}\` makes them)`,
    );
  }
  return paths.map(readGradeRecord);
}

/** The students whose submissions could not be graded, by name. */
export function ungradedIn(folder: string): readonly string[] {
  return readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, NOT_GRADED)))
    .sort();
}
