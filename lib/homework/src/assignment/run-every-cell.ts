import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ProcessorTime, ProcessorTimeUsedUp } from '../confinement/processor-time';
import type { Walls } from '../confinement/walls';
import { executeNotebook, type Profile } from '../execute';
import type { Failure } from '../failure';
import { Mistake } from '../mistake';
import { type Notebook, readNotebook, sourceOf } from '../notebook';

/** How a code cell ended. */
export interface CellRun {
  readonly status: 'ok' | 'error' | 'timeout' | 'died' | 'not-run';
  /** What the error said, or which limit it met; empty where the cell is ok. */
  readonly text: string;
  /** Present where the limit of the whole notebook ended the run in this cell, or before it. */
  readonly limit?: 'notebook';
  readonly seconds: number;
  readonly outputs: readonly Readonly<Record<string, unknown>>[];
}

/** How long a whole notebook may take, in as many kernels as it needs: the signal tells when it is over. */
export interface NotebookLimit {
  readonly seconds: number;
  readonly signal: AbortSignal;
}

export interface RunEveryCellOptions {
  /** The folder that the kernel runs in. */
  readonly folder: string;
  readonly profile: Profile;
  /** Seconds that one cell may take. */
  readonly timeout: number;
  /** Ends the run; the cells that it did not come to are not run. */
  readonly limit?: NotebookLimit;
  /** Variables of the kernel's environment besides ours. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** Walls that the kernel runs within. Default none. */
  readonly walls?: Walls;
  /** Within walls, what the notebook and its cells may use, in as many kernels as it needs. Default no limit. */
  readonly processorTime?: ProcessorTime;
  readonly onCell?: (number: number) => void;
  /** Seconds without a word after which the program that runs cells is taken to hang, and ended. Default 120. */
  readonly patience?: number;
}

/**
 * Runs a notebook in a kernel of its own, past cells that fail, and tells how each code cell ended, by
 * its place among all cells. Cells without code have no entry.
 *
 * @throws a Mistake where there is no kernel at all, or not in time, or the run was stopped: that is nobody's
 *   answer
 */
export async function runEveryCell(
  notebook: Notebook,
  options: RunEveryCellOptions,
): Promise<ReadonlyMap<number, CellRun>> {
  const own = mkdtempSync(join(tmpdir(), 'notegrad-run-'));
  const [source, target] = [join(own, 'source.ipynb'), join(own, 'executed.ipynb')];
  try {
    writeFileSync(source, JSON.stringify(notebook));
    const limits = [options.limit?.signal, options.processorTime?.signal];
    const signal = AbortSignal.any([options.signal, ...limits].filter((one) => one !== undefined));
    const runOptions = { ...options, source, target, signal, pastFailures: true };
    const execution = await executeNotebook(runOptions);
    const { failure, missed, seconds } = execution;
    if (failure?.kind === 'start') {
      // Of a trace of Python's, the last line says what went wrong.
      throw new Mistake(`the kernel does not start: ${failure.text.trim().split('\n').at(-1)}`);
    }
    const { reason } = signal;
    const most =
      reason instanceof ProcessorTimeUsedUp ? reason.message : `${options.limit?.seconds} seconds`;
    const isStopped = failure?.kind === 'stopped';
    const isOverLimit = isStopped && !options.signal?.aborted && limits.some((one) => one?.aborted);
    if (isStopped && !isOverLimit) throw new Mistake('stopped');
    if (isOverLimit && failure.number === null && seconds.size === 0) {
      throw new Mistake(`the kernel does not start within ${most}`);
    }
    const allOf = `${most} for the whole notebook`;
    const failures = new Map(
      [...missed, ...(failure ? [failure] : [])].map((one) => [one.number, one]),
    );
    const runs = new Map<number, CellRun>();
    for (const [index, cell] of readNotebook(target).cells.entries()) {
      if (cell.cell_type !== 'code' || sourceOf(cell).trim() === '') continue;
      const number = runs.size + 1;
      const found = failures.get(number);
      const common = { seconds: seconds.get(number) ?? 0, outputs: cell.outputs ?? [] };
      if (found?.kind === 'stopped') {
        runs.set(index, { ...common, status: 'timeout', limit: 'notebook', text: allOf });
      } else if (found) {
        runs.set(index, { ...common, status: statusOf(found), text: found.text.trim() });
      } else if (seconds.has(number)) {
        runs.set(index, { ...common, status: 'ok', text: '' });
      } else {
        const reason = isOverLimit
          ? ({ limit: 'notebook', text: allOf } as const)
          : { text: 'the kernel had ended before' };
        runs.set(index, { ...common, status: 'not-run', ...reason });
      }
    }
    return runs;
  } finally {
    rmSync(own, { recursive: true, force: true });
  }
}

function statusOf({ kind }: Failure): CellRun['status'] {
  if (kind === 'time') return 'timeout';
  return kind === 'died' ? 'died' : 'error';
}
