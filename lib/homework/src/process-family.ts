import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

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
