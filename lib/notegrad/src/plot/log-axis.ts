/**
 * A logarithmic axis for values from `low` to `high`, both above 0. Every tick is labelled in full
 * (20, 50, 100): at 1, 2 and 5 of each power of ten, over more than three powers at the powers
 * alone, and within less than one at steps fine enough for three ticks or more.
 */
export function logAxis(low: number, high: number): object {
  const [from, to] = high > low ? [low, high] : [low / 10, high * 10];
  const places = logTicks(from, to);
  const isPlain = places.every((place) => place >= 1e-4 && place < 1e6);
  return {
    type: 'log',
    tickmode: 'array',
    tickvals: places,
    ticktext: places.map(isPlain ? plainNumber : powerOfTen),
  };
}

const MANTISSAS = [
  [1, 2, 5],
  [1, 1.5, 2, 3, 4, 5, 6, 8],
];
const MOST_POWERS = 8;
const FEWEST_TICKS = 3;

/** The places of ticks, some of them beyond the values: where the axis may be padded to. */
function logTicks(low: number, high: number): number[] {
  const [first, last] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  if (Math.log10(high / low) > 3) {
    const step = Math.ceil((last - first) / MOST_POWERS);
    return range(Math.floor(first / step), Math.ceil(last / step)).map((k) => tenTo(k * step));
  }
  const isWithin = (place: number) => place >= low && place <= high;
  for (const mantissas of MANTISSAS) {
    const places = range(first - 1, last).flatMap((power) =>
      mantissas.map((mantissa) => exact(mantissa * tenTo(power))),
    );
    if (places.filter(isWithin).length >= FEWEST_TICKS) return places;
  }
  const step = roundStep((high - low) / 4);
  return range(Math.floor(low / step), Math.ceil(high / step))
    .map((multiple) => exact(multiple * step))
    .filter((place) => place > 0);
}

/** The next 1, 2 or 5 of a power of ten that is not above a length. */
function roundStep(length: number): number {
  const power = tenTo(Math.floor(Math.log10(length)));
  return exact(power * (length >= 5 * power ? 5 : length >= 2 * power ? 2 : 1));
}

/** Without the error of a multiplication. */
function exact(value: number): number {
  return Number(value.toPrecision(12));
}

function tenTo(power: number): number {
  return Number(`1e${power}`);
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}

function plainNumber(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 12, useGrouping: value >= 10_000 });
}

function powerOfTen(value: number): string {
  const [mantissa, power] = exact(value).toExponential().split('e');
  const factor = mantissa === '1' ? '' : `${mantissa} × `;
  return `${factor}10<sup>${power.replace('+', '').replace('-', '−')}</sup>`;
}
