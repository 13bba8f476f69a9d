import { type CellRun, type RunEveryCellOptions, runEveryCell } from '../assignment/run-every-cell';
import type { Notebook } from '../notebook';

/** A notebook that kills more kernels than this is not run on. */
const MOST_KERNELS = 5;

/**
 * Runs a notebook past cells that fail, and past those that end their kernel, too: it is run again
 * without them, so that they cost what they are worth and not all that follows.
 */
export async function runPastDeaths(
  notebook: Notebook,
  options: RunEveryCellOptions,
  run: typeof runEveryCell = runEveryCell,
): Promise<ReadonlyMap<number, CellRun>> {
  const deadly = new Map<number, CellRun>();
  let runs: ReadonlyMap<number, CellRun> = new Map();
  for (let kernels = 1; kernels <= MOST_KERNELS; kernels++) {
    const cells = notebook.cells.map((cell, index) =>
      deadly.has(index) ? { ...cell, source: '' } : cell,
    );
    try {
      runs = await run({ ...notebook, cells }, options);
    } catch (error) {
      // Where the time was used up by kernels that ended, it is enough to know what they ran.
      if (deadly.size === 0 || !isUsedUp(options) || options.signal?.aborted) throw error;
      break;
    }
    const killer = lastBeforeTheEnd(runs);
    if (killer === undefined || isUsedUp(options)) break;
    deadly.set(...killer);
  }
  return new Map([...runs, ...deadly].sort(([a], [b]) => a - b));
}

function isUsedUp({ limit, processorTime }: RunEveryCellOptions): boolean {
  return Boolean(limit?.signal.aborted || processorTime?.signal.aborted);
}

/** The cell after which no cell was run any more; undefined where all were. */
function lastBeforeTheEnd(runs: ReadonlyMap<number, CellRun>): [number, CellRun] | undefined {
  if (![...runs.values()].some(({ status }) => status === 'not-run')) return undefined;
  return [...runs].findLast(([, { status }]) => status === 'died' || status === 'timeout');
}
