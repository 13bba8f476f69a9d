import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Assignment, readAssignment } from '../assignment/assignment';
import { type GradeFailure, type GradeRecord, readGradeRecord } from '../assignment/grade-record';
import { Mistake } from '../mistake';
import { printable } from '../printable';

/** In a student's folder: what was earned. */
export const RECORD = 'grade.json';
/** In a student's folder: the notebook as it ran, with the hidden tests. */
export const EXECUTED = 'executed.ipynb';
/** In a student's folder: why there are no grades. */
export const NOT_GRADED = 'not-graded.txt';
/**
 * What `homework grade` left in a folder: a record for each student, by name.
 *
 * @throws a Mistake where it left nothing there
 */
export function recordsIn(folder: string): readonly GradeRecord[] {
  const students = existsSync(folder) ? readdirSync(folder).sort() : [];
  const paths = students
    .map((name) => join(folder, name, RECORD))
    .filter((path) => existsSync(path));
  const isGraded = students.some((name) => existsSync(join(folder, name, NOT_GRADED)));
  if (paths.length === 0 && !isGraded) {
    throw new Mistake(
      `${folder}: holds no grades (\`homework grade … --out ${folder}\` makes them)`,
    );
  }
  return paths.map(readGradeRecord);
}

/** Where the instructor's notebook is kept by which a folder was graded: beside the students' folders. */
export function assignmentPath(folder: string, name: string): string {
  return join(folder, `${name}.ipynb`);
}

/**
 * Reads the assignment by which a folder was graded.
 *
 * @throws a Mistake where it is not there
 */
export function assignmentIn(folder: string): Assignment {
  const [first] = recordsIn(folder);
  const notebooks = readdirSync(folder).filter((name) => name.endsWith('.ipynb'));
  const path = first ? assignmentPath(folder, first.assignment) : join(folder, notebooks[0] ?? '');
  if (existsSync(path) && lstatSync(path).isFile()) return readAssignment(path);
  throw new Mistake(
    `${folder}: the assignment is not there by which students were graded: grade them anew`,
  );
}

/** A student whose submission could not be graded, and whose fault that was. */
export interface Ungraded extends Pick<GradeFailure, 'kind' | 'message'> {
  readonly student: string;
}

/** The students whose submissions could not be graded, by name. */
export function ungradedIn(folder: string): readonly Ungraded[] {
  return readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, NOT_GRADED)))
    .sort()
    .map((student) => ungradedOf(folder, student));
}

/** Why this student's submission could not be graded. */
export function ungradedOf(folder: string, student: string): Ungraded {
  return { student, ...reasonIn(join(folder, student, NOT_GRADED)) };
}

/** What stands in a file that says why there are no grades. */
export function notGradedText({ kind, message }: Pick<GradeFailure, 'kind' | 'message'>): string {
  return `${kind}: ${printable(message)}\n`;
}

function reasonIn(path: string): Pick<GradeFailure, 'kind' | 'message'> {
  const text = readFileSync(path, 'utf8').trim();
  const [, kind, message] = /^(student|infrastructure): ([\s\S]*)$/.exec(text) ?? [];
  // Whatever else stands there, a person wrote: nobody is blamed for it.
  return { kind: kind === 'student' ? kind : 'infrastructure', message: message ?? text };
}
