import { totalmem } from 'node:os';
import { DataError } from '../../errors';
import { counted } from './counted';

/** Half of the machine's memory, at most 4 GB. */
export function defaultMemoryLimit(): number {
  return Math.min(totalmem() / 2, 4e9);
}

/**
 * @param things what there are so many of: `galaxies`
 * @param advice what to choose instead
 * @throws DataError where so many images of this shape take more bytes than the limit
 */
export function checkMemory(
  things: string,
  count: number,
  shape: readonly [height: number, width: number, channels: number],
  limit: number,
  advice: string,
): void {
  const bytes = shape.reduce((product, length) => product * length, count);
  if (bytes <= limit) return;
  throw new DataError(
    `${counted(count)} ${things} of ${shape.join('×')} need ${inUnits(bytes)}, ` +
      `more than the limit of ${inUnits(limit)} (${advice})`,
  );
}

function inUnits(bytes: number): string {
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
