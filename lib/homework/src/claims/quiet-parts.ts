import { findFormulas, verbatimAt } from '../pdf/find-formulas';

/** A stretch of a text, from its first character to the one after its last. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** Where numbers are part of a name, a place or an address, and not of what the text says. */
const QUIET: readonly RegExp[] = [
  /^ {0,3}#{1,6}[ \t].*$/gm, // headings
  /^[ \t>]*\d+[.)](?=[ \t])/gm, // items of a numbered list
  /\]\([^)\s]*(?:\s+"[^"]*")?\)/g, // targets of links and pictures
  /^ {0,3}\[[^\]]+\]:.*$/gm,
  /\bhttps?:\/\/[^\s)>]+/g,
  /\b\d+-(?:bit|D)\b/g,
  // Question 2, Steps 3 and 4, section 1.3, figs. 1–3, equation (2)
  reference('Question|Exercise|Problem|Part|Task|Step|Homework|Assignment', 'g'),
  reference('section|chapter|appendix|figure|fig|table|page|§', 'gi'),
  reference('equation|eq', 'gi', '\\(?', '\\)?'),
];

/** One number, or a range; several where the word is in the plural: in “Figure 2, 93 % …” 93 is no name. */
function reference(words: string, flags: string, opening = '', closing = ''): RegExp {
  const number = `${opening}\\d+(?:\\.\\d+)*[a-z]?${closing}(?![\\p{L}\\p{N}%])`;
  const range = `${number}(?:\\s*[–-]\\s*${number})?`;
  const list = `${range}(?:,\\s*${range})*(?:,?\\s+(?:and|or|to)\\s+${range})?`;
  const named = `(?:${words})(?:s\\.?\\s*${list}|\\.?\\s*${range})`;
  return new RegExp(`(?<![\\p{L}\\p{N}])${named}`, `${flags}u`);
}

/** Formulas, code, markup and headings of a Markdown text, and what numbers are names in it. */
export function quietParts(source: string): readonly Stretch[] {
  const parts: Stretch[] = [];
  let start = 0;
  for (const { kind, source: text } of findFormulas(source, 'markdown')) {
    const end = start + text.length;
    if (kind === 'formula') parts.push({ start, end });
    if (kind === 'words') parts.push(...verbatimParts(source, start, end));
    start = end;
  }
  const named = QUIET.flatMap((pattern) =>
    [...source.matchAll(pattern)].map(({ index, 0: text }) => ({
      start: index,
      end: index + text.length,
    })),
  );
  return [...parts, ...named];
}

/** Code, HTML tags and comments between two formulas. */
function verbatimParts(source: string, start: number, end: number): readonly Stretch[] {
  const parts: Stretch[] = [];
  for (let at = start; at < end; at++) {
    const text = verbatimAt(source, at);
    if (!text) continue;
    parts.push({ start: at, end: at + text.length });
    at += text.length - 1;
  }
  return parts;
}

/** Whether two stretches share a character. */
export function overlap(a: Stretch, b: Stretch): boolean {
  return a.start < b.end && b.start < a.end;
}
