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
 * The memory of the machine and its swap, or what a control group leaves of them, as a
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
  const all = { available: field('MemAvailable') + swap, total: field('MemTotal') };
  let least = all;
  const own = read('/proc/self/cgroup') ?? '';
  const groups = [
    ...groupsAbove('', /^0::(\/.*)$/m.exec(own)?.[1]).map((one) => groupIn(one, UNIFIED, read)),
    ...groupsAbove('/memory', /^\d+:memory:(\/.*)$/m.exec(own)?.[1]).map((one) =>
      groupIn(one, SEPARATE, read),
    ),
  ];
  for (const { total, used, cached } of groups) {
    if (!(total > 0 && used > 0 && total < all.total)) continue;
    const available = total - used + cached + swap;
    if (available < least.available) least = { available, total };
  }
  return least;
}

/** Whether a process of this size fills the memory so far that the system may soon end it. */
export function isRunningOut(resident: number, { available, total }: SystemMemory): boolean {
  return resident > LARGE_PART * total && available < Math.max(RESERVE * total, RESERVE_BYTES);
}

type Read = (path: string) => string | undefined;

/** What a control group may take and takes; what is cached of files can be freed. */
interface Group {
  readonly total: number;
  readonly used: number;
  readonly cached: number;
}

/** How a version of control groups names what it tells of memory. */
interface Names {
  readonly total: string;
  readonly used: string;
  /** Before the fields of `memory.stat` that count all groups below, too. */
  readonly prefix: string;
}

const UNIFIED: Names = { total: 'memory.max', used: 'memory.current', prefix: '' };
const SEPARATE: Names = {
  total: 'memory.limit_in_bytes',
  used: 'memory.usage_in_bytes',
  prefix: 'total_',
};

function groupIn(folder: string, { total, used, prefix }: Names, read: Read): Group {
  const stat = read(`${folder}/memory.stat`) ?? '';
  const cached = (kind: string) => numberAfter(stat, `${prefix}${kind}_file`);
  return {
    total: Number(read(`${folder}/${total}`)),
    used: Number(read(`${folder}/${used}`)),
    cached: cached('inactive') + cached('active'),
  };
}

/** The folders of a control group and of those that it lies in; a container may see its own as the root. */
function groupsAbove(hierarchy: string, group = '/'): readonly string[] {
  const root = `/sys/fs/cgroup${hierarchy}`;
  const parts = group.split('/').filter(Boolean);
  return parts.map((_, i) => [root, ...parts.slice(0, i + 1)].join('/')).concat(root);
}

function numberAfter(text: string, name: string): number {
  return Number(new RegExp(`^${name}\\s+(\\d+)`, 'm').exec(text)?.[1] ?? 0);
}
