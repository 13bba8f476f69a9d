import { checkKnown, checkLists, checkTexts } from '../../checks';
import { DataError } from '../../errors';
/** How many ASCII characters there are: ids are 0 … 127. */
export const ASCII_SIZE = 128;

/** NUL fills sequences up: no text has it. */
export const PADDING_ID = 0;

/**
 * What becomes of a character that is not ASCII: `map` writes the nearest ASCII (a letter without
 * its accent, a straight quote for a curly one, three dots for an ellipsis) or else `?`; `drop`
 * leaves it out.
 */
export type NonAsciiRule = 'map' | 'drop';

const RULES: readonly NonAsciiRule[] = ['map', 'drop'];

export interface AsciiText {
  readonly ids: Uint8Array;
  /** How many characters of the text were not ASCII. */
  readonly numForeign: number;
}

const NEAREST: Readonly<Record<string, string>> = {
  '‘': "'",
  '’': "'",
  '‚': "'",
  '‛': "'",
  '“': '"',
  '”': '"',
  '„': '"',
  '«': '"',
  '»': '"',
  '–': '-',
  '—': '-',
  '−': '-',
  '•': '*',
  '·': '*',
  '×': 'x',
  ß: 'ss',
  Æ: 'AE',
  æ: 'ae',
  Ø: 'O',
  ø: 'o',
};

/** A text as ASCII ids; characters that are not ASCII are written as `rule` says, by default `map`. */
export function toAscii(text: string, rule: NonAsciiRule = 'map'): AsciiText {
  checkTexts({ text }, DataError);
  checkKnown({ nonAscii: rule }, RULES, DataError);
  let numForeign = 0;
  const ascii = text.replace(/\P{ASCII}/gu, (character) => {
    numForeign++;
    return rule === 'drop' ? '' : nearest(character);
  });
  return { ids: Uint8Array.from(ascii, (character) => character.charCodeAt(0)), numForeign };
}

/** The text of ASCII ids; padding at the end is left out. */
export function fromAscii(ids: ArrayLike<number>): string {
  checkLists({ ids }, DataError);
  // One by one: a book has more characters than a call may have arguments.
  return Array.from(ids, (id) => String.fromCharCode(id))
    .join('')
    .replace(/\0+$/, '');
}

function nearest(character: string): string {
  const known = NEAREST[character];
  if (known !== undefined) return known;
  const withoutAccents = character.normalize('NFKD').replace(/\p{Mark}/gu, '');
  return /^\p{ASCII}+$/u.test(withoutAccents) ? withoutAccents : '?';
}
