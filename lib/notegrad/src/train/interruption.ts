/** Whether an interrupt (Ctrl-C, or Jupyter's stop button) has arrived. */
export interface Interruption {
  readonly requested: boolean;
  /** Gives the signal back to whoever listened before. */
  release(): void;
}

/** By this the kernel knows a listener that ends what runs in good order, and needs time for it. */
const IN_GOOD_ORDER = Symbol.for('notegrad.endsInGoodOrder');

/**
 * Takes the first interrupt signal for itself until released, so that a loop can end in good order:
 * the kernel then sees the cell succeed, and what it computed so far can be used in the next one.
 * A second interrupt goes to the former listeners; where there were none, it ends the process.
 */
export function listenForInterruption(): Interruption {
  const formerListeners = process.listeners('SIGINT');
  let requested = false;
  let released = false;
  const release = () => {
    if (released) return;
    released = true;
    process.removeListener('SIGINT', request);
    for (const listener of formerListeners) process.on('SIGINT', listener);
  };
  const request = () => {
    requested = true;
    release();
  };
  process.removeAllListeners('SIGINT');
  process.on('SIGINT', Object.assign(request, { [IN_GOOD_ORDER]: true }));
  return {
    get requested() {
      return requested;
    },
    release,
  };
}
