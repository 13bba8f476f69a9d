import type { ExpressionResult } from '../kernel/pure-expression';
import type { Notebook } from '../notebook';
import { type BoundCell, boundCells } from './claim';

/** What the expressions of a notebook's claims gave, by cell and in the order of the claims. */
export type Evaluated = ReadonlyMap<number, readonly ExpressionResult[]>;

/**
 * Values of expressions as the record of a run keeps them: by the number of code cells that had run,
 * and by the expression.
 */
export type ClaimValues = Readonly<Record<string, Readonly<Record<string, string | boolean>>>>;

/** The expressions of a cell's claims, in order. */
export function expressionsOf({ claims }: BoundCell): readonly string[] {
  return claims.flatMap(({ expression }) => expression ?? []);
}

/** The values, without the expressions that gave none; undefined for a notebook without claims. */
export function valuesOf(notebook: Notebook, evaluated: Evaluated): ClaimValues | undefined {
  const cells = boundCells(notebook);
  if (cells.length === 0) return undefined;
  const values: Record<string, Record<string, string | boolean>> = {};
  for (const bound of cells) {
    expressionsOf(bound).forEach((expression, index) => {
      const result = evaluated.get(bound.index)?.[index];
      if (!result || !('value' in result)) return;
      values[bound.after] ??= {};
      values[bound.after][expression] = result.value;
    });
  }
  return values;
}
