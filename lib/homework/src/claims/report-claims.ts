import { listed, Mistake } from '../mistake';
import type { SettledClaims } from './settle-claims';

const HOW_TO_WRITE = `
--fix-claims writes the values in, and so does \`homework claims --fix\` after a run --in-place.
What is not so any more has to be said anew by its author.`;

/** Tells what became of the claims of a notebook, on stderr where something has to be done. */
export function reportClaims(path: string, settled: SettledClaims): void {
  const { written, unclaimed, complaints, verdict, claims } = settled;
  if (written > 0) console.log(`\n${renewedIn(path, written)}`);
  if (unclaimed.length > 0) console.log(`\n${unclaimedIn(path, unclaimed)}`);
  if (complaints.length === 0) return;
  const advice = claims ? HOW_TO_WRITE : '';
  console.error(`\n${path}: ${verdict}:${listed(complaints)}${advice}`);
}

/** What was written into texts. */
export function renewedIn(path: string, count: number): string {
  return `${path}: ${count} ${count === 1 ? 'text says' : 'texts say'} what the run found`;
}

/** A list of the numbers that no claim binds. */
export function unclaimedIn(path: string, numbers: readonly string[]): string {
  return `${path}: numbers without a claim (if nothing can be claimed of one: "text // why"):${listed(numbers)}`;
}

/** Refuses a notebook whose claims are not in order. */
export function refuseClaims(path: string, complaints: readonly string[]): void {
  if (complaints.length > 0) throw new Mistake(`${path}: wrong claims:${listed(complaints)}`);
}
