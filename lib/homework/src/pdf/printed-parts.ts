import { type Cell, PROSE_TAG, tagsOf } from '../notebook';

const WITHOUT_CELL = ['remove-cell', 'remove_cell', 'hide-cell', 'hide_cell'];
const WITHOUT_INPUT = ['remove-input', 'remove_input', 'hide-input', 'hide_input', PROSE_TAG];
const WITHOUT_OUTPUT = ['remove-output', 'remove_output', 'hide-output', 'hide_output'];

/**
 * Which parts of a cell its author wants read: tags of nbconvert and Jupyter Book, and what is folded
 * in Jupyter, are left out.
 */
export function printedParts(cell: Cell): { readonly input: boolean; readonly outputs: boolean } {
  const { metadata } = cell;
  const tags = tagsOf(cell);
  const has = (names: readonly string[]) => names.some((name) => tags.includes(name));
  if (has(WITHOUT_CELL)) return { input: false, outputs: false };
  const folded = (metadata.jupyter ?? {}) as Record<string, unknown>;
  const input =
    !has(WITHOUT_INPUT) && folded.source_hidden !== true && metadata.hide_input !== true;
  const outputs =
    !has(WITHOUT_OUTPUT) && folded.outputs_hidden !== true && metadata.collapsed !== true;
  return { input, outputs };
}
