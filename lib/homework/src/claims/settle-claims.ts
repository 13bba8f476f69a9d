import type { Profile } from '../execute';
import { readNotebook, writeNotebook } from '../notebook';
import { disagreements, failedClaims, unclaimed } from './compare';
import { type ClaimValues, type Evaluated, valuesOf } from './evaluated';
import { writeValues } from './write-values';

/** How the claims of a notebook did in a run. */
export interface SettledClaims {
  /** For the table of results. */
  readonly verdict: string;
  /** For the record of the run; absent in the quick profile, of which no text speaks. */
  readonly claims?: ClaimValues;
  readonly complaints: readonly string[];
  /** How many texts are new. */
  readonly written: number;
  readonly unclaimed: readonly string[];
}

/**
 * Compares the texts of an executed notebook with what their claims gave, or writes that into them. In
 * the quick profile the texts stand as they are; that each claim can be evaluated is asked all the same.
 */
export function settleClaims(
  path: string,
  evaluated: Evaluated,
  { profile, fixClaims }: { readonly profile: Profile; readonly fixClaims: boolean },
): SettledClaims {
  const notebook = readNotebook(path);
  const failed = failedClaims(notebook, evaluated);
  const none = { verdict: 'ok', complaints: [], written: 0, unclaimed: [] };
  if (failed.length > 0) {
    return { ...none, verdict: counted(failed, 'fails', 'fail'), complaints: failed };
  }
  const claims = profile === 'full' ? valuesOf(notebook, evaluated) : undefined;
  if (!claims) return none;
  const fixed = fixClaims ? writeValues(notebook, claims) : undefined;
  if (fixed && fixed.count > 0) writeNotebook(path, fixed.notebook);
  const present = fixed?.notebook ?? notebook;
  const complaints = [...(fixed?.complaints ?? []), ...disagreements(present, claims)];
  return {
    verdict: complaints.length > 0 ? counted(complaints, 'disagrees', 'disagree') : 'ok',
    claims,
    complaints,
    written: fixed?.count ?? 0,
    unclaimed: unclaimed(present),
  };
}

function counted({ length }: readonly string[], one: string, many: string): string {
  return length === 1 ? `1 claim ${one}` : `${length} claims ${many}`;
}
