import { type Debugger, Session } from 'node:inspector';
import { isRunningOut, systemMemory } from '../system-memory';
import { leaveLastWords, withdrawLastWords } from './last-words';

export interface MemoryWatchOptions {
  /** Bytes that the kernel's JavaScript values may take. */
  readonly heapLimit: number;
  /** Where to leave a note for the next kernel; none where this is absent. */
  readonly lastWords?: string;
  /** The cell that runs or ran last, as a part of a sentence. */
  readonly cell: () => string;
  /** V8 has no room for more values; the kernel stands still until this returns. */
  readonly onHeapFull: () => void;
  /** The system has no room for more. */
  readonly onMemoryFull: () => void;
}

const LOOK_EVERY_MS = 100;
/** A kernel smaller than this is no danger to any system. */
const SMALL = 256 * 2 ** 20;
/** While a kernel takes less than this part of what its heap may, the heap is not full. */
const PART_OF_HEAP = 0.5;
/** By how much a kernel has to grow until it is of another size. */
const GROWTH = 1.05;

/**
 * Watches how much memory the kernel takes, from a thread of its own. V8 ends a process whose heap is
 * full, but asks a debugger first: we are one while the kernel is large. Where the system's memory
 * ends, nobody asks, and the watch has to be quick.
 */
export class MemoryWatch {
  private debug: Session | undefined;
  /** What the note for the next kernel says, if there is one. */
  private noted: { readonly cell: string; readonly resident: number } | undefined;
  /** Resident bytes beyond which the next cell is ended. */
  private allowed = 0;

  constructor(private readonly options: MemoryWatchOptions) {
    setInterval(() => this.look(), LOOK_EVERY_MS);
  }

  /** Gives V8 its limit back, which it raises to let the debugger work. */
  restoreLimit(): void {
    this.debug?.disconnect();
    this.debug = undefined;
  }

  private look(): void {
    const { heapLimit } = this.options;
    const resident = process.memoryUsage.rss();
    const isLarge = resident > PART_OF_HEAP * heapLimit;
    if (isLarge && !this.debug) this.debug = this.connect();
    if (!isLarge) this.restoreLimit();
    const memory = resident > SMALL ? systemMemory() : undefined;
    const isFull = memory !== undefined && isRunningOut(resident, memory);
    if (!isFull) this.allowed = 0;
    else if (resident > this.allowed) {
      // The cell that frees something has to be let run.
      this.allowed = GROWTH * resident;
      this.options.onMemoryFull();
    }
    if (isLarge || isFull) this.leaveNote(resident);
    else this.withdrawNote();
  }

  private leaveNote(resident: number): void {
    const { lastWords } = this.options;
    const cell = this.options.cell();
    const isSaid = this.noted?.cell === cell && resident < GROWTH * this.noted.resident;
    if (lastWords === undefined || isSaid) return;
    leaveLastWords(lastWords, cell, resident);
    this.noted = { cell, resident };
  }

  private withdrawNote(): void {
    const { lastWords } = this.options;
    if (lastWords !== undefined && this.noted) withdrawLastWords(lastWords);
    this.noted = undefined;
  }

  private connect(): Session {
    const session = new Session();
    session.connectToMainThread();
    session.on('Debugger.paused', ({ params }) => {
      const { reason }: Debugger.PausedEventDataType = params;
      if (reason === 'OOM') this.options.onHeapFull();
      session.post('Debugger.resume');
    });
    session.post('Debugger.enable');
    // Of all reasons to pause, that one remains.
    session.post('Debugger.setSkipAllPauses', { skip: true });
    return session;
  }
}
