// The thread that sees SIGINT while the kernel computes. It runs in a worker of its own.
import { Session } from 'node:inspector';
import { parentPort, workerData } from 'node:worker_threads';
import { BUSY, type FromWatch, LISTENERS } from './interruption-protocol';
import { onInterruptSignal } from './node-internals';

/** How long the kernel may take to answer before the code that it runs is ended. */
const PATIENCE_MS = 200;
/** The same where that code listens to SIGINT itself, and will end in good order. */
const PATIENCE_WITH_LISTENER_MS = 5000;
const RETRY_MS = 20;
const PARENT_CHECK_MS = 1000;

const kernel = parentPort!;
const shared = new Int32Array(workerData as SharedArrayBuffer);
const tell = (message: FromWatch) => kernel.postMessage(message);
let patience: NodeJS.Timeout | undefined;

function terminate(): void {
  clearTimeout(patience);
  patience = undefined;
  if (Atomics.load(shared, BUSY)) {
    patience = setTimeout(terminate, RETRY_MS);
    return;
  }
  const session = new Session();
  session.connectToMainThread();
  session.post('Runtime.terminateExecution', () => {
    session.disconnect();
    tell('terminated');
  });
}

function onInterrupt(): void {
  if (patience) {
    terminate();
    return;
  }
  const isHeard = Atomics.load(shared, LISTENERS) > 0;
  patience = setTimeout(terminate, isHeard ? PATIENCE_WITH_LISTENER_MS : PATIENCE_MS);
  tell('interrupt');
}

// The kernel answers: it is not blocked.
kernel.on('message', () => {
  clearTimeout(patience);
  patience = undefined;
});

onInterruptSignal(onInterrupt);

const parent = process.ppid;
setInterval(() => {
  if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL');
}, PARENT_CHECK_MS);
