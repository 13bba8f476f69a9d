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

/** What Node keeps to itself; it offers no other way, and says so only in its documentation. */
function bindingOf<Name extends keyof Bindings>(name: Name): Bindings[Name] {
  const { noDeprecation } = process;
  process.noDeprecation = true;
  try {
    const { binding } = process as unknown as { binding(name: Name): Bindings[Name] };
    return binding(name);
  } finally {
    process.noDeprecation = noDeprecation;
  }
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

/** What Node 20 and 22 count calls with; Node 24 gives it to nobody. */
function asyncWrap(): AsyncWrap | undefined {
  try {
    return bindingOf('async_wrap');
  } catch {
    return undefined;
  }
}

/**
 * Lets V8 cut calls off: Node notes which are under way, and would end the process when one has
 * gone without a word. To be said again whenever a cell begins, since other code can ask for it. Node
 * 24 has no more than the option `--no-force-async-hooks-checks`, with which the kernel is started.
 */
export function allowCutCalls(): void {
  const wrap = asyncWrap();
  if (!wrap) return;
  wrap.async_hook_fields[wrap.constants.kCheck] = 0;
  wrap.async_hook_fields[wrap.constants.kTotals] = 0;
}

/** Forgets the calls that were under way, once they have been cut off. */
export function forgetCutCalls(): void {
  asyncWrap()?.clearAsyncIdStack();
}
