import { ASCII_SIZE, type NonAsciiRule, toAscii } from './ascii';
import { concatenate, type SequenceSet } from './sequences';

export interface AsciiSequences
  extends Pick<SequenceSet, 'ids' | 'offsets' | 'vocabularySize'>,
    Required<Pick<SequenceSet, 'texts'>> {
  /** How many characters, of how many texts, were not ASCII. */
  readonly numCharacters: number;
  readonly numTexts: number;
}

/** Texts as sequences of ASCII ids. */
export function asciiSequences(texts: readonly string[], rule: NonAsciiRule): AsciiSequences {
  const ascii = texts.map((text) => toAscii(text, rule));
  return {
    ...concatenate(ascii.map(({ ids }) => ids)),
    vocabularySize: ASCII_SIZE,
    texts,
    numCharacters: ascii.reduce((sum, { numForeign }) => sum + numForeign, 0),
    numTexts: ascii.filter(({ numForeign }) => numForeign > 0).length,
  };
}
