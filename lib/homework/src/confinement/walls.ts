import type { ChildProcess, SpawnOptions } from 'node:child_process';
import type { CgroupVersion } from './cgroup';
import type { Limits } from './limits';

/** What may be chosen of the walls. */
export interface WallOptions {
  /** What everything within them may use. Default `DEFAULT_LIMITS`. */
  readonly limits?: Partial<Limits>;
  /** How memory and processes are limited. Default the best that there is. */
  readonly means?: Means;
}

/** How memory and processes are limited. */
export type Means = CgroupVersion | 'rlimits';

/** What a process finds within the walls, beside the system and the project, which it can only read. */
export interface Inside {
  /** Its working folder, the one that it may write; it has the same path within. */
  readonly folder: string;
  /** Other files and folders that it may write. */
  readonly writable?: readonly string[];
  /** Other files and folders that it may read. */
  readonly readable?: readonly string[];
  /** Variables of its environment, beside a few of ours; it sees none of the grader's. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Default those of the walls. */
  readonly limits?: Partial<Limits>;
  /** Hears again and again, and at the end, how many seconds of processor time all within have used. */
  readonly onProcessorTime?: (seconds: number) => void;
}

/** A process within walls. */
export interface ConfinedProcess extends ChildProcess {
  /** Which limit it passed, in words that follow “it”; known once it is closed. */
  passedLimit?: string;
}

/** A command within walls, before it is started. */
export interface Enclosed {
  /** The command that starts it: program and arguments. */
  readonly command: readonly string[];
  /** Looks after what the system itself does not limit, once it runs under this process id. */
  watch(pid: number): void;
  /** Ends all that is left within, and says which limit was passed, if one was. */
  end(): string | undefined;
}

/** Walls around code that nobody has read. */
export interface Walls {
  /** What holds them, a line each, for people. */
  readonly description: readonly string[];
  /** What they were made with: another process makes the same (`bubblewrap`). */
  readonly options: WallOptions;
  /** The command within walls of its own, for a program that starts it itself. */
  enclose(command: readonly string[], inside: Inside): Enclosed;
  /**
   * Starts a command within walls of its own. It ends with us; `kill` ends all that it started.
   *
   * @param options what `child_process.spawn` takes; `cwd` and `env` are those of `inside`
   */
  spawn(
    command: string,
    args: readonly string[],
    inside: Inside,
    options?: Omit<SpawnOptions, 'cwd' | 'env'>,
  ): ConfinedProcess;
}
