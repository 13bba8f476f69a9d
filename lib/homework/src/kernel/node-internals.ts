import Module from 'node:module';

interface AsyncWrap {
  readonly async_hook_fields: Uint32Array;
  readonly constants: { readonly kCheck: number; readonly kTotals: number };
  clearAsyncIdStack(): void;
}

interface Signal {
  onsignal: () => void;
  start(number: number): void;
}

/** What Node keeps to itself; it offers no other way, and says so only in its documentation. */
function publicBinding(name: 'async_wrap'): AsyncWrap {
  const { noDeprecation } = process;
  process.noDeprecation = true;
  try {
    const { binding } = process as unknown as { binding(name: string): AsyncWrap };
    return binding(name);
  } finally {
    process.noDeprecation = noDeprecation;
  }
}

interface InternalBindings {
  internalBinding(name: 'signal_wrap'): { readonly Signal: new () => Signal };
}

/**
 * Hears SIGINT in a worker. Node gives signals to its main thread alone; libuv, below it, gives them
 * to every event loop that asks. The worker has to be started with `EXPOSED`.
 */
export function onInterruptSignal(listener: () => void): void {
  const { emitWarning } = process;
  // Node warns of what is meant here.
  process.emitWarning = () => {};
  const { internalBinding } = require('internal/test/binding') as InternalBindings;
  process.emitWarning = emitWarning;
  const signal = new (internalBinding('signal_wrap').Signal)();
  signal.onsignal = listener;
  signal.start(2);
}

/** The options of a worker that hears SIGINT. */
export const EXPOSED: readonly string[] = ['--expose-internals'];

/** Puts something around each time that Node loads a package's module, which it must not do by halves. */
export function aroundLoading(wrap: <T>(load: () => T) => T): void {
  const loader = Module as unknown as { _load(...args: unknown[]): unknown };
  const load = loader._load;
  loader._load = (...args) => wrap(() => Reflect.apply(load, loader, args));
}

/** What Node 20 and 22 count calls with; Node 24 gives it to nobody. */
function asyncWrap(): AsyncWrap | undefined {
  try {
    return publicBinding('async_wrap');
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
