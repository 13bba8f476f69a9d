import { type Progress, progress } from '../../progress';

/** Says how far something long has come. */
export type OnProgress = (done: number, total: number) => void;

const QUIET_MS = 1000;

/**
 * The project's progress line for work that takes more than a second; nothing for less.
 *
 * @param title what is done, e.g. `galaxies decoded`
 * @param unit how much one unit of the line is, e.g. 1e6 to count bytes in megabytes. Default 1.
 */
export function progressLine(title: string, unit = 1): OnProgress {
  const startedAt = performance.now();
  let line: Progress | undefined;
  return (done, total) => {
    if (line === undefined && performance.now() - startedAt < QUIET_MS) return;
    const units = (n: number) => Math.round((10 * n) / unit) / 10;
    if (line === undefined && done < total) line = progress(title, units(total));
    if (done < total) line?.update(units(done));
    else line?.finish(`${title}: ${units(total)}`);
  };
}
