import { Mistake } from '../mistake';
import { type Cell, codeCells, type Notebook, sourceOf } from '../notebook';

/**
 * A piece of a Markdown cell's text that says what the run found. Its cell lists it in the metadata
 * under `claims`, in the order of the text, as `text = expression`: the expression's value is the
 * text, or it is true and so is the text. `text // reason` says why a text is bound to nothing.
 *
 * ```json
 * "claims": [
 *   "113 = fixed(finalLoss)",
 *   "rises = losses[1] > losses[0]",
 *   "784 // the size that the handout gives" ]
 * ```
 */
export interface Claim {
  readonly text: string;
  /** TypeScript; absent where the claim says why there is none. */
  readonly expression?: string;
  /** The claim as the metadata have it after its text. */
  readonly rest: string;
}

/** A Markdown cell that has claims. */
export interface BoundCell {
  readonly cell: Cell;
  /** Its place among the notebook's cells. */
  readonly index: number;
  /** How many code cells run before it: its claims are about things as they stand then. */
  readonly after: number;
  readonly claims: readonly Claim[];
}

/**
 * The cells of a notebook that have claims.
 *
 * @throws {Mistake} where claims are not written as such
 */
export function boundCells(notebook: Notebook): readonly BoundCell[] {
  const running = new Set(codeCells(notebook));
  let after = 0;
  return notebook.cells.flatMap((cell, index) => {
    if (running.has(cell)) after++;
    if (cell.metadata.claims === undefined) return [];
    return { cell, index, after, claims: claimsOf(cell) };
  });
}

const REASON = /^(\S|\S.*?\S)( \/\/ )(\S.*)$/s;
/** The last sign counts: a text may have one, and an expression does not assign. */
const EXPRESSION = /^(\S.*\S|\S)( = )(\S.*)$/s;

/** But a formula is a whole. */
const FORMULA = /^(\$[^$]+\$)( = )(\S.*)$/s;

function claimsOf(cell: Cell): readonly Claim[] {
  const { claims } = cell.metadata;
  const place = `the claims of the cell “${firstWords(cell)}”`;
  if (cell.cell_type !== 'markdown') {
    throw new Mistake(`${place}: only a Markdown cell can have claims`);
  }
  if (!Array.isArray(claims)) throw new Mistake(`${place} are not a list`);
  return claims.map((claim) => {
    const found = typeof claim === 'string' ? partsOf(claim) : null;
    if (!found) {
      throw new Mistake(
        `${place}: ${JSON.stringify(claim)} is neither “text = expression” nor “text // reason”`,
      );
    }
    const [, text, sign, meaning] = found;
    const rest = sign + meaning;
    return sign === ' = ' ? { text, expression: meaning, rest } : { text, rest };
  });
}

function partsOf(claim: string): RegExpExecArray | null {
  return REASON.exec(claim) ?? FORMULA.exec(claim) ?? EXPRESSION.exec(claim);
}

/** What a cell is called in a message. */
export function firstWords(cell: Cell): string {
  const words = sourceOf(cell).replaceAll(/\s+/g, ' ').trim();
  return words.length > 60 ? `${words.slice(0, 60).trim()}…` : words;
}
