import { Mistake } from '../mistake';
import { type Notebook, sourceOf } from '../notebook';
import { type BoundCell, boundCells, type Claim, firstWords } from './claim';
import type { ClaimValues, Evaluated } from './evaluated';
import { placesOf } from './places';
import { sentenceAround } from './sentence';
import { unclaimedNumbers } from './unclaimed-numbers';

/** What is wrong with the claims themselves, before anything runs: one line each. */
export function wrongClaims(notebook: Notebook): readonly string[] {
  let cells: readonly BoundCell[];
  try {
    cells = boundCells(notebook);
  } catch (error) {
    if (error instanceof Mistake) return [error.message];
    throw error;
  }
  return cells.flatMap(({ cell, claims }) => {
    const found = placesOf(sourceOf(cell), claims);
    return 'wrong' in found ? [`the cell “${firstWords(cell)}”: ${found.wrong}`] : [];
  });
}

/** The expressions that gave no value: one line each. */
export function failedClaims(notebook: Notebook, evaluated: Evaluated): readonly string[] {
  return boundCells(notebook).flatMap((bound) => {
    const results = evaluated.get(bound.index) ?? [];
    return withExpression(bound).flatMap(({ claim, sentence }, index) => {
      const result = results[index];
      if (result && 'value' in result) return [];
      return `${sentence}: “${claim.text}” = ${claim.expression}: ${result?.error ?? 'was not evaluated'}`;
    });
  });
}

/** Where text and value disagree, or no run has found the value: one line each. */
export function disagreements(notebook: Notebook, values: ClaimValues): readonly string[] {
  return boundCells(notebook).flatMap((bound) =>
    withExpression(bound).flatMap(({ claim, sentence }) => {
      const { text, expression } = claim;
      const value = values[bound.after]?.[expression];
      if (value === undefined) return `${sentence}: no run has evaluated “${text}” = ${expression}`;
      if (agrees(text, value)) return [];
      const verdict = typeof value === 'boolean' ? 'is not so' : `should be “${value}”`;
      return `${sentence}: “${text}” ${verdict} (${expression})`;
    }),
  );
}

/** The numbers in cells with claims that are no claim's: one line a cell. */
export function unclaimed(notebook: Notebook): readonly string[] {
  return boundCells(notebook).flatMap(({ cell, claims }) => {
    const source = sourceOf(cell);
    const found = placesOf(source, claims);
    if ('wrong' in found) return [];
    const numbers = unclaimedNumbers(source, found.places);
    return numbers.map(
      (number) => `“${sentenceAround(source, number)}”: ${source.slice(number.start, number.end)}`,
    );
  });
}

/** Whether a claim's text is what its expression gave. */
export function agrees(text: string, value: string | boolean): boolean {
  return typeof value === 'boolean' ? value : plain(text) === plain(value);
}

/** One kind of space and of minus sign. */
function plain(text: string): string {
  return text.trim().replaceAll(/\s+/g, ' ').replaceAll('−', '-');
}

type Bound = Claim & { readonly expression: string };

/** The claims that are bound to a value, each with its sentence. */
function withExpression({ cell, claims }: BoundCell) {
  const source = sourceOf(cell);
  const found = placesOf(source, claims);
  return claims.flatMap((claim, index) => {
    if (claim.expression === undefined) return [];
    const sentence =
      'wrong' in found ? firstWords(cell) : sentenceAround(source, found.places[index]);
    return { claim: claim as Bound, sentence: `“${sentence}”` };
  });
}
