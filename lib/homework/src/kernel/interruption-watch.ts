// The thread that sees SIGINT, and how much memory there is, while the kernel computes. It runs in a
// worker of its own.
import { Session } from 'node:inspector';
import { parentPort, workerData } from 'node:worker_threads';
import {
  ASKED,
  BUSY,
  type FromWatch,
  IDLE,
  INTERRUPTS,
  LISTENERS,
  NUMBER,
  ORDERLY_LISTENERS,
  RUNNING,
  STATE,
  TERMINATING,
  WAITS_FOR_CHILD,
  type WatchData,
} from './interruption-protocol';
import { killLatestChild } from './kill-latest-child';
import { MemoryWatch } from './memory-watch';
import { onInterruptSignal } from './node-internals';

/** How long the kernel may take to answer before the code that it runs is ended. */
const PATIENCE_MS = 300;
/** The same where that code listens to SIGINT itself. */
const PATIENCE_WITH_LISTENER_MS = 700;
/** The same for a training, which ends in good order after the step that it is in. */
const PATIENCE_WITH_ORDERLY_LISTENER_MS = 5000;
/** The same where memory runs out, of which soon nothing is left. */
const PATIENCE_WITHOUT_MEMORY_MS = 20;
const RETRY_MS = 20;
const PARENT_CHECK_MS = 1000;

const kernel = parentPort!;
const { heapLimit, lastWords, shared: memory } = workerData as WatchData;
const shared = new Int32Array(memory);
const tell = (what: FromWatch['what']) => {
  const message: FromWatch = { what, running: Atomics.load(shared, RUNNING) };
  kernel.postMessage(message);
};
let patience: NodeJS.Timeout | undefined;

/**
 * Ends the code that runs, unless the kernel has answered by now, or does what must not be cut off.
 * Each side says what it is about to do before it looks at the other, so that one of them yields.
 */
function terminate(): void {
  patience = undefined;
  if (Atomics.compareExchange(shared, STATE, ASKED, TERMINATING) !== ASKED) {
    memoryWatch.restoreLimit();
    return;
  }
  if (Atomics.load(shared, BUSY)) {
    Atomics.store(shared, STATE, ASKED);
    patience = setTimeout(terminate, RETRY_MS);
    return;
  }
  if (Atomics.load(shared, WAITS_FOR_CHILD)) killLatestChild();
  const session = new Session();
  session.connectToMainThread();
  session.post('Runtime.terminateExecution', () => {
    session.disconnect();
    memoryWatch.restoreLimit();
    Atomics.store(shared, STATE, IDLE);
    tell('terminated');
  });
}

/** Asks the kernel to end its cell, and ends it if there is no answer in time. */
function ask(what: FromWatch['what'], patienceMs: number): void {
  const before = Atomics.compareExchange(shared, STATE, IDLE, ASKED);
  clearTimeout(patience);
  tell(what);
  // Who is asked for the second time has had his chance.
  if (before === ASKED || patienceMs === 0) terminate();
  else patience = setTimeout(terminate, patienceMs);
}

onInterruptSignal(() => {
  Atomics.add(shared, INTERRUPTS, 1);
  Atomics.notify(shared, INTERRUPTS);
  const isOrderly = Atomics.load(shared, ORDERLY_LISTENERS) > 0;
  const isHeard = Atomics.load(shared, LISTENERS) > 0;
  ask(
    'interrupted',
    isOrderly
      ? PATIENCE_WITH_ORDERLY_LISTENER_MS
      : isHeard
        ? PATIENCE_WITH_LISTENER_MS
        : PATIENCE_MS,
  );
});

const memoryWatch = new MemoryWatch({
  heapLimit,
  lastWords,
  cell: () => {
    const number = Atomics.load(shared, NUMBER);
    if (number === 0) return 'before its first cell';
    return Atomics.load(shared, RUNNING) > 0 ? `while cell ${number} ran` : `after cell ${number}`;
  },
  onHeapFull: () => ask('heap is full', 0),
  onMemoryFull: () => ask('memory is full', PATIENCE_WITHOUT_MEMORY_MS),
});

const parent = process.ppid;
setInterval(() => {
  if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL');
}, PARENT_CHECK_MS);
