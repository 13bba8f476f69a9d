import { systemCores } from '../system-cores';

/** Cores that V8 is busy on beside a notebook's own threads, at most: it compiles, and collects garbage. */
const KERNEL_SHARE = 0.5;

/** The reason of a signal that tells of processor time that is used up. */
export class ProcessorTimeUsedUp extends Error {}

/** Processor time that a notebook may use within walls, with all processes of all its kernels together. */
export class ProcessorTime {
  private readonly over = new AbortController();
  private spent = 0;

  /**
   * @param cell seconds that one cell may use
   * @param notebook seconds that all of it may use
   */
  constructor(
    readonly cell: number,
    readonly notebook: number = Number.POSITIVE_INFINITY,
  ) {}

  /** Aborts when the notebook has used up its time; the reason is a `ProcessorTimeUsedUp` of that limit. */
  get signal(): AbortSignal {
    return this.over.signal;
  }

  get left(): number {
    return Math.max(0, this.notebook - this.spent);
  }

  spend(seconds: number): void {
    this.spent += seconds;
    if (this.left === 0) this.over.abort(new ProcessorTimeUsedUp(processorSeconds(this.notebook)));
  }

  /** A meter for processes that start now: it is told what they have used so far, again and again. */
  meter(): (seconds: number) => void {
    let told = 0;
    return (seconds) => {
      this.spend(seconds - told);
      told = seconds;
    };
  }
}

/**
 * The processor time that goes with a limit of time: as much for each thread that a notebook computes on, and
 * half of it for what the kernel itself does beside them.
 */
export function processorTimeWithin(seconds: number): number {
  return seconds * ((Number(process.env.NOTEGRAD_THREADS) || systemCores()) + KERNEL_SHARE);
}

/** A limit in words. */
export function processorSeconds(seconds: number): string {
  return `${seconds} seconds of processor time`;
}
