import type { Stretch } from './quiet-parts';

const LONGEST = 200;

/** The sentence of a Markdown text that a stretch of it stands in, in one line. */
export function sentenceAround(source: string, { start, end }: Stretch): string {
  const ends = /(?<=[.!?:][*_)”"]*)\s+(?=[^a-z])|\n\s*\n|\n(?=\s*(?:[-*+]|\d+[.)]|#+|\|)\s)/g;
  let from = 0;
  let to = source.length;
  for (const { index, 0: gap } of source.matchAll(ends)) {
    if (index + gap.length <= start) from = index + gap.length;
    if (index >= end) {
      to = index;
      break;
    }
  }
  const cutFrom = Math.max(from, start - LONGEST);
  const cutTo = Math.min(to, end + LONGEST);
  const words = source.slice(cutFrom, cutTo).replaceAll(/\s+/g, ' ').trim();
  return `${cutFrom > from ? '…' : ''}${words}${cutTo < to ? '…' : ''}`;
}
