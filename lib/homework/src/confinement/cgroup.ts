import { randomUUID } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { isLeftBehind, processMark } from '../process-mark';
import type { Limits } from './limits';

/** The memory and the number of a group of processes, limited by the kernel, and their processor time. */
export interface Cgroup {
  /** A process that writes its id into these files belongs to the group, with all that it starts. */
  readonly entrances: readonly string[];
  /** The ids of all that is in it. */
  members(): readonly number[];
  /** How often the kernel ended a process for want of memory. */
  kills(): number;
  /** Seconds of processor time of all that was ever in it; undefined where they are not counted. */
  processorTime(): number | undefined;
  remove(): void;
}

export type CgroupVersion = 'cgroup v2' | 'cgroup v1';

/** Where control groups are mounted, and in which of them we are. */
interface Place {
  readonly root: string;
  /** What /proc/self/cgroup says. */
  readonly own: string;
}

const HERE: Place = {
  root: '/sys/fs/cgroup',
  get own() {
    return existsSync('/proc/self/cgroup') ? readFileSync('/proc/self/cgroup', 'utf8') : '';
  },
};

/** The version of control groups in which we may make groups; undefined where in none. */
export function usableCgroup(limits: Limits, place: Place = HERE): CgroupVersion | undefined {
  for (const version of ['cgroup v2', 'cgroup v1'] as const) {
    try {
      makeCgroup(version, limits, newCgroupName(), place).remove();
      return version;
    } catch {
      // Not mounted, not delegated to us, or without these controllers.
    }
  }
  return undefined;
}

const NAME = 'notegrad-';

export function newCgroupName(): string {
  return `${NAME}${processMark()}${randomUUID()}`;
}

/** Takes away groups of processes that were killed, and ends what is left in them. */
function removeLeftGroups(parent: string): void {
  for (const name of readdirSync(parent)) {
    if (!name.startsWith(NAME) || !isLeftBehind(name.slice(NAME.length))) continue;
    const folder = join(parent, name);
    try {
      for (const pid of membersOf([join(folder, 'cgroup.procs')])) process.kill(pid, 'SIGKILL');
      rmdirSync(folder);
    } catch {
      // What was in it ends just now: the next who makes a group takes it away.
    }
  }
}

/** @throws the system's error where it may not be made */
export function makeCgroup(
  version: CgroupVersion,
  limits: Limits,
  name: string,
  place: Place = HERE,
): Cgroup {
  return version === 'cgroup v2' ? makeV2(limits, name, place) : makeV1(limits, name, place);
}

/** Delegated is a whole subtree, whose groups with processes cannot have groups with limits: ours lies beside. */
function makeV2(limits: Limits, name: string, { root, own }: Place): Cgroup {
  const present = pathOf('', own);
  const parents = [dirname(present), present].map((path) => join(root, path));
  const parent = parents.find((path) => {
    const file = join(path, 'cgroup.subtree_control');
    const controllers = existsSync(file) ? readFileSync(file, 'utf8').split(/\s+/) : [];
    return controllers.includes('memory') && controllers.includes('pids');
  });
  if (!parent) throw new Error('cgroup v2 is not delegated');
  removeLeftGroups(parent);
  const folder = join(parent, name);
  mkdirSync(folder);
  return filled(
    [folder],
    () => {
      writeFileSync(join(folder, 'memory.max'), String(limits.memory));
      writeIfThere(join(folder, 'memory.swap.max'), '0');
      writeIfThere(join(folder, 'memory.oom.group'), '1');
      writeFileSync(join(folder, 'pids.max'), String(limits.processes));
    },
    () => countIn(join(folder, 'memory.events'), /^oom_kill (\d+)/m),
    () => secondsIn(join(folder, 'cpu.stat'), /^usage_usec (\d+)/m, 1e6),
  );
}

function makeV1(limits: Limits, name: string, { root, own }: Place): Cgroup {
  const [memory, pids, cpuacct] = ['memory', 'pids', 'cpuacct'].map((controller) => {
    const nested = join(root, controller, pathOf(controller, own));
    const parent = existsSync(nested) ? nested : join(root, controller);
    if (existsSync(parent)) removeLeftGroups(parent);
    return join(parent, name);
  });
  const made: string[] = [];
  return filled(
    made,
    () => {
      for (const folder of [memory, pids]) {
        mkdirSync(folder);
        made.push(folder);
      }
      writeFileSync(join(memory, 'memory.limit_in_bytes'), String(limits.memory));
      writeIfThere(join(memory, 'memory.memsw.limit_in_bytes'), String(limits.memory));
      writeFileSync(join(pids, 'pids.max'), String(limits.processes));
      try {
        mkdirSync(cpuacct);
        made.push(cpuacct);
      } catch {
        // Processor time is not counted here.
      }
    },
    () => countIn(join(memory, 'memory.oom_control'), /^oom_kill (\d+)/m),
    () => secondsIn(join(cpuacct, 'cpuacct.usage'), /^(\d+)/, 1e9),
  );
}

function filled(
  folders: readonly string[],
  fill: () => void,
  kills: () => number,
  processorTime: () => number | undefined,
): Cgroup {
  const remove = () => {
    for (const folder of folders) if (existsSync(folder)) rmdirSync(folder);
  };
  try {
    fill();
  } catch (error) {
    remove();
    throw error;
  }
  const files = folders.map((folder) => join(folder, 'cgroup.procs'));
  const members = () => membersOf(files);
  return { entrances: files, members, kills, processorTime, remove };
}

/** The ids of the processes that files name; another PID namespace's have none here. */
function membersOf(files: readonly string[]): readonly number[] {
  return files
    .filter((file) => existsSync(file))
    .flatMap((file) => readFileSync(file, 'utf8').split('\n').map(Number))
    .filter((pid) => pid > 0);
}

/** The path of our own group of a controller; the unified hierarchy has no name. */
function pathOf(controller: string, own: string): string {
  for (const line of own.split('\n')) {
    const [, names, path] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (names?.split(',').includes(controller)) return path;
  }
  return '/';
}

function countIn(file: string, pattern: RegExp): number {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  return Number(pattern.exec(text)?.[1] ?? 0);
}

function secondsIn(file: string, pattern: RegExp, aSecond: number): number | undefined {
  if (!existsSync(file)) return undefined;
  return countIn(file, pattern) / aSecond;
}

function writeIfThere(file: string, text: string): void {
  if (existsSync(file)) writeFileSync(file, text);
}
