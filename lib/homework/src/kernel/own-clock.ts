import { restoreBuiltins } from './builtin-methods';

// Node's clock as it was before any cell ran: a cell may put another in its place, as tests do that
// mock timers, and the kernel goes on.
export const now: () => number = Date.now;
export const clearTimer: typeof clearTimeout = clearTimeout;
const ownTimeout = setTimeout;
const ownImmediate = setImmediate;

/** Does work of the kernel's later, with the language as Node has it. */
export function setTimer(work: () => void, milliseconds: number): NodeJS.Timeout {
  return ownTimeout(() => {
    restoreBuiltins();
    work();
  }, milliseconds);
}

/** The same in the next turn of the event loop. */
export function inNextTurn(work: () => void): void {
  ownImmediate(() => {
    restoreBuiltins();
    work();
  });
}
