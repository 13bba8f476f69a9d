import { systemCores } from '../system-cores';
import { systemMemory } from '../system-memory';

/** What one submission takes of memory, with room: 0.5 to 1 GB, and the process that grades it. */
const EACH = 2 ** 30;

/** How many submissions there is memory for at a time; at least one. */
export function jobsByMemory(available: number | undefined = systemMemory()?.available): number {
  return available === undefined ? Infinity : Math.max(1, Math.floor(available / EACH));
}

/** How many submissions are graded at a time: one a core, as far as there is memory for. */
export function defaultJobs(
  cores: number = systemCores(),
  available: number | undefined = systemMemory()?.available,
): number {
  return Math.min(cores, jobsByMemory(available));
}
