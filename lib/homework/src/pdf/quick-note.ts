import { boundCells } from '../claims/claim';
import type { Notebook } from '../notebook';
import { runRecordOf } from '../run-record';

/** What a reader is told first of outputs that are not those of which the text speaks. */
export function quickNotes(notebook: Notebook): readonly string[] {
  const isQuick = runRecordOf(notebook)?.profile === 'quick';
  if (!isQuick || boundCells(notebook).length === 0) return [];
  return [
    'The outputs below are those of a quick run, with less data or fewer steps. The text speaks of the ' +
      'full run, so its numbers may differ from those of the figures and tables.',
  ];
}
