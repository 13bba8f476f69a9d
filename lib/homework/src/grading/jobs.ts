import type { Assignment } from '../assignment/assignment';
import { DEFAULT_LIMITS } from '../confinement/limits';
import { systemCores } from '../system-cores';
import { systemMemory } from '../system-memory';

const MIB = 2 ** 20;
/** What a usual submission takes, with room: 0.5 to 1 GB, and the process that grades it. */
const USUAL_EACH = 1024;
/** What starts, hands out and collects, in a job of a cluster. */
const MIB_OF_A_JOB = 512;

/** MiB of memory that one submission takes. */
export function memoryEach({ memory = USUAL_EACH }: Pick<Assignment, 'memory'>): number {
  return memory;
}

/** MiB of memory that walls allow a submission: what is said, what the assignment says, or the usual. */
export function memoryLimit({ memory }: Pick<Assignment, 'memory'>, said?: number): number {
  return said ?? memory ?? DEFAULT_LIMITS.memory / MIB;
}

/**
 * MiB of memory of a cluster's job that grades so many at a time. One of them may go up to the limit of its walls: it
 * would else be ended by the job's, and others with it.
 */
export function memoryOfJob(
  jobs: number,
  assignment: Pick<Assignment, 'memory'>,
  said?: number,
): number {
  const each = memoryEach(assignment);
  return (jobs - 1) * each + Math.max(each, memoryLimit(assignment, said)) + MIB_OF_A_JOB;
}

/** How many submissions that take so many MiB there is memory for at a time; at least one. */
export function jobsByMemory(
  each: number,
  available: number | undefined = systemMemory()?.available,
): number {
  return available === undefined ? Infinity : Math.max(1, Math.floor(available / (each * MIB)));
}

/** How many submissions are graded at a time: one a core, as far as there is memory for. */
export function defaultJobs(
  each: number,
  cores: number = systemCores(),
  available: number | undefined = systemMemory()?.available,
): number {
  return Math.min(cores, jobsByMemory(each, available));
}
