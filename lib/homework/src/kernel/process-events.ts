import { EventEmitter } from 'node:events';

type Emit = (...args: unknown[]) => boolean;
type Name = string | symbol;

/** What the kernel hears of before all others; `true` says that Node need do nothing about it. */
export type Hear = (name: unknown, args: readonly unknown[]) => boolean;

const { apply } = Reflect;
const { listeners, listenerCount, removeListener, eventNames } = EventEmitter.prototype;

/**
 * Lets the kernel hear of every event of the process, even if cells put another `process.emit` in the place
 * of Node's, as packages do that write stacks anew; theirs is called, too.
 */
export function hearProcess(hear: Hear): void {
  let { emit } = process as unknown as { emit: Emit };
  const hearAndEmit: Emit = (...args) => {
    if (!hear(args[0], args)) return apply(emit, process, args);
    try {
      apply(emit, process, args);
    } catch (error) {
      // Node would end the process for it.
      hear('uncaughtException', ['uncaughtException', error]);
    }
    return true;
  };
  Object.defineProperty(process, 'emit', {
    get: () => hearAndEmit,
    set: (theirs: Emit) => {
      emit = theirs;
    },
    enumerable: true,
    configurable: false,
  });
}

/** Whether code of the notebook's listens to a signal. */
export function isListenedTo(signal: NodeJS.Signals): boolean {
  return listenerCount.call(process, signal) > 0;
}

/** Whatever cells remove, those who listen to the process by now go on: Node's own, and the kernel's. */
export function keepProcessListeners(): void {
  const kept = new Map<Name, ReadonlySet<unknown>>();
  for (const name of eventNames.call(process))
    kept.set(name, new Set(listeners.call(process, name)));
  const remove = (name: Name, listener: (...args: unknown[]) => void): NodeJS.Process => {
    if (!kept.get(name)?.has(listener)) removeListener.call(process, name, listener);
    return process;
  };
  const removeAll = (...names: readonly Name[]): NodeJS.Process => {
    for (const name of names.length > 0 ? names : eventNames.call(process)) {
      for (const listener of listeners.call(process, name)) remove(name, listener as () => void);
    }
    return process;
  };
  Object.assign(process, { off: remove, removeListener: remove, removeAllListeners: removeAll });
}
