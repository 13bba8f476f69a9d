import { DataError } from '../../errors';

const SHOWN = 10;

/**
 * Throws one error that lists the problems, if there are any.
 *
 * @param what what `onBad: 'skip'` leaves out: `the galaxies`
 */
export function reportProblems(folder: string, what: string, problems: readonly string[]): void {
  if (problems.length === 0) return;
  const shown = problems.slice(0, SHOWN).map((problem) => `\n  ${problem}`);
  const more = problems.length > SHOWN ? `\n  … and ${problems.length - SHOWN} more` : '';
  const things = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  throw new DataError(
    `${folder}: ${things} (onBad: 'skip' leaves ${what} out):${shown.join('')}${more}`,
  );
}
