/** What a training run leaves behind: plain numbers, ready to plot or to write as JSON. */
export interface History {
  /** The loss of each training step, in order. */
  readonly steps: { readonly loss: number[] };
  /**
   * One value an epoch for `loss` (the mean over its steps), `seconds` (the training steps alone)
   * and each metric that `validate` returned.
   */
  readonly epochs: { readonly loss: number[]; readonly seconds: number[] } & Record<
    string,
    number[]
  >;
  /** Whether the run was stopped by hand before its last step. */
  interrupted: boolean;
  /** Where the loss was not a finite number for the first time; undefined if it always was. */
  diverged?: Divergence;
}

/** The step that gave a loss that is NaN or infinite. */
export interface Divergence {
  readonly epoch: number;
  /** Counted from the beginning of the run: `steps.loss[step]` is the loss. */
  readonly step: number;
  readonly loss: number;
}

/** The history of a run that has not begun. */
export function emptyHistory(): History {
  return { steps: { loss: [] }, epochs: { loss: [], seconds: [] }, interrupted: false };
}
