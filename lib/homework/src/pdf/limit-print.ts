import { existsSync } from 'node:fs';
import { Mistake } from '../mistake';
import { processorSecondsOf } from '../process-family';

const LOOK_EVERY_MS = 250;
/** On a busy machine a print waits for its turn; one that waits longer waits for nothing. */
const CLOCK = 5;

export interface PrintLimit {
  /** Aborted, with a {@link Mistake} as its reason, where the limit has passed. */
  readonly late: AbortSignal;
  end(): void;
}

/**
 * Limits what this process and those that it starts from now on may compute, in seconds of processor
 * time, as time in which a machine does something else is nobody's fault; where the system does not
 * tell (there is no `/proc`), by the clock.
 */
export function limitPrint(seconds: number): PrintLimit {
  const late = new AbortController();
  const start = performance.now();
  const before = existsSync('/proc/self/stat') ? processorSecondsOf(process.pid) : undefined;
  const timer = setInterval(() => {
    const elapsed = (performance.now() - start) / 1000;
    const spent = before === undefined ? elapsed : processorSecondsOf(process.pid) - before;
    const wrong =
      spent > seconds
        ? `more than ${seconds} s${before === undefined ? '' : ' of processor time'}`
        : elapsed > CLOCK * seconds && `more than ${CLOCK * seconds} s, most of it waiting`;
    if (wrong) late.abort(new Mistake(`printing takes ${wrong} (--print-limit gives it more)`));
  }, LOOK_EVERY_MS);
  return { late: late.signal, end: () => clearInterval(timer) };
}
