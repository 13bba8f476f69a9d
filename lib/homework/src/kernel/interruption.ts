import { Session } from 'node:inspector';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import {
  ASKED,
  BUSY,
  type FromWatch,
  IDLE,
  LISTENERS,
  PLACES,
  STATE,
  TERMINATING,
} from './interruption-protocol';
import { EXPOSED } from './node-internals';

export interface InterruptionHandlers {
  /** SIGINT came, and no code of the notebook listens to it. */
  readonly onInterrupt: () => void;
  /** Code that did not let others run was ended. */
  readonly onTerminated: () => void;
}

/** How long ago a signal may have been heard by a listener that is gone since. */
const JUST_NOW_MS = 1000;

/**
 * Interrupts. Code that listens to SIGINT, as a training does, gets the first one. Where none
 * listens, the running cell is told to stop. Code that lets nobody else run is ended from a thread
 * of its own, through V8's inspector; all variables stay.
 */
export class Interruption {
  private readonly shared = new Int32Array(
    new SharedArrayBuffer(PLACES * Int32Array.BYTES_PER_ELEMENT),
  );
  private readonly watch: Worker;
  private heardAt = Number.NEGATIVE_INFINITY;

  constructor(handlers: InterruptionHandlers) {
    this.watch = new Worker(join(__dirname, 'interruption-watch.js'), {
      workerData: this.shared.buffer,
      execArgv: [...EXPOSED],
      stdin: false,
    });
    this.watch.unref();
    this.countListeners();
    this.watch.on('message', (message: FromWatch) => {
      if (message === 'terminated') {
        handlers.onTerminated();
        return;
      }
      this.answer();
      const isHeard =
        process.listenerCount('SIGINT') > 0 || Date.now() - this.heardAt < JUST_NOW_MS;
      if (!isHeard) handlers.onInterrupt();
    });
  }

  /**
   * Does work of the kernel's own that must not be cut off half-way. Where the code before it is
   * being ended already, that happens here, before the work.
   */
  protect<T>(work: () => T): T {
    Atomics.store(this.shared, BUSY, 1);
    this.awaitTermination();
    try {
      return work();
    } finally {
      Atomics.store(this.shared, BUSY, 0);
    }
  }

  /** The kernel is not blocked: nothing need be ended. */
  private answer(): void {
    Atomics.compareExchange(this.shared, STATE, ASKED, IDLE);
    this.awaitTermination();
  }

  private awaitTermination(): void {
    while (Atomics.load(this.shared, STATE) === TERMINATING);
  }

  /** Ends the code that called this, and all that called it. */
  terminate(): void {
    const session = new Session();
    session.connect();
    setImmediate(() => session.disconnect());
    session.post('Runtime.terminateExecution');
  }

  private countListeners(): void {
    const note = (change: number) => (name: string | symbol) => {
      if (name === 'SIGINT') Atomics.add(this.shared, LISTENERS, change);
    };
    process.on('newListener', note(1));
    process.on('removeListener', note(-1));
    const { emit } = process;
    const emitAndNote = (name: string, ...rest: unknown[]): boolean => {
      if (name === 'SIGINT') this.heardAt = Date.now();
      return Reflect.apply(emit, process, [name, ...rest]);
    };
    process.emit = emitAndNote as typeof process.emit;
  }
}
