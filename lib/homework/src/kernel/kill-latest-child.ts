import { readdirSync, readFileSync } from 'node:fs';

/**
 * Kills the process that the kernel's main thread has started last, with all that this started in turn.
 * Does nothing where the system does not say which these are, as outside of Linux.
 */
export function killLatestChild(): void {
  const latest = startedBy(process.pid, process.pid).at(-1);
  if (latest !== undefined) killAll(latest);
}

function killAll(pid: number): void {
  const descendants = threadsOf(pid).flatMap((thread) => startedBy(pid, thread));
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
  descendants.forEach(killAll);
}

function threadsOf(pid: number): readonly number[] {
  return orNone(() => readdirSync(`/proc/${pid}/task`).map(Number));
}

/** The children of a thread that still run, the oldest first. */
function startedBy(pid: number, thread: number): readonly number[] {
  const path = `/proc/${pid}/task/${thread}/children`;
  return orNone(() => readFileSync(path, 'utf8').split(' ').filter(Boolean).map(Number));
}

function orNone<T>(read: () => readonly T[]): readonly T[] {
  try {
    return read();
  } catch {
    return [];
  }
}
