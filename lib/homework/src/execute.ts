import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { writeAtomically } from 'notegrad/tooling';
import { boundCells } from './claims/claim';
import { type Evaluated, expressionsOf } from './claims/evaluated';
import { type ProcessorTime, processorSeconds } from './confinement/processor-time';
import type { Walls } from './confinement/walls';
import { endMarked } from './end-marked';
import { type Failure, PASSED_LIMIT } from './failure';
import { COMPILED_VARIABLE } from './kernel/compiled-typescript';
import type { ExpressionResult } from './kernel/pure-expression';
import { kernelFolder } from './kernel-folder';
import { Mistake } from './mistake';
import { readNotebook } from './notebook';
import { jupyterEnvironment, packageFolder, projectFolder } from './project';
import { neutralFolder, ownProgram, pythonWithJupyter } from './python';
import { removeFolder } from './remove-folder';
import { PATIENCE, Watchdog } from './watchdog';

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
  /** Walls that the kernel runs within. Default none: with the rights of whoever runs it. */
  readonly walls?: Walls;
  /** Within walls, the processor time that the notebook and each of its cells may use. Default no limit. */
  readonly processorTime?: ProcessorTime;
  /** Seconds without a word after which the program that runs cells is taken to hang, and ended. Default 120. */
  readonly patience?: number;
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

/** Of processor time, in which a notebook that is stopped ends. */
const STOP_SECONDS = 30;

/** Every process of a run has it, so that those that were detached are found. */
const RUN_VARIABLE = 'NOTEGRAD_RUN';

type DriverEvent =
  | { readonly event: 'alive' }
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

/**
 * Runs a notebook from top to bottom in a kernel of its own, up to the first failure or, where that is
 * wanted, past failures.
 *
 * @throws a Mistake where the program that runs it hangs
 */
export async function executeNotebook(options: ExecuteOptions): Promise<Execution> {
  const { source, target, profile, timeout, signal, onCell, environment, processorTime } = options;
  const { patience = PATIENCE } = options;
  const notebook = readNotebook(source);
  const python = pythonWithJupyter();
  const own = ownFolder();
  const folder = options.folder ?? kernelFolder(source);
  const mark = randomUUID();
  const enclosed = options.walls?.enclose(kernelCommand(), {
    folder,
    writable: [own.connection],
    readable: readableFolders(),
    environment: { NOTEGRAD_DATA: dataFolder(), ...environment, NOTEGRAD_PROFILE: profile },
    ...(processorTime && {
      // We stop it at its limit; what we did not would be ended here.
      limits: { cpu: Math.ceil(processorTime.left) + STOP_SECONDS },
      onProcessorTime: (seconds: number) => spend(seconds),
    }),
  });
  const job = {
    notebook,
    target: own.executed,
    connection: own.connection,
    kernel: enclosed?.command ?? kernelCommand(),
    cwd: folder,
    timeout,
    expressions: Object.fromEntries(
      boundCells(notebook).map((bound) => [bound.index, expressionsOf(bound)]),
    ),
    past_failures: options.pastFailures ?? false,
  };
  // A group of its own: Ctrl-C reaches us alone, and we stop the driver, which stops the kernel.
  const child = spawn(python, ownProgram('run_notebook.py'), {
    cwd: neutralFolder,
    detached: true,
    env: {
      ...jupyterEnvironment(),
      ...environment,
      NOTEGRAD_PROFILE: profile,
      [RUN_VARIABLE]: mark,
    },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  // A driver that ends early says why itself. Its stdin stays open: that it closes means to stop.
  child.stdin.on('error', () => {});
  child.stdin.write(`${JSON.stringify(job)}\n`);
  const stop = () => child.kill('SIGTERM');
  const meter = processorTime?.meter();
  let spent = 0;
  let running: { readonly number: number; readonly since: number } | undefined;
  const spend = (seconds: number) => {
    meter?.(seconds);
    spent = seconds;
    const most = processorTime?.cell ?? Number.POSITIVE_INFINITY;
    if (!running || spent - running.since <= most) return;
    const passed = { used_up: running.number, text: processorSeconds(most) };
    running = undefined;
    child.stdin.write(`${JSON.stringify(passed)}\n`);
  };
  signal?.addEventListener('abort', stop);
  let kernel: number | undefined;
  const evaluated = new Map<number, readonly ExpressionResult[]>();
  let hangs = false;
  const watchdog = new Watchdog(() => {
    hangs = true;
    child.kill('SIGKILL');
  }, patience);
  try {
    const execution: { cells: number; failure?: Failure; ended: boolean } = {
      cells: 0,
      ended: false,
    };
    const missed: Failure[] = [];
    const seconds = new Map<number, number>();
    const complaints = collect(child);
    for await (const line of createInterface({ input: child.stdout! })) {
      watchdog.heard();
      const event: DriverEvent = JSON.parse(line);
      if (event.event === 'kernel') {
        kernel = event.pid;
        enclosed?.watch(kernel);
      }
      if (event.event === 'started') {
        running = { number: event.number, since: spent };
        onCell?.(event.number);
      }
      if (event.event === 'finished') execution.cells++;
      if (event.event === 'evaluated') evaluated.set(event.cell, event.results);
      if (event.event === 'finished' || event.event === 'missed') {
        seconds.set(event.number ?? 0, event.seconds);
      }
      if (event.event === 'missed') missed.push(failureOf(event));
      if (event.event === 'failed') execution.failure = failureOf(event);
      if (event.event === 'failed' || event.event === 'done') execution.ended = true;
    }
    if (hangs) {
      throw new Mistake(`the program that runs notebooks did not answer for ${patience} seconds`);
    }
    const { cells, ended } = execution;
    const failure = withLimit(execution.failure, enclosed?.end());
    if (existsSync(own.executed)) writeAtomically(target, [readFileSync(own.executed)]);
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
    watchdog.end();
    signal?.removeEventListener('abort', stop);
    child.kill('SIGKILL');
    if (kernel !== undefined) killGroup(kernel);
    enclosed?.end();
    endMarked(RUN_VARIABLE, mark);
    removeFolder(own.folder);
  }
}

/** What Jupyter starts as well, by the path of our own Node and not by a name. */
function kernelCommand(): readonly string[] {
  const folder = join(packageFolder, 'share', 'jupyter', 'kernels', 'tslab');
  const { argv }: { argv: readonly string[] } = JSON.parse(
    readFileSync(join(folder, 'kernel.json'), 'utf8'),
  );
  const [, ...args] = argv.map((part) => part.replace('{resource_dir}', folder));
  return [process.execPath, ...args];
}

/** A folder for one run, whose name nobody can foretell: for its sockets, and for what was run. */
function ownFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'ng-'));
  const connection = join(folder, 'kernel');
  mkdirSync(connection);
  return { folder, connection, executed: join(folder, 'executed.ipynb') };
}

/** A kernel that died of a limit of its walls did so for a reason that is known. */
function withLimit(failure: Failure | undefined, passed: string | undefined): Failure | undefined {
  if (failure?.kind !== 'died' || passed === undefined) return failure;
  return { ...failure, text: `${PASSED_LIMIT}${passed}` };
}

/** What is read within walls beside the project: data sets, and what a class has compiled for all. */
export function readableFolders(): readonly string[] {
  const compiled = process.env[COMPILED_VARIABLE];
  return [dataFolder(), ...(compiled ? [compiled] : [])];
}

/** Where data sets lie; a kernel within walls runs elsewhere, and finds them all the same. */
export function dataFolder(): string {
  return process.env.NOTEGRAD_DATA ?? join(projectFolder(), 'data');
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
