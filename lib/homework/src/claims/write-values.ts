import { type Cell, type Notebook, sourceOf } from '../notebook';
import { type BoundCell, boundCells, type Claim, firstWords } from './claim';
import { agrees } from './compare';
import type { ClaimValues } from './evaluated';
import { placesOf } from './places';

export interface Written {
  readonly notebook: Notebook;
  /** How many claims have a new text. */
  readonly count: number;
  /** What could not be written, one line each. */
  readonly complaints: readonly string[];
}

/**
 * Puts the values of a run into the texts that disagree with them; all other Markdown stays. What is
 * not so any more has no other text, and stays for its author.
 */
export function writeValues(notebook: Notebook, values: ClaimValues): Written {
  const cells = [...notebook.cells];
  const complaints: string[] = [];
  let count = 0;
  for (const bound of boundCells(notebook)) {
    const written = writtenCell(bound, values[bound.after] ?? {});
    if ('wrong' in written) {
      complaints.push(`the cell “${firstWords(bound.cell)}” stays as it was: ${written.wrong}`);
      continue;
    }
    cells[bound.index] = written.cell;
    count += written.count;
  }
  return { notebook: { ...notebook, cells }, count, complaints };
}

type WrittenCell = { readonly cell: Cell; readonly count: number } | { readonly wrong: string };

function writtenCell({ cell, claims }: BoundCell, values: ClaimValues[string]): WrittenCell {
  const source = sourceOf(cell);
  const found = placesOf(source, claims);
  if ('wrong' in found) return found;
  let text = '';
  let end = 0;
  let count = 0;
  const renewed = claims.map((claim, index): Claim => {
    const value = claim.expression === undefined ? undefined : values[claim.expression];
    const place = found.places[index];
    if (typeof value !== 'string' || agrees(claim.text, value)) return claim;
    text += source.slice(end, place.start) + value;
    end = place.end;
    count++;
    return { ...claim, text: value };
  });
  if (count === 0) return { cell, count };
  text += source.slice(end);
  const unfit = renewed.find(({ text }) => !/^\S(?:.*\S)?$/.test(text) || text.includes(' // '));
  if (unfit) return { wrong: `${JSON.stringify(unfit.text)} cannot stand in a text` };
  const places = placesOf(text, renewed);
  if ('wrong' in places) return { wrong: `with the new values, ${places.wrong}` };
  const lines = typeof cell.source === 'string' ? text : (text.match(/[^\n]*\n|[^\n]+$/g) ?? []);
  const list = renewed.map(({ text, rest }) => text + rest);
  return { cell: { ...cell, source: lines, metadata: { ...cell.metadata, claims: list } }, count };
}
