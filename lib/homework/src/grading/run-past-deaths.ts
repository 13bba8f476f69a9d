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
    runs = await run({ ...notebook, cells }, options);
    const killer = lastBeforeTheEnd(runs);
    if (killer === undefined || options.limit?.signal.aborted) break;
    deadly.set(...killer);
  }
  return new Map([...runs, ...deadly].sort(([a], [b]) => a - b));
}

/** The cell after which no cell was run any more; undefined where all were. */
function lastBeforeTheEnd(runs: ReadonlyMap<number, CellRun>): [number, CellRun] | undefined {
  if (![...runs.values()].some(({ status }) => status === 'not-run')) return undefined;
  return [...runs].findLast(([, { status }]) => status === 'died' || status === 'timeout');
}
