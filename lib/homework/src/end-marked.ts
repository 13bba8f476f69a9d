import { readdirSync, readFileSync } from 'node:fs';

/**
 * Ends all processes that have a variable of this value in their environment, on Linux: what a notebook
 * started and detached, where the program that ran it could not end it.
 */
export function endMarked(variable: string, value: string): void {
  const mark = `${variable}=${value}\0`;
  for (const pid of pidsWith(mark)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  }
}

function pidsWith(mark: string): readonly number[] {
  if (process.platform !== 'linux') return [];
  const pids = readdirSync('/proc').map(Number).filter(Number.isInteger);
  return pids.filter((pid) => {
    try {
      return `${readFileSync(`/proc/${pid}/environ`, 'latin1')}\0`.includes(mark);
    } catch {
      // Of another user, or gone.
      return false;
    }
  });
}
