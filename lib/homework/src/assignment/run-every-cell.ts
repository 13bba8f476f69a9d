import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
  readonly seconds: number;
  readonly outputs: readonly Readonly<Record<string, unknown>>[];
}

export interface RunEveryCellOptions {
  /** The folder that the kernel runs in. */
  readonly folder: string;
  readonly profile: Profile;
  /** Seconds that one cell may take. */
  readonly timeout: number;
  /** Variables of the kernel's environment besides ours. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** Walls that the kernel runs within. Default none. */
  readonly walls?: Walls;
  readonly onCell?: (number: number) => void;
}

/**
 * Runs a notebook in a kernel of its own, past cells that fail, and tells how each code cell ended, by
 * its place among all cells. Cells without code have no entry.
 *
 * @throws a Mistake where there is no kernel at all, or the run was stopped: that is nobody's answer
 */
export async function runEveryCell(
  notebook: Notebook,
  options: RunEveryCellOptions,
): Promise<ReadonlyMap<number, CellRun>> {
  const own = mkdtempSync(join(tmpdir(), 'notegrad-run-'));
  const [source, target] = [join(own, 'source.ipynb'), join(own, 'executed.ipynb')];
  try {
    writeFileSync(source, JSON.stringify(notebook));
    const execution = await executeNotebook({ ...options, source, target, pastFailures: true });
    const { failure, missed, seconds } = execution;
    if (failure?.kind === 'start') throw new Mistake(`the kernel does not start: ${failure.text}`);
    if (failure?.kind === 'stopped') throw new Mistake('stopped');
    const failures = new Map(
      [...missed, ...(failure ? [failure] : [])].map((one) => [one.number, one]),
    );
    const runs = new Map<number, CellRun>();
    for (const [index, cell] of readNotebook(target).cells.entries()) {
      if (cell.cell_type !== 'code' || sourceOf(cell).trim() === '') continue;
      const number = runs.size + 1;
      const found = failures.get(number);
      const isOver = seconds.has(number);
      runs.set(index, {
        status: found ? statusOf(found) : isOver ? 'ok' : 'not-run',
        text: found ? found.text.trim() : isOver ? '' : 'the kernel had ended before',
        seconds: seconds.get(number) ?? 0,
        outputs: cell.outputs ?? [],
      });
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
