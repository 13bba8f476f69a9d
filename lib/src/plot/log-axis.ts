/**
 * A logarithmic axis for values from `low` to `high`, both above 0: ticks at 1, 2 and 5 of each power
 * of ten, over more than three of them at the powers alone, and within one where plotly puts them.
 */
export function logAxis(low: number, high: number): object {
  const numPowers = Math.log10(high / low);
  const ticks = numPowers > 3 ? { dtick: 1 } : numPowers > 1 ? { dtick: 'D2' } : {};
  return { type: 'log', exponentformat: 'power', ...ticks };
}
