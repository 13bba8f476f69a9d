import { type ChildProcess, spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { boundCells } from './claims/claim';
import { type Evaluated, expressionsOf } from './claims/evaluated';
import type { Failure } from './failure';
import type { ExpressionResult } from './kernel/pure-expression';
import { kernelFolder } from './kernel-folder';
import { readNotebook } from './notebook';
import { jupyterEnvironment, packageFolder } from './project';
import { pythonWithJupyter } from './python';

export type Profile = 'quick' | 'full';

export interface ExecuteOptions {
  readonly source: string;
  /** Where the executed notebook goes; written in every case, with what was run. */
  readonly target: string;
  readonly profile: Profile;
  /** Seconds that one cell may take. */
  readonly timeout: number;
  /** Stops the kernel and keeps what was run. */
  readonly signal?: AbortSignal;
  readonly onCell?: (number: number) => void;
  /** The folder that it runs in. Default that of the source. */
  readonly folder?: string;
  /** Variables of the kernel's environment besides ours. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Whether the cells behind one that fails are run all the same. Default false. */
  readonly pastFailures?: boolean;
}

export interface Execution {
  /** Cells that ran to their end. */
  readonly cells: number;
  /** What the claims of the texts gave, each where it stands. */
  readonly evaluated: Evaluated;
  /** What ended the run early. */
  readonly failure?: Failure;
  /** Cells that failed and were passed over. */
  readonly missed: readonly Failure[];
  /** Seconds that each cell took which ended, by its number. */
  readonly seconds: ReadonlyMap<number, number>;
}

type DriverEvent =
  | { readonly event: 'kernel'; readonly pid: number }
  | { readonly event: 'started'; readonly number: number }
  | { readonly event: 'finished'; readonly number: number; readonly seconds: number }
  | {
      readonly event: 'evaluated';
      readonly cell: number;
      readonly results: readonly ExpressionResult[];
    }
  | ({ readonly event: 'missed'; readonly seconds: number } & Failure)
  | { readonly event: 'done' }
  | ({ readonly event: 'failed' } & Failure);

const driver = join(packageFolder, 'python', 'run_notebook.py');

/**
 * Runs a notebook from top to bottom in a kernel of its own, up to the first failure or, where that is
 * wanted, past failures.
 */
export async function executeNotebook(options: ExecuteOptions): Promise<Execution> {
  const { source, target, profile, timeout, signal, onCell, environment } = options;
  const job = {
    source: resolve(source),
    target: resolve(target),
    cwd: options.folder ?? kernelFolder(source),
    timeout,
    expressions: Object.fromEntries(
      boundCells(readNotebook(source)).map((bound) => [bound.index, expressionsOf(bound)]),
    ),
    past_failures: options.pastFailures ?? false,
  };
  // A group of its own: Ctrl-C reaches us alone, and we stop the driver, which stops the kernel.
  const child = spawn(pythonWithJupyter(), [driver, JSON.stringify(job)], {
    detached: true,
    env: {
      ...jupyterEnvironment(),
      ...environment,
      NOTEGRAD_PROFILE: profile,
      PYTHONUNBUFFERED: '1',
    },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const stop = () => child.kill('SIGTERM');
  signal?.addEventListener('abort', stop);
  let kernel: number | undefined;
  const evaluated = new Map<number, readonly ExpressionResult[]>();
  try {
    const execution: { cells: number; failure?: Failure; ended: boolean } = {
      cells: 0,
      ended: false,
    };
    const missed: Failure[] = [];
    const seconds = new Map<number, number>();
    const complaints = collect(child);
    for await (const line of createInterface({ input: child.stdout! })) {
      const event: DriverEvent = JSON.parse(line);
      if (event.event === 'kernel') kernel = event.pid;
      if (event.event === 'started') onCell?.(event.number);
      if (event.event === 'finished') execution.cells++;
      if (event.event === 'evaluated') evaluated.set(event.cell, event.results);
      if (event.event === 'finished' || event.event === 'missed') {
        seconds.set(event.number ?? 0, event.seconds);
      }
      if (event.event === 'missed') missed.push(failureOf(event));
      if (event.event === 'failed') execution.failure = failureOf(event);
      if (event.event === 'failed' || event.event === 'done') execution.ended = true;
    }
    const { cells, failure, ended } = execution;
    if (signal?.aborted && failure?.kind !== 'stopped') {
      return {
        cells,
        evaluated,
        missed,
        seconds,
        failure: { kind: 'stopped', number: null, text: 'stopped' },
      };
    }
    if (ended) return { cells, evaluated, missed, seconds, failure };
    return {
      cells,
      evaluated,
      missed,
      seconds,
      failure: { kind: 'start', number: null, text: await complaints },
    };
  } finally {
    signal?.removeEventListener('abort', stop);
    child.kill('SIGKILL');
    if (kernel !== undefined) killGroup(kernel);
  }
}

function failureOf({ kind, number, text }: Failure): Failure {
  return { kind, number, text };
}

/** What the driver says on stderr; nbclient's own log is part of it. */
async function collect(child: ChildProcess): Promise<string> {
  let text = '';
  for await (const chunk of child.stderr!) text = `${text}${chunk}`.slice(-4000);
  return text;
}

/** For a driver that was killed itself and could not stop its kernel. */
function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It is gone already, as it should be.
  }
}
