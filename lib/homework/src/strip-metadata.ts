import { type Notebook, PROSE_TAG, tagsOf } from './notebook';

/**
 * An executed notebook without what its run wrote beside the outputs (when each cell ran, the state
 * of widgets), so that a diff shows results only. All else is somebody's (nbgrader's, an editor's, the
 * author's) and stays. The code of prose cells is folded away in Jupyter, as it is left out of the report.
 */
export function stripMetadata(notebook: Notebook): Notebook {
  const cells = notebook.cells.map((cell) => {
    const { execution: _times, ...metadata } = cell.metadata;
    if (!tagsOf(cell).includes(PROSE_TAG)) return { ...cell, metadata };
    const jupyter = {
      ...(metadata.jupyter as Record<string, unknown> | undefined),
      source_hidden: true,
    };
    return { ...cell, metadata: { ...metadata, jupyter } };
  });
  const { widgets: _state, ...kept } = notebook.metadata;
  return { ...notebook, cells, metadata: kept };
}
