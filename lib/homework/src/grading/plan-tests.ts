import { dirname } from 'node:path';
import type { Assignment } from '../assignment/assignment';
import type { TestGrade } from '../assignment/grade-record';
import { placeOf } from '../assignment/make-release';
import { testGradesOf } from '../assignment/test-grades';
import { Mistake } from '../mistake';
import { printable } from '../printable';
import { Autotest, type AutotestOptions } from './autotest/autotest';
import { examinedTestsOf } from './autotest/examined-tests';
import type { PlannedTest, TestPlan } from './autotest/test-plan';
import { type GradeOptions, gradeSubmission, metLimit } from './grade-submission';

export interface PlanOptions
  extends Omit<AutotestOptions, 'folder' | 'testFolder'>,
    Pick<GradeOptions, 'notebookLimit' | 'signal' | 'walls'> {}

/** What an instructor writes into a test cell to have it decided in one way and no other. */
const MARK = /^\s*\/\/\s*TESTED (OUTSIDE|INSIDE)\b/m;

/**
 * Finds out where each test can run, by running it on the definitions of the solution.
 *
 * @throws a Mistake where the solution itself meets a limit of time or memory
 */
export async function planTests(assignment: Assignment, options: PlanOptions): Promise<TestPlan> {
  const testFolder = dirname(assignment.path);
  const autotest = new Autotest({ ...options, testFolder, folder: testFolder });
  const plan = new Map<string, PlannedTest>();
  try {
    for (const one of examinedTestsOf(assignment)) {
      plan.set(one.cell.id, await plannedTest(one, assignment, autotest));
    }
  } finally {
    autotest.close();
  }
  await tryInNotebook(assignment, plan, options);
  return plan;
}

/** Tests that are marked as tested outside and cannot be, each with the reason. */
export function misplacedTests({ cells }: Assignment, plan: TestPlan): readonly string[] {
  return cells.flatMap((cell) => {
    const { place, reason } = plan.get(cell.id) ?? {};
    const isWanted = MARK.exec(cell.source)?.[1] === 'OUTSIDE';
    if (!isWanted || place !== 'kernel') return [];
    return `${placeOf(cell)}: is marked as tested outside, and cannot be: ${reason}`;
  });
}

/** Tests that nothing but the student's kernel can run, which can deceive them, each with the reason. */
export function testsInside(plan: TestPlan): readonly string[] {
  return [...plan].flatMap(([id, { place, reason }]) =>
    place === 'kernel' ? `${id}: ${printable(reason)}` : [],
  );
}

/**
 * Runs the whole solution: it has to stay within the limits of submissions, and a test of what the notebook
 * computes that cannot be decided on what the kernel gives has to be run in it.
 */
async function tryInNotebook(
  assignment: Assignment,
  plan: Map<string, PlannedTest>,
  options: PlanOptions,
): Promise<void> {
  const { notebook, path } = assignment;
  const solution = { student: 'the solution', notebook, path, sha256: '' };
  let left = [...plan].filter(([, { place }]) => place === 'notebook');
  for (const copiesBack of [false, true]) {
    if (copiesBack && left.length === 0) return;
    const own = new Map(left.map(([id, planned]) => [id, { ...planned, copiesBack }]));
    const { record } = await gradeSubmission(solution, assignment, { ...options, plan: own });
    const limited = record.failures.find(metLimit);
    if (limited) {
      throw new Mistake(
        `${path}: the solution itself meets a limit of grading, so that no answer could be graded:` +
          ` ${printable(limited.message)} (--memory, --timeout and --notebook-limit allow more)`,
      );
    }
    const grades = record.questions.flatMap((one) => one.tests);
    for (const [id, planned] of own) {
      const failed = grades.find(({ cell, status }) => cell === id && status !== 'passed');
      plan.set(id, failed ? failedOutside(failed) : planned);
    }
    left = left.filter(([id]) => plan.get(id)?.place === 'kernel');
  }
}

function inKernel(reason: string): PlannedTest {
  return { place: 'kernel', reason, copiesBack: false };
}

function failedOutside({ message }: TestGrade): PlannedTest {
  const reason = `the solution fails it outside: ${message.private}`;
  return { ...inKernel(reason), solutionFails: true };
}

async function plannedTest(
  one: ReturnType<typeof examinedTestsOf>[number],
  { notebook }: Assignment,
  autotest: Autotest,
): Promise<PlannedTest> {
  if (MARK.exec(one.cell.source)?.[1] === 'INSIDE')
    return inKernel('it is marked as tested inside');
  if ('flaw' in one) return inKernel(one.flaw);
  const verdict = await autotest.run(one, { notebook, place: one.cell.index }, true);
  if ('flaw' in verdict) {
    return { place: 'notebook', reason: verdict.flaw, examined: one, copiesBack: false };
  }
  if (verdict.cannot !== undefined) return inKernel(verdict.cannot);
  const failed = testGradesOf(one.cell, verdict.run).find(({ status }) => status !== 'passed');
  if (failed) return failedOutside(failed);
  return { place: 'autotest', reason: '', examined: one, copiesBack: verdict.hasChanged };
}
