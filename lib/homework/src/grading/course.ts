import type { Assignment } from '../assignment/assignment';
import type { GradeRecord } from '../assignment/grade-record';
import { assignmentIn, recordsIn, type Ungraded, ungradedIn } from './graded-folder';
import { publicRecord } from './public-record';

/** All that is known of an assignment that was graded, as students may read it. */
export interface Course {
  readonly assignment: Pick<Assignment, 'name' | 'points'>;
  readonly records: readonly GradeRecord[];
  readonly ungraded: readonly Ungraded[];
}

/**
 * Reads what `homework grade` left in a folder, without what repeats hidden tests.
 *
 * @throws a Mistake where there are no grades, or no assignment that says what is hidden
 */
export function courseIn(folder: string): Course {
  const records = recordsIn(folder);
  const assignment = assignmentIn(folder);
  return {
    assignment,
    records: records.map((record) => publicRecord(record, assignment)),
    ungraded: ungradedIn(folder),
  };
}
