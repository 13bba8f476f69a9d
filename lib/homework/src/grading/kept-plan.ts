import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { writeAtomically } from 'notegrad/tooling';
import type { Assignment } from '../assignment/assignment';
import { ownRequire, packageFolder } from '../project';
import { sha256 } from '../run-record';
import { environmentOf } from './autotest/autotest';
import type { PlannedTest, TestPlan } from './autotest/test-plan';
import { digestOfTree, inputsOfAssignment } from './grade-inputs';
import type { PlanOptions } from './plan-tests';

/** Beside the students' folders: where tests are decided. It has the hidden tests: it is for staff alone. */
export const PLAN = 'test-plan.json';

/** Variables that say how something is computed. */
const OURS = /^(?:NOTEGRAD|OMP)_/;

interface KeptPlan {
  /** A digest of all that the plan follows from. */
  readonly key: string;
  /** A digest of the plan itself, by which damage is seen. */
  readonly sha256: string;
  readonly tests: readonly (readonly [string, PlannedTest])[];
}

/** A digest of what a plan follows from: the assignment, the settings, and the code that makes it. */
export function planKey(assignment: Assignment, options: PlanOptions): string {
  const { profile, timeout, notebookLimit, walls } = options;
  const packages = [packageFolder, dirname(ownRequire.resolve('notegrad/package.json'))];
  const inputs = {
    ...inputsOfAssignment(assignment),
    settings: [profile, timeout, notebookLimit, walls !== undefined],
    environment: Object.entries(environmentOf(profile)).filter(([name]) => OURS.test(name)),
    node: [process.version, process.arch],
    packages: packages.flatMap((folder) =>
      ['package.json', 'dist'].map((name) => digestOfTree(join(folder, name))),
    ),
  };
  return sha256(JSON.stringify(inputs));
}

/** The plan that was kept in a folder under this key; undefined where it is another one, or damaged. */
export function keptPlan(folder: string, key: string): TestPlan | undefined {
  const path = join(folder, PLAN);
  if (!existsSync(path)) return undefined;
  try {
    const kept: KeptPlan = JSON.parse(readFileSync(path, 'utf8'));
    const isWhole = kept.key === key && kept.sha256 === sha256(JSON.stringify(kept.tests));
    return isWhole ? new Map(kept.tests) : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps a plan for the next time, unless the solution failed one of its tests: that may have been chance. */
export function keepPlan(folder: string, key: string, plan: TestPlan): void {
  const tests = [...plan];
  if (tests.some(([, { solutionFails }]) => solutionFails)) return;
  const kept: KeptPlan = { key, sha256: sha256(JSON.stringify(tests)), tests };
  writeAtomically(join(folder, PLAN), [Buffer.from(`${JSON.stringify(kept)}\n`)]);
}
