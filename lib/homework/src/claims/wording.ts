/** A function that claims may call, and its type as TypeScript writes it. */
interface Word {
  readonly type: string;
  readonly say: (...args: never[]) => string;
}

const SUPERSCRIPTS = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];

/** A number with this many decimals, and a minus sign that is one: `−0.18`. */
function fixed(value: number, digits = 0): string {
  const text = value.toFixed(digits);
  if (!text.startsWith('-')) return text;
  return Number(text) === 0 ? text.slice(1) : `−${text.slice(1)}`;
}

/** A share between 0 and 1 as a percentage: `99.3 %`. */
function percent(share: number, digits = 1): string {
  return `${fixed(100 * share, digits)} %`;
}

/** A number with its thousands apart: `60,000`. */
function grouped(value: number, digits = 0): string {
  const options = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  const text = Math.abs(value).toLocaleString('en-US', options);
  return value < 0 ? `−${text}` : text;
}

/** A number by its power of ten: `4.2·10⁻⁷`. */
function scientific(value: number, digits = 1): string {
  const text = value.toExponential(digits);
  const at = text.indexOf('e');
  if (at < 0) return text;
  const power = [...text.slice(at + 2)].map((digit) => SUPERSCRIPTS[Number(digit)]).join('');
  const factor = text.startsWith('-') ? `−${text.slice(1, at)}` : text.slice(0, at);
  return `${factor}·10${text[at + 1] === '-' ? '⁻' : ''}${power}`;
}

/** Items in a row, as a sentence has them: `4, 7 and 9`. */
function list(items: readonly (string | number)[]): string {
  if (items.length < 2) return items.join('');
  return `${items.slice(0, -1).join(', ')} and ${items[items.length - 1]}`;
}

/**
 * What claims may call beside the notebook's own names, to write a value as a sentence does. Nothing
 * here may look as if it changed something: V8 watches (`evaluatePurely`).
 */
export const wording: Readonly<Record<string, Word>> = {
  fixed: { type: '(value: number, digits?: number) => string', say: fixed },
  percent: { type: '(share: number, digits?: number) => string', say: percent },
  grouped: { type: '(value: number, digits?: number) => string', say: grouped },
  scientific: { type: '(value: number, digits?: number) => string', say: scientific },
  list: { type: '(items: readonly (string | number)[]) => string', say: list },
};
