import { lstatSync, readdirSync, statSync } from 'node:fs';
import { sep } from 'node:path';
import { processFamily, processorSecondsOf, processText } from '../process-family';
import type { Limits } from './limits';
import { processorSeconds } from './processor-time';

const LOOK_EVERY_MS = 200;
/** A look may take this share of the time. */
const MOST_OF_THE_TIME = 0.1;
const MOST_NEW_FILES = 50_000;
const PAGE_BYTES = 4096;

export interface Watcher {
  /** Which limit was passed, in words that follow “it”; undefined where none was. */
  end(): string | undefined;
}

export interface WatchOptions {
  /** Where nobody else does. */
  readonly looksAtMemory: boolean;
  /** Seconds that were counted so far; undefined where nobody counts, so that the watcher adds up what it sees. */
  readonly processorTime: () => number | undefined;
  readonly onProcessorTime?: (seconds: number) => void;
  /** The processes that write. Default the one that is watched, and all that came from it. */
  readonly members?: () => readonly number[];
}

/** Looks again and again how much a process has written and computed, and how much memory it has. */
export function watch(pid: number, folder: string, limits: Limits, options: WatchOptions): Watcher {
  const { looksAtMemory, processorTime, onProcessorTime } = options;
  const { members = () => processFamily(pid) } = options;
  const before = usageOf(folder);
  const device = statSync(folder).dev;
  let passed: string | undefined;
  let spent = 0;
  let timer: NodeJS.Timeout;
  const look = () => {
    const start = performance.now();
    passed = passedLimit();
    if (passed !== undefined) killGroup(pid);
    const pause = (performance.now() - start) / MOST_OF_THE_TIME;
    timer = setTimeout(look, Math.max(LOOK_EVERY_MS, pause)).unref();
  };
  const meter = () => {
    // What ended, and nobody waited for, is not seen any more.
    spent = Math.max(spent, processorTime() ?? processorSecondsOf(pid));
    onProcessorTime?.(spent);
  };
  const passedLimit = () => {
    meter();
    if (spent > limits.cpu) return `used more than ${processorSeconds(limits.cpu)}`;
    const { bytes, files, isClosed } = usageOf(folder);
    const written = bytes - before.bytes + namelessBytes(members(), device);
    if (written > limits.disk) return `wrote more than ${megabytes(limits.disk)}`;
    if (isClosed && !before.isClosed) return 'made folders that nobody can look into';
    if (files - before.files > MOST_NEW_FILES) return `made more than ${MOST_NEW_FILES} files`;
    const [memory, processes] = looksAtMemory ? memoryOf(pid) : [0, 0];
    if (memory > limits.memory) return `used more than ${megabytes(limits.memory)} of memory`;
    if (processes > limits.processes) return `started more than ${limits.processes} processes`;
    return passed;
  };
  look();
  return {
    end: () => {
      clearTimeout(timer);
      meter();
      return passed;
    },
  };
}

export function megabytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20).toLocaleString('en-US')} MiB`;
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

interface Usage {
  bytes: number;
  files: number;
  /** Whether there are folders that are closed to us, or lie deeper than a path can tell. */
  isClosed: boolean;
}

/** What lies in a folder, whatever its names are; what vanishes meanwhile counts for nothing. */
function usageOf(folder: string): Usage {
  const usage = { bytes: 0, files: 0, isClosed: false };
  const folders = [Buffer.from(folder)];
  for (let one = folders.pop(); one !== undefined; one = folders.pop()) {
    try {
      for (const name of readdirSync(one, { encoding: 'buffer' })) {
        const path = Buffer.concat([one, Buffer.from(sep), name]);
        const found = lstatSync(path, { throwIfNoEntry: false });
        usage.files++;
        usage.bytes += (found?.blocks ?? 0) * 512;
        if (found?.isDirectory()) folders.push(path);
      }
    } catch (error) {
      if (!isGone(error)) usage.isClosed = true;
    }
  }
  return usage;
}

function isGone(error: unknown): boolean {
  const isSystems = error instanceof Error && 'code' in error;
  return isSystems && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}

/** Bytes of files without a name that processes hold open on a disk. */
function namelessBytes(pids: readonly number[], device: number): number {
  const sizes = new Map<number, number>();
  for (const pid of pids) {
    const opened = `/proc/${pid}/fd`;
    try {
      for (const descriptor of readdirSync(opened)) {
        const found = statSync(`${opened}/${descriptor}`, { throwIfNoEntry: false });
        if (found?.isFile() && found.nlink === 0 && found.dev === device) {
          sizes.set(found.ino, found.blocks * 512);
        }
      }
    } catch {
      // It has ended.
    }
  }
  return [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0);
}

/** Bytes of memory of a process and all that came from it, and how many they are. */
function memoryOf(pid: number): readonly [bytes: number, processes: number] {
  const family = processFamily(pid);
  const pages = family.map((one) => Number(processText(one, 'statm').split(' ')[1] ?? 0));
  return [pages.reduce((sum, count) => sum + count, 0) * PAGE_BYTES, family.length];
}
