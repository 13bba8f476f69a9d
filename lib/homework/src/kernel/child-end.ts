import { ChildProcess } from 'node:child_process';

/** How a child process ended, as `spawnSync` says it. */
export interface ChildEnd {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Tells of each child process of the notebook's that nobody waited for, before the notebook's code hears of its end. */
export function onChildEnd(tell: (end: ChildEnd) => void): void {
  // What all of `spawn`, `exec`, `execFile` and `fork` start a child with; not in Node's types.
  const prototype = ChildProcess.prototype as unknown as { spawn(options: unknown): unknown };
  const { spawn } = prototype;
  prototype.spawn = function spawnAndListen(this: ChildProcess, options: unknown) {
    this.once('exit', (status, signal) => tell({ status, signal }));
    return Reflect.apply(spawn, this, [options]);
  };
}
