import { checkRecords } from '../checks';
import { NotegradError } from '../errors';
import { table } from '../plot/table';
import { type PartOutcome, showOutcome } from './outcome';

/** A test that is a part of another, and the points that it is worth. */
export interface Part {
  readonly points: number;
  /** Throws, or rejects, where the part is wrong. */
  readonly test: () => unknown;
}

/**
 * Runs the named parts of a test, each to its end whatever became of the others, shows a table of them
 * and returns the points of those that passed. As the last value of a test cell that number is what the
 * cell earns:
 *
 * ```ts
 * await partialCredit({
 *   'the shape': { points: 1, test: () => expectShape(predict(X), [3]) },
 *   'the values': { points: 2, test: () => expectClose(predict(X), [0, 1, 1]) },
 * })
 * ```
 *
 * The points of all parts together are those of the cell.
 *
 * @throws when there is no part, or its points are negative
 */
export async function partialCredit(parts: Readonly<Record<string, Part>>): Promise<number> {
  checkRecords({ parts }, NotegradError);
  checkRecords(parts, NotegradError);
  const entries = Object.entries(parts);
  if (entries.length === 0) throw new NotegradError('a test without parts: name at least one');
  const wrong = entries.find(([, { points }]) => !(Number.isFinite(points) && points >= 0));
  if (wrong) throw new NotegradError(`invalid points of ${wrong[0]}: ${wrong[1].points} (from 0)`);
  const found: PartOutcome[] = [];
  for (const [name, { points, test }] of entries) {
    const message = await complaintOf(test);
    found.push({ name, score: message === '' ? points : 0, max: points, message });
  }
  const rows = found.map(({ name, score, max, message }) => ({
    test: name,
    points: `${score} of ${max}`,
    result: message || 'passed',
  }));
  showOutcome(table(rows, { maxRows: rows.length }), { parts: found });
  return found.reduce((total, { score }) => total + score, 0);
}

async function complaintOf(test: () => unknown): Promise<string> {
  try {
    await test();
    return '';
  } catch (error) {
    const isNamed =
      error instanceof Error && error.name !== 'Error' && error.name !== 'ExpectationError';
    const text = error instanceof Error ? error.message : String(error);
    return (isNamed ? `${error.name}: ${text}` : text) || 'failed without a word';
  }
}
