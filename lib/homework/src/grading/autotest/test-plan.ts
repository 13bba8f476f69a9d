import type { TestPlace } from '../../assignment/grade-record';
import type { ExaminedTest } from './examined-tests';

/** How a test of an assignment is run. */
export interface PlannedTest {
  readonly place: TestPlace;
  /** Why it is not autotested; empty where it is. */
  readonly reason: string;
  readonly examined?: ExaminedTest;
  /** Whether it looks at what calls change of their arguments. */
  readonly copiesBack: boolean;
  /** Whether the solution failed it outside, for whatever reason: it may not the next time. */
  readonly solutionFails?: true;
}

/** Where each test of an assignment runs, by the grade_id of its cell: the same for all students. */
export type TestPlan = ReadonlyMap<string, PlannedTest>;
