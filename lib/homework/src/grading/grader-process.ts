/** A process that grades submissions for another, one at a time, and ends with it. */
import type { Assignment } from '../assignment/assignment';
import { bubblewrap } from '../confinement/bubblewrap';
import type { WallOptions } from '../confinement/walls';
import { reasonOf } from '../mistake';
import { beat } from '../watchdog';
import type { GradeInputs } from './grade-inputs';
import { type GradedInto, type GradeTask, gradeInto } from './grade-into';
import type { GradeOptions } from './grade-submission';

/** What a grader is told first: all that is the same for a class. */
export interface GraderSetUp {
  readonly assignment: Assignment;
  readonly given: GradeInputs;
  readonly options: Pick<GradeOptions, 'profile' | 'timeout' | 'notebookLimit' | 'plan'>;
  /** Absent: students' code has our rights. */
  readonly walls?: WallOptions;
}

/** What it says to each task: the grade, or what went wrong that is not the student's fault; and that it is there. */
export type GraderAnswer =
  | { readonly says: 'graded'; readonly graded: GradedInto }
  | { readonly says: 'fault'; readonly message: string }
  | { readonly says: 'alive' };

function main(): void {
  const ended = new AbortController();
  let isBusy = false;
  // Who asked is gone, whatever way: then nobody waits for an answer.
  process.once('disconnect', () => {
    ended.abort();
    if (!isBusy) process.exit();
  });
  beat(() => {
    const alive: GraderAnswer = { says: 'alive' };
    // Who asked may be gone just now.
    if (process.connected) process.send?.(alive, undefined, undefined, () => undefined);
  });
  process.once('message', ({ assignment, given, options, walls: own }: GraderSetUp) => {
    const walls = own && bubblewrap(own);
    process.on('message', async (task: GradeTask) => {
      isBusy = true;
      let answer: GraderAnswer;
      try {
        const all = { ...options, walls, signal: ended.signal };
        answer = { says: 'graded', graded: await gradeInto(task, assignment, given, all) };
      } catch (error) {
        answer = { says: 'fault', message: reasonOf(error) };
      }
      isBusy = false;
      if (process.connected) process.send?.(answer, undefined, undefined, () => undefined);
      else process.exit();
    });
  });
}

if (require.main === module) main();
