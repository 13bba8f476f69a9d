/** A Python that can run and convert notebooks. */
export interface Python {
  readonly path: string;
  /** Version of each module of Jupyter that was asked for; null where it is absent. */
  readonly modules: Readonly<Record<string, string | null>>;
  readonly missing: readonly string[];
  /** What opens notebooks in a browser, the best one installed. */
  readonly frontEnd?: 'jupyterlab' | 'notebook';
}

export interface PythonSearch {
  readonly python?: Python;
  /** The ones looked at before it, and why each was not taken. */
  readonly passedOver: readonly { readonly path: string; readonly reason: string }[];
}

/**
 * The first Python that has jupyter_client, nbclient and nbconvert: `NOTEGRAD_PYTHON` and no other
 * where it is set, else the conda environment's, each `python3` on the PATH, and the system's.
 */
export function findPython(): PythonSearch;
