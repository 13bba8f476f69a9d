import { createRequire } from 'node:module';

interface AsyncWrap {
  readonly async_hook_fields: Uint32Array;
  readonly constants: { readonly kCheck: number; readonly kTotals: number };
  clearAsyncIdStack(): void;
}

interface Signal {
  onsignal: () => void;
  start(number: number): void;
}

interface Bindings {
  readonly async_wrap: AsyncWrap;
  readonly signal_wrap: { readonly Signal: new () => Signal };
}

/**
 * What Node keeps to itself; it offers no other way, and says so only in its documentation. Since
 * Node 23 it does so to processes that were started with `--expose-internals`, as kernel.json does.
 */
function bindingOf<Name extends keyof Bindings>(name: Name): Bindings[Name] {
  const { noDeprecation, emitWarning } = process;
  process.noDeprecation = true;
  process.emitWarning = () => {};
  try {
    return findBinding(name);
  } finally {
    Object.assign(process, { noDeprecation, emitWarning });
  }
}

function findBinding<Name extends keyof Bindings>(name: Name): Bindings[Name] {
  if (process.execArgv.includes('--expose-internals')) {
    const { internalBinding }: { internalBinding(name: Name): Bindings[Name] } =
      createRequire(__filename)('internal/test/binding');
    return internalBinding(name);
  }
  const { binding } = process as unknown as { binding(name: Name): Bindings[Name] };
  return binding(name);
}

/**
 * Hears SIGINT in any thread. Node gives signals to its main thread alone; libuv, below it, gives
 * them to every event loop that asks.
 */
export function onInterruptSignal(listener: () => void): void {
  const signal = new (bindingOf('signal_wrap').Signal)();
  signal.onsignal = listener;
  signal.start(2);
}

/**
 * Lets V8 cut calls off: Node notes which are under way, and would end the process when one has
 * gone without a word. To be said again whenever a cell begins, since other code can ask for it.
 */
export function allowCutCalls(): void {
  const { async_hook_fields, constants } = bindingOf('async_wrap');
  async_hook_fields[constants.kCheck] = 0;
  async_hook_fields[constants.kTotals] = 0;
}

/** Forgets the calls that were under way, once they have been cut off. */
export function forgetCutCalls(): void {
  bindingOf('async_wrap').clearAsyncIdStack();
}
