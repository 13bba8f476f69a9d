import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const TICKS_A_SECOND = 100;

/** A process and all that came from it and still runs, by `/proc`. */
export function processFamily(root: number): readonly number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    const [, parent] = /\) \S (\d+)/.exec(processText(name, 'stat')) ?? [];
    if (parent) parents.set(Number(name), Number(parent));
  }
  const family = new Set([root]);
  for (let size = 0; size < family.size; ) {
    size = family.size;
    for (const [child, parent] of parents) if (family.has(parent)) family.add(child);
  }
  return [...family];
}

/** A file of `/proc` about a process; empty where the process has ended meanwhile. */
export function processText(pid: number | string, file: string): string {
  try {
    return readFileSync(join('/proc', String(pid), file), 'latin1');
  } catch {
    return '';
  }
}

/** Seconds of processor time of a process and all that came from it, and of those of them that have ended. */
export function processorSecondsOf(root: number): number {
  const ticks = processFamily(root).flatMap((pid) => {
    const [, ...fields] = processText(pid, 'stat').split(/\) (?=\S \d)/);
    // From the third field on: utime, stime, cutime and cstime are the 14th to 17th of proc(5).
    return fields.join('').split(' ').slice(11, 15).map(Number);
  });
  return ticks.reduce((sum, each) => sum + each, 0) / TICKS_A_SECOND;
}
