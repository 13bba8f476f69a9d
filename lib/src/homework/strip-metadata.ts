import { type Cell, PROSE_TAG, tagsOf } from './notebook';

type Json = Record<string, unknown>;

const KEPT_OF_CELL = ['tags', 'name', 'slideshow', 'notegrad'];
const KEPT_OF_NOTEBOOK = ['kernelspec', 'language_info', 'title', 'authors', 'notegrad'];

/**
 * An executed notebook without what changes from run to run and machine to machine (timestamps, who
 * scrolled what, editors' notes), so that a diff shows results only. The code of prose cells is
 * folded away in Jupyter, as it is left out of the report.
 */
export function stripMetadata(notebook: Json): Json {
  const cells = (notebook.cells as Cell[]).map((cell) => ({
    ...cell,
    metadata: {
      ...pick(cell.metadata, KEPT_OF_CELL),
      ...(tagsOf(cell).includes(PROSE_TAG) && { jupyter: { source_hidden: true } }),
    },
  }));
  return { ...notebook, cells, metadata: pick(notebook.metadata as Json, KEPT_OF_NOTEBOOK) };
}

function pick(from: Json, names: readonly string[]): Json {
  return Object.fromEntries(Object.entries(from).filter(([name]) => names.includes(name)));
}
