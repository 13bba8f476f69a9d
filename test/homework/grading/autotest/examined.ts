import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Assignment,
  readAssignment,
} from '../../../../lib/homework/src/assignment/assignment';
import { testGradesOf } from '../../../../lib/homework/src/assignment/test-grades';
import { Autotest } from '../../../../lib/homework/src/grading/autotest/autotest';
import { examinedTestsOf } from '../../../../lib/homework/src/grading/autotest/examined-tests';
import type { Spawn } from '../../../../lib/homework/src/grading/autotest/student-link';
import type { Cell } from '../../../../lib/homework/src/notebook';
import { temporaryFolder } from '../../../support/temporary-folder';
import { code, given, notebook, solution, tests } from '../../assignment/sketches';

export interface Sketch {
  readonly imports: string;
  readonly solution: string;
  /** Sources of test cells, by grade_id; each is worth one point. */
  readonly tests: Readonly<Record<string, string>>;
}

export const folder: string = temporaryFolder();

export function assignmentFrom(sketch: Sketch, more: readonly Cell[] = []): Assignment {
  const cells = [
    given('setup', sketch.imports),
    ...more,
    solution('q1', sketch.solution),
    ...Object.entries(sketch.tests).map(([id, source]) => tests(id, 1, source)),
  ];
  const path = join(folder, 'sketch.ipynb');
  writeFileSync(path, JSON.stringify(notebook(cells)));
  return readAssignment(path);
}

export interface Outcome {
  readonly status: string;
  readonly score: number;
  readonly message: string;
  readonly cannot?: string;
}

/** Tests definitions of a student's by the tests of a sketch, which are compiled once. */
export function examinerOf(sketch: Sketch, timeout = 20, spawn?: Spawn) {
  const examined = examinedTestsOf(assignmentFrom(sketch));
  const own = join(folder, 'student');
  mkdirSync(own, { recursive: true });
  const options = { folder: own, testFolder: folder, profile: 'quick', timeout } as const;
  const autotest = new Autotest({ ...options, ...(spawn && { spawn }) });
  return {
    async outcomeOf(id: string, student: string, copiesBack = false): Promise<Outcome> {
      const one = examined.find(({ cell }) => cell.id === id);
      if (!one || 'flaw' in one) throw new Error(`${id}: ${one?.flaw ?? 'no such test'}`);
      const handedIn = notebook([code(sketch.imports), code(student)]);
      const verdict = await autotest.run(one, { notebook: handedIn, place: 2 }, copiesBack);
      if ('flaw' in verdict) return { status: 'flaw', score: 0, message: verdict.flaw };
      const [{ status, score, message }] = testGradesOf(one.cell, verdict.run);
      const { cannot } = verdict;
      return { status, score, message: message.private, ...(cannot && { cannot }) };
    },
    close: () => autotest.close(),
  };
}
