/** What a process within walls may use, with all that it starts. */
export interface Limits {
  /** Bytes of memory. */
  readonly memory: number;
  /** Processes and threads at one time. */
  readonly processes: number;
  /** Seconds of processor time. */
  readonly cpu: number;
  /** Bytes of one file. */
  readonly file: number;
  /** Bytes of all files in the folder that it may write, and half as many in its temporary one. */
  readonly disk: number;
}

/** MiB without which no kernel starts. */
export const LEAST_MEMORY = 256;

/** What a submission gets: training in CS479's quick profile takes about half of the memory. */
export const DEFAULT_LIMITS: Limits = {
  memory: 2 * 2 ** 30,
  processes: 256,
  cpu: 3600,
  file: 256 * 2 ** 20,
  disk: 2 ** 30,
};
