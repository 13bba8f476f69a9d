import { Session } from 'node:inspector';
import { join } from 'node:path';
import { getHeapStatistics } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { restoreBuiltins, withBuiltins } from './builtin-methods';
import {
  ASKED,
  BUSY,
  type FromWatch,
  IDLE,
  INTERRUPTS,
  LISTENERS,
  NUMBER,
  ORDERLY_LISTENERS,
  PLACES,
  RUNNING,
  STATE,
  TERMINATING,
  WAITS_FOR_CHILD,
  type WatchData,
} from './interruption-protocol';
import { EXPOSED } from './node-internals';
import { inNextTurn, now } from './own-clock';
import { isListenedTo } from './process-events';

/** What ends a cell; `running` says which one ran then, as `begin` was told it, or 0 where none did. */
export interface InterruptionHandlers {
  /** SIGINT came, and no code of the notebook listens to it. */
  readonly onInterrupt: () => void;
  /** The same, from within the code that runs. */
  readonly onInterruptedHere: () => void;
  /** JavaScript's heap is full, or the system's memory. */
  readonly onOutOfMemory: (running: number, of: 'heap' | 'system') => void;
  /** Code that did not let others run was ended. */
  readonly onTerminated: (running: number) => void;
}

/** How long ago a signal may have been heard by a listener that is gone since. */
const JUST_NOW_MS = 1000;
/** Of a process and its child, the child may have ended of a signal before the process hears of it. */
const SIGNAL_MS = 100;
const INTERRUPTED_STATUS = 130;
const ROUNDS_UNTIL_HEEDED = 1e9;
/** By this a listener says that it ends what runs in good order, as that of a training does. */
const IN_GOOD_ORDER = Symbol.for('notegrad.endsInGoodOrder');

/**
 * Interrupts. Code that listens to SIGINT, as a training does, gets the first one. Where none
 * listens, the running cell is told to stop. Code that lets nobody else run is ended from a thread
 * of its own, through V8's inspector; all variables stay. The same thread ends a cell before the
 * memory ends.
 */
export class Interruption {
  private readonly shared = new Int32Array(
    new SharedArrayBuffer(PLACES * Int32Array.BYTES_PER_ELEMENT),
  );
  private readonly watch: Worker;
  private heardAt = Number.NEGATIVE_INFINITY;
  /** Of all interrupts, those that the watch has told of, and those that have had their answer. */
  private received = 0;
  private answered = 0;
  /** Works under way that must not be cut off, one in the other. */
  private protections = 0;

  /** @param lastWords the file for a note to the kernel that follows, should this one be ended */
  constructor(
    private readonly handlers: InterruptionHandlers,
    lastWords?: string,
  ) {
    const workerData: WatchData = {
      shared: this.shared.buffer,
      heapLimit: getHeapStatistics().heap_size_limit,
      lastWords,
    };
    this.watch = new Worker(join(__dirname, 'interruption-watch.js'), {
      workerData,
      execArgv: [...EXPOSED],
      stdin: false,
    });
    this.watch.unref();
    this.countListeners();
    this.watch.on('message', (message: FromWatch) => this.receive(message));
  }

  /** Notes which cell runs now, and the number that it is shown with. */
  begin(running: number, number: number): void {
    Atomics.store(this.shared, NUMBER, number);
    Atomics.store(this.shared, RUNNING, running);
    Atomics.store(this.shared, WAITS_FOR_CHILD, 0);
  }

  /** No cell runs any more. */
  end(): void {
    Atomics.store(this.shared, RUNNING, 0);
  }

  /**
   * Does work of the kernel's own that must not be cut off half-way, with the language as Node has it.
   * Where the code before it is being ended already, that happens here, before the work.
   */
  protect<T>(work: () => T): T {
    this.protections++;
    Atomics.store(this.shared, BUSY, 1);
    this.awaitTermination();
    try {
      return this.protections === 1 ? withBuiltins(work) : work();
    } finally {
      this.protections--;
      if (this.protections === 0) Atomics.store(this.shared, BUSY, 0);
    }
  }

  /** Code of the notebook's, if any, has heard of an interrupt. */
  noteHeard(): void {
    this.heardAt = now();
  }

  private receive({ what, running }: FromWatch): void {
    restoreBuiltins();
    if (what === 'terminated') {
      this.handlers.onTerminated(running);
      return;
    }
    this.answer();
    if (what === 'interrupted') {
      this.received++;
      if (this.received <= this.answered) return;
      this.answered = this.received;
      if (!this.isHeard()) this.handlers.onInterrupt();
    } else {
      this.handlers.onOutOfMemory(running, what === 'heap is full' ? 'heap' : 'system');
    }
  }

  /**
   * Whether an interrupt has come that nobody has heard of yet, since the code that ran until now let
   * nothing else run. Who asks is its answer, and nothing else will be.
   */
  takeInterrupt(): boolean {
    const interrupts = Atomics.load(this.shared, INTERRUPTS);
    if (interrupts === this.answered || this.isHeard()) return false;
    this.answered = interrupts;
    this.answer();
    return true;
  }

  /**
   * Waits for a child process as `run` does. Stop ends the child, too: at once, as most do that get the
   * signal themselves, or when the kernel's patience is over.
   */
  awaitChild<T>(run: () => T): T {
    Atomics.store(this.shared, WAITS_FOR_CHILD, 1);
    let end: unknown;
    try {
      const result = run();
      end = result;
      return result;
    } catch (error) {
      end = error;
      throw error;
    } finally {
      Atomics.store(this.shared, WAITS_FOR_CHILD, 0);
      if (this.hearOfChild(end) && this.takeInterrupt()) this.handlers.onInterruptedHere();
    }
  }

  /**
   * Of the end of a child process; where it ended of a signal, the kernel has heard of that signal after
   * this, too. Returns whether it did.
   */
  hearOfChild(end: unknown): boolean {
    if (!wasInterrupted(end)) return false;
    Atomics.wait(this.shared, INTERRUPTS, this.answered, SIGNAL_MS);
    return true;
  }

  /** Whether code of the notebook's, which listens to SIGINT, has the answer. */
  private isHeard(): boolean {
    return isListenedTo('SIGINT') || now() - this.heardAt < JUST_NOW_MS;
  }

  /** The kernel is not blocked: nothing need be ended. */
  private answer(): void {
    while (Atomics.compareExchange(this.shared, STATE, ASKED, IDLE) !== IDLE);
  }

  private awaitTermination(): void {
    while (Atomics.load(this.shared, STATE) === TERMINATING);
  }

  /** Ends the code that called this, and all that called it. */
  terminate(): void {
    const session = new Session();
    session.connect();
    inNextTurn(() => session.disconnect());
    session.post('Runtime.terminateExecution');
    // V8 heeds it where a loop begins anew. Without one here, it might be in code of the kernel's.
    for (let rounds = 0; rounds < ROUNDS_UNTIL_HEEDED; rounds++);
  }

  private countListeners(): void {
    const note = (change: number) => (name: string | symbol, listener: object) => {
      if (name !== 'SIGINT') return;
      Atomics.add(this.shared, LISTENERS, change);
      if (IN_GOOD_ORDER in listener) Atomics.add(this.shared, ORDERLY_LISTENERS, change);
    };
    process.on('newListener', note(1));
    process.on('removeListener', note(-1));
  }
}

/** Whether a child process ended, or says that it did, by SIGINT; shells say so by a number. */
function wasInterrupted(end: unknown): boolean {
  const { signal, status } = (end ?? {}) as { signal?: unknown; status?: unknown };
  return signal === 'SIGINT' || status === INTERRUPTED_STATUS;
}
