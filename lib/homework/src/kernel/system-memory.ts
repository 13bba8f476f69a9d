import { readFileSync } from 'node:fs';

/** What a process may take before the system ends it, in bytes. */
export interface SystemMemory {
  readonly available: number;
  readonly total: number;
}

const KIB = 2 ** 10;
/** The least part of all memory that is left free. */
const RESERVE = 0.03;
const RESERVE_BYTES = 64 * 2 ** 20;
/** A process that takes less than this part is not what fills the memory. */
const LARGE_PART = 0.25;

/**
 * The memory of the machine and its swap, or what a control group (version 2) leaves of them, as a
 * container's does; undefined where the system does not say, as outside of Linux.
 *
 * @param readText reads a file of the system. Default from the disk
 */
export function systemMemory(
  readText: (path: string) => string = (path) => readFileSync(path, 'utf8'),
): SystemMemory | undefined {
  const read = (path: string) => {
    try {
      return readText(path);
    } catch {
      return undefined;
    }
  };
  const machine = read('/proc/meminfo');
  if (machine === undefined) return undefined;
  const field = (name: string) => KIB * numberAfter(machine, `${name}:`);
  const swap = field('SwapFree');
  let least = { available: field('MemAvailable') + swap, total: field('MemTotal') };
  const group = /^0::(\/.*)$/m.exec(read('/proc/self/cgroup') ?? '')?.[1] ?? '/';
  for (const folder of groupsAbove(group)) {
    const total = Number(read(`${folder}/memory.max`));
    const used = Number(read(`${folder}/memory.current`));
    if (!(total > 0 && used > 0)) continue;
    const stat = read(`${folder}/memory.stat`) ?? '';
    const cached = numberAfter(stat, 'inactive_file') + numberAfter(stat, 'active_file');
    const available = total - used + cached + swap;
    if (available < least.available) least = { available, total };
  }
  return least;
}

/** Whether a process of this size fills the memory so far that the system may soon end it. */
export function isRunningOut(resident: number, { available, total }: SystemMemory): boolean {
  return resident > LARGE_PART * total && available < Math.max(RESERVE * total, RESERVE_BYTES);
}

/** The folders of a control group and of those that it lies in. */
function groupsAbove(group: string): readonly string[] {
  const parts = group.split('/').filter(Boolean);
  return parts
    .map((_, i) => ['/sys/fs/cgroup', ...parts.slice(0, i + 1)].join('/'))
    .concat('/sys/fs/cgroup');
}

function numberAfter(text: string, name: string): number {
  return Number(new RegExp(`^${name}\\s+(\\d+)`, 'm').exec(text)?.[1] ?? 0);
}
