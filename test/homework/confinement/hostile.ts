import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Assignment, readAssignment } from '../../../lib/homework/src/assignment/assignment';
import { makeRelease } from '../../../lib/homework/src/assignment/make-release';
import type { Limits } from '../../../lib/homework/src/confinement/limits';
import { testedWalls } from '../../../lib/homework/src/confinement/tested-walls';
import type { Walls } from '../../../lib/homework/src/confinement/walls';
import { gradeClass, type Outcome } from '../../../lib/homework/src/grading/grade-class';
import { gradeIdOf } from '../../../lib/homework/src/grading/grade-submission';
import { notebook, solution, tests } from '../assignment/sketches';

/** Low enough that no attack troubles the machine, also where the walls should fall. */
export const LIMITS: Partial<Limits> = {
  memory: 768 * 2 ** 20,
  processes: 128,
  file: 32 * 2 ** 20,
  disk: 64 * 2 ** 20,
};

/** Walls, or why there can be none here: then tests that need them are left out, and say so. */
export async function wallsOr(skip: (reason: string) => void): Promise<Walls | undefined> {
  try {
    return await testedWalls({ limits: LIMITS });
  } catch (error) {
    skip((error as Error).message.split('\n')[0]);
    return undefined;
  }
}

/** A class whose only question is answered by `const two = 2`, beside whatever else its students do. */
export class HostileClass {
  readonly assignment: Assignment;
  private readonly students: string[] = [];

  constructor(private readonly folder: string) {
    const path = join(folder, 'ps.ipynb');
    const cells = [
      solution('q1', 'const two = 2;'),
      tests('q1-tests', 2, "if (two !== 2) throw new Error('not two');"),
    ];
    writeFileSync(path, JSON.stringify(notebook(cells)));
    this.assignment = readAssignment(path);
  }

  /** A student hands in an answer. */
  add(student: string, answer: string): void {
    this.addFile(student, this.answeredBy(answer));
  }

  /** A student hands in whatever this is; returns the file. */
  addFile(student: string, content: string): string {
    const path = join(this.newFolder(student), 'ps.ipynb');
    writeFileSync(path, content);
    this.students.push(path);
    return path;
  }

  /** A student hands in a folder with an answer; returns it, for what lies beside the notebook. */
  addFolder(student: string, answer: string): string {
    const own = this.newFolder(student);
    writeFileSync(join(own, 'ps.ipynb'), this.answeredBy(answer));
    this.students.push(own);
    return own;
  }

  /** The path of a file that a student hands in and that is yet to be made. */
  linked(student: string): string {
    const path = join(this.folder, 'in', student, 'ps.ipynb');
    this.students.push(path);
    return path;
  }

  private newFolder(student: string): string {
    const own = join(this.folder, 'in', student);
    mkdirSync(own, { recursive: true });
    return own;
  }

  private answeredBy(answer: string): string {
    const { notebook: released } = makeRelease(this.assignment);
    const cells = released.cells.map((cell) =>
      gradeIdOf(cell) === 'q1' ? { ...cell, source: answer } : cell,
    );
    return JSON.stringify({ ...released, cells });
  }

  /** Grades all of them, one after the other. */
  async grade(walls: Walls, timeout: number): Promise<ReadonlyMap<string, Outcome>> {
    const options = { out: join(this.folder, 'out'), jobs: 1, resume: false, timeout, walls };
    const outcomes = await gradeClass(this.students, this.assignment, {
      ...options,
      profile: 'quick',
      notebookLimit: 600,
    });
    return new Map(outcomes.map((outcome) => [outcome.student, outcome]));
  }

  /** What a student's notebook printed in its first cell. */
  printedBy(student: string): string {
    const path = join(this.folder, 'out', student, 'executed.ipynb');
    const { cells } = JSON.parse(readFileSync(path, 'utf8'));
    return cells[0].outputs.flatMap(({ text = [] }: { text?: string[] }) => text).join('');
  }
}

/** What a student is told of cells that failed. */
export function messagesOf(outcome: Outcome | undefined): string {
  const { failures = [] } = outcome?.record ?? {};
  return [outcome?.failure?.message ?? '', ...failures.map(({ message }) => message)].join('\n');
}
