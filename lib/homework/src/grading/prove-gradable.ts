import { type Assignment, isTestCell } from '../assignment/assignment';
import { placeOf } from '../assignment/make-release';
import type { TestPlan } from './autotest/test-plan';
import { gradeSubmission } from './grade-submission';
import { misplacedTests, type PlanOptions, planTests } from './plan-tests';

/** Where the tests of an assignment will be decided, and what grading would stumble over. */
export interface Gradable {
  readonly plan: TestPlan;
  readonly flaws: readonly string[];
}

/**
 * Finds out where each test will be decided, and whether the solution earns its points there, beside the
 * files that are given out and no others.
 */
export async function proveGradable(
  assignment: Assignment,
  options: PlanOptions,
): Promise<Gradable> {
  const plan = await planTests(assignment, options);
  const isUnsure = [...plan.values()].some(({ solutionFails }) => solutionFails);
  const failed = isUnsure ? await failedBySolution(assignment, plan, options) : [];
  return { plan, flaws: [...misplacedTests(assignment, plan), ...failed] };
}

async function failedBySolution(
  assignment: Assignment,
  plan: TestPlan,
  options: PlanOptions,
): Promise<readonly string[]> {
  const { notebook, path, cells } = assignment;
  const solution = { student: 'the solution', notebook, path, sha256: '' };
  const { record } = await gradeSubmission(solution, assignment, { ...options, plan });
  const grades = record.questions.flatMap(({ tests }) => tests);
  return cells.filter(isTestCell).flatMap((test) => {
    const failed = grades.find(({ cell, score, max }) => cell === test.id && score < max);
    if (!failed) return [];
    return `${placeOf(test)}: the solution fails it where submissions are graded: ${failed.message.private}`;
  });
}
