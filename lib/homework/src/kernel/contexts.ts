import { inspect } from 'node:util';

/** What Node notes on values that belong to something under way: its number, and the cell's outputs. */
const NOTES = /^(?:async_id_symbol|trigger_async_id_symbol|kResourceStore|kAsyncContextFrame)$/;

/** Lets promises and timers be shown as Node itself shows them, without what the kernel brings along. */
export function hideContexts(): void {
  const timer = setTimeout(() => {}, 0);
  const immediate = setImmediate(() => {});
  clearTimeout(timer);
  clearImmediate(immediate);
  for (const value of [Promise.resolve(), timer, immediate]) {
    Object.defineProperty(Object.getPrototypeOf(value), inspect.custom, {
      value: withoutNotes,
      configurable: true,
      writable: true,
    });
  }
}

/** `inspect` goes on as usual where it is given the value itself. */
function withoutNotes(this: object): object {
  for (const symbol of Object.getOwnPropertySymbols(this)) {
    const isNote = NOTES.test(symbol.description ?? '');
    if (isNote) Object.defineProperty(this, symbol, { enumerable: false });
  }
  return this;
}
