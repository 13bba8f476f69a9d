export interface Outcome {
  readonly name: string;
  readonly status: string;
  readonly messages: readonly string[];
}

export interface Verdict {
  readonly passed: number;
  readonly failed: readonly Outcome[];
  /** Names that failed as foreseen. */
  readonly excluded: readonly string[];
  /** Names of exclusions that no longer fail. */
  readonly stale: readonly string[];
}

/**
 * Judges the outcomes of the specs of one backend. Several specs may share a name: one failure
 * fails them all.
 *
 * @param exclusions The reasons why specs may fail, by name.
 */
export declare function judge(
  outcomes: readonly Outcome[],
  exclusions: Readonly<Record<string, string>>,
): Verdict;
