import { overlap, quietParts, type Stretch } from './quiet-parts';

/** Digits, with what belongs to the number; a name that ends in digits, such as CS479, is none. */
const NUMBER = /(?<![\p{L}\p{N}_])(?<!\d[.,])\d+(?:[.,]\d+)*(?:e[-+]?\d+)?[⁰¹²³⁴⁵⁶⁷⁸⁹]*/gu;

/** The numbers of a Markdown text that stand in none of the places of its claims. */
export function unclaimedNumbers(source: string, claimed: readonly Stretch[]): readonly Stretch[] {
  const passed = [...claimed, ...quietParts(source)];
  return [...source.matchAll(NUMBER)]
    .map(({ index, 0: text }) => ({ start: index, end: index + text.length }))
    .filter((number) => !passed.some((part) => overlap(part, number)));
}
