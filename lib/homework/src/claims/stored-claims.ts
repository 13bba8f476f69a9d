import type { Notebook } from '../notebook';
import { outputDigest, runRecordOf, sourceDigests } from '../run-record';
import { boundCells } from './claim';
import { disagreements, wrongClaims } from './compare';

/**
 * Why a notebook's texts are not those of its stored outputs, found without a run: one line a reason,
 * none if all is well or the notebook has no claims.
 */
export function wrongStoredClaims(notebook: Notebook): readonly string[] {
  const wrong = wrongClaims(notebook);
  if (wrong.length > 0) return wrong;
  if (boundCells(notebook).length === 0) return [];
  const values = runRecordOf(notebook)?.claims;
  return values ? disagreements(notebook, values) : ['no full run has evaluated its claims'];
}

/**
 * Why the values of a notebook's claims may not be those of its code and outputs any more: one line a
 * reason. Only the code before the last claim counts.
 */
export function staleClaims(notebook: Notebook): readonly string[] {
  const run = runRecordOf(notebook);
  const last = boundCells(notebook).at(-1);
  if (!run?.claims || !last) return [];
  const before = sourceDigests(notebook).slice(0, last.after);
  const changed = before.findIndex((digest, index) => digest !== run.sources[index]) + 1;
  return [
    ...(changed > 0 ? [`cell ${changed} has changed since the claims were evaluated`] : []),
    ...(outputDigest(notebook) === run.outputs
      ? []
      : ['its outputs are not those of the run that evaluated its claims']),
  ];
}
