import { randomUUID } from 'node:crypto';
import { dirname } from 'node:path';
import { type Assignment, isTestCell } from '../assignment/assignment';
import type { GradeFailure, TestPlace } from '../assignment/grade-record';
import { type CellRun, type RunEveryCellOptions, runEveryCell } from '../assignment/run-every-cell';
import { type Notebook, sourceOf } from '../notebook';
import { Autotest } from './autotest/autotest';
import { extractDefinitions } from './autotest/definitions';
import type { Verdict } from './autotest/examiner';
import { NotebookLink } from './autotest/notebook-link';
import { servingCell } from './autotest/serve-notebook';
import type { Spawn } from './autotest/student-link';
import type { PlannedTest, TestPlan } from './autotest/test-plan';
import { topLevelOf } from './autotest/top-level';
import { runPastDeaths } from './run-past-deaths';

export interface SubmissionRun {
  /** How each code cell ended, by its place. A test's run is that of whoever decided it. */
  readonly runs: ReadonlyMap<number, CellRun>;
  /** Where each test was decided, by its grade_id. */
  readonly places: ReadonlyMap<string, TestPlace>;
  /** What went wrong that is nobody's answer. */
  readonly failures: readonly GradeFailure[];
}

export interface RunSubmissionOptions extends RunEveryCellOptions {
  readonly plan: TestPlan;
  /** How the process of the student's definitions is started. Default without walls. */
  readonly spawn?: Spawn;
}

/** A test of the submission, and where it will be decided. */
interface PlacedTest extends PlannedTest {
  readonly id: string;
  /** The place of its cell in the submission. */
  readonly index: number;
}

/**
 * Runs a repaired submission: its cells in a kernel, and its tests where the plan has them. Of a test that
 * is decided outside, the kernel gets to see nothing.
 */
export async function runSubmission(
  notebook: Notebook,
  assignment: Assignment,
  { plan, spawn, ...options }: RunSubmissionOptions,
): Promise<SubmissionRun> {
  const tests = placedTests(notebook, assignment, plan);
  const { folder, profile, timeout } = options;
  const testFolder = dirname(assignment.path);
  const autotest = new Autotest({ folder, testFolder, profile, timeout, ...(spawn && { spawn }) });
  const verdicts = new Map<number, Verdict>();
  const tokens = new Map<string, PlacedTest>();
  const sourceIn = ({ place, index, id }: PlacedTest): string => {
    if (place === 'notebook') {
      const token = randomUUID();
      tokens.set(token, tests.find((one) => one.id === id)!);
      return servingCell(token);
    }
    return seenByKernel(notebook, assignment, id, index);
  };
  const outside = tests.filter(({ place }) => place !== 'kernel');
  const sources = new Map(outside.map((one) => [one.index, sourceIn(one)]));
  const cells = notebook.cells.map((cell, index) => {
    const source = sources.get(index);
    return source === undefined ? cell : { ...cell, source };
  });
  const examine = async (token: string, link: Parameters<Autotest['examine']>[1]) => {
    const test = tokens.get(token);
    if (!test?.examined) return;
    const { examined, copiesBack } = test;
    verdicts.set(test.index, await autotest.examine(examined, link, copiesBack));
  };
  const runLinked: typeof runEveryCell = async (one, own) => {
    if (tokens.size === 0) return runEveryCell(one, own);
    const link = new NotebookLink(folder, examine);
    try {
      const environment = { ...own.environment, ...link.environment };
      return await runEveryCell(one, { ...own, environment });
    } finally {
      await link.close();
    }
  };
  try {
    const runs = new Map(await runPastDeaths({ ...notebook, cells }, options, runLinked));
    const isLeftOut = (index: number) => isUncompiled(runs.get(index));
    for (const { place, index, examined, copiesBack } of tests) {
      if (place !== 'autotest' || !examined) continue;
      const tested = { notebook, place: index, isLeftOut };
      const verdict = await autotest.run(examined, tested, copiesBack);
      verdicts.set(index, 'flaw' in verdict ? notHad(verdict.flaw) : verdict);
    }
    for (const { index } of outside) runs.set(index, decided(verdicts.get(index), runs.get(index)));
    return {
      runs: new Map([...runs].sort(([a], [b]) => a - b)),
      places: new Map(tests.map(({ id, place }) => [id, place])),
      failures: tests.flatMap(({ id, index }) => {
        const { cannot } = verdicts.get(index) ?? {};
        if (cannot === undefined) return [];
        return {
          kind: 'infrastructure',
          question: null,
          message: `${id} cannot be tested: ${cannot}`,
        };
      }),
    };
  } finally {
    autotest.close();
  }
}

function placedTests(
  notebook: Notebook,
  { cells }: Assignment,
  plan: TestPlan,
): readonly PlacedTest[] {
  const at = new Map(notebook.cells.map((cell, index) => [gradeIdOf(cell), index]));
  return cells.filter(isTestCell).flatMap(({ id }) => {
    const planned = plan.get(id);
    const index = at.get(id);
    if (!planned || index === undefined) return [];
    if (planned.place !== 'autotest' || !planned.examined) return { ...planned, id, index };
    // What this student's code is made of may be the notebook's alone: then it answers from there.
    const extracted = extractDefinitions(notebook, planned.examined.names, index);
    const place: TestPlace = 'flaw' in extracted ? 'notebook' : 'autotest';
    return { ...planned, id, index, place };
  });
}

/** What stands for a test in the kernel: what students see of it, where a later cell builds on that. */
function seenByKernel(
  notebook: Notebook,
  { cells }: Assignment,
  id: string,
  index: number,
): string {
  const { released = '' } = cells.find((cell) => cell.id === id) ?? {};
  const names = new Set(topLevelOf(released, index).flatMap((one) => one.names));
  const isBuiltUpon = notebook.cells.slice(index + 1).some((cell, i) => {
    const isOther = !cells.some((one) => isTestCell(one) && one.id === gradeIdOf(cell));
    if (cell.cell_type !== 'code' || !isOther) return false;
    const statements = topLevelOf(sourceOf(cell), index + 1 + i);
    return statements.some(({ uses }) => [...uses].some((name) => names.has(name)));
  });
  return isBuiltUpon ? released : '// The test runs in a process of its own.';
}

/** Whether a cell failed before anything of it ran. */
function isUncompiled(run: CellRun | undefined): boolean {
  return run?.status === 'error' && /^\d+:\d+ - /.test(run.text);
}

/** A test's own run; where nobody decided it, why that is. */
function decided(verdict: Verdict | undefined, run: CellRun | undefined): CellRun {
  if (verdict?.cannot !== undefined) {
    return { ...verdict.run, status: 'error', text: `cannot be tested: ${verdict.cannot}` };
  }
  if (verdict) return verdict.run;
  if (run && run.status !== 'ok') return run;
  const text = 'the notebook did not answer';
  return { status: 'error', text, seconds: run?.seconds ?? 0, outputs: [] };
}

function notHad(flaw: string): Verdict {
  return { run: { status: 'error', text: flaw, seconds: 0, outputs: [] }, hasChanged: false };
}

function gradeIdOf({ metadata: { nbgrader } }: Notebook['cells'][number]): string | undefined {
  const id = (nbgrader as { readonly grade_id?: unknown } | null | undefined)?.grade_id;
  return typeof id === 'string' ? id : undefined;
}
