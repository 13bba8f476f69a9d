// The thread that sees SIGINT while the kernel computes. It runs in a worker of its own.
import { Session } from 'node:inspector';
import { parentPort, workerData } from 'node:worker_threads';
import {
  ASKED,
  BUSY,
  type FromWatch,
  IDLE,
  LISTENERS,
  STATE,
  TERMINATING,
} from './interruption-protocol';
import { onInterruptSignal } from './node-internals';

/** How long the kernel may take to answer before the code that it runs is ended. */
const PATIENCE_MS = 300;
/** The same where that code listens to SIGINT itself, and will end in good order. */
const PATIENCE_WITH_LISTENER_MS = 5000;
const RETRY_MS = 20;
const PARENT_CHECK_MS = 1000;

const kernel = parentPort!;
const shared = new Int32Array(workerData as SharedArrayBuffer);
const tell = (message: FromWatch) => kernel.postMessage(message);
let patience: NodeJS.Timeout | undefined;

/**
 * Ends the code that runs, unless the kernel has answered by now, or does what must not be cut off.
 * Each side says what it is about to do before it looks at the other, so that one of them yields.
 */
function terminate(): void {
  patience = undefined;
  if (Atomics.compareExchange(shared, STATE, ASKED, TERMINATING) !== ASKED) return;
  if (Atomics.load(shared, BUSY)) {
    Atomics.store(shared, STATE, ASKED);
    patience = setTimeout(terminate, RETRY_MS);
    return;
  }
  const session = new Session();
  session.connectToMainThread();
  session.post('Runtime.terminateExecution', () => {
    session.disconnect();
    Atomics.store(shared, STATE, IDLE);
    tell('terminated');
  });
}

function onInterrupt(): void {
  const before = Atomics.compareExchange(shared, STATE, IDLE, ASKED);
  clearTimeout(patience);
  if (before === ASKED) {
    // The second time is meant: whoever listens has had his chance.
    terminate();
    return;
  }
  const isHeard = Atomics.load(shared, LISTENERS) > 0;
  patience = setTimeout(terminate, isHeard ? PATIENCE_WITH_LISTENER_MS : PATIENCE_MS);
  tell('interrupt');
}

onInterruptSignal(onInterrupt);

const parent = process.ppid;
setInterval(() => {
  if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL');
}, PARENT_CHECK_MS);
