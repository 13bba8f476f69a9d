import type { Assignment } from '../assignment/assignment';
import { DEFAULT_LIMITS } from '../confinement/limits';
import { systemCores } from '../system-cores';
import { systemMemory } from '../system-memory';

const MIB = 2 ** 20;
/** What a usual submission takes, with room: 0.5 to 1 GB, and the process that grades it. */
const USUAL_EACH = 1024;

/** MiB of memory that one submission takes. */
export function memoryEach({ memory = USUAL_EACH }: Pick<Assignment, 'memory'>): number {
  return memory;
}

/** MiB of memory that walls allow a submission: what is said, what the assignment says, or the usual. */
export function memoryLimit({ memory }: Pick<Assignment, 'memory'>, said?: number): number {
  return said ?? memory ?? DEFAULT_LIMITS.memory / MIB;
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
