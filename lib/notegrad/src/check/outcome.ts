import type { Table } from '../plot/figure';
import { displayBundle } from '../plot/notebook';
import { inNotebook } from '../tslab';

/** What programs read of a test beside what people see: its parts, and measured thresholds. */
export const OUTCOME_TYPE = 'application/vnd.notegrad.test+json';

/** A named part of a test. */
export interface PartOutcome {
  readonly name: string;
  readonly score: number;
  readonly max: number;
  /** Empty where it passed. */
  readonly message: string;
}

/** How often a threshold held, of so many trials with seeds of their own. */
export interface ThresholdOutcome {
  readonly name: string;
  readonly atLeast: number;
  /** The value that each trial compared. */
  readonly values: readonly number[];
}

export type TestOutcome =
  | { readonly parts: readonly PartOutcome[] }
  | { readonly threshold: ThresholdOutcome };

/** Shows what a test found: a table for people, an outcome for programs. Printed outside a notebook. */
export function showOutcome({ html, text }: Table, outcome: TestOutcome): void {
  if (!inNotebook()) console.log(text);
  else {
    const data = { 'text/html': html, 'text/plain': text, [OUTCOME_TYPE]: outcome };
    displayBundle({ data, metadata: {} });
  }
}
