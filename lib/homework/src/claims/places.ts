import type { Claim } from './claim';
import { quietParts, type Stretch } from './quiet-parts';

/** Where each claim stands in its text; or what keeps one from having a place of its own. */
export type Places = { readonly places: readonly Stretch[] } | { readonly wrong: string };

/**
 * Finds the place of each claim, in their order, none in another, and none in a mere part of a formula,
 * code or heading. There has to be one way only: else a number could be taken for another one that
 * happens to be equal.
 */
export function placesOf(source: string, claims: readonly Claim[]): Places {
  const quiet = quietParts(source);
  const candidates = claims.map(({ text }) =>
    stretchesOf(source, text).filter((place) => !quiet.some((part) => isWithin(place, part))),
  );
  const first: Stretch[] = [];
  for (const [index, places] of candidates.entries()) {
    const end = first.at(-1)?.end ?? 0;
    const place = places.find(({ start }) => start >= end);
    if (!place) return { wrong: missing(claims, index, places.length) };
    first.push(place);
  }
  let limit = Number.POSITIVE_INFINITY;
  for (let index = claims.length - 1; index >= 0; index--) {
    const place = candidates[index].findLast(({ end }) => end <= limit)!;
    limit = place.start;
    if (place.start === first[index].start) continue;
    return {
      wrong: `“${claims[index].text}” stands there more often than it is claimed: claim each, or add a word beside it`,
    };
  }
  return { places: first };
}

function missing(claims: readonly Claim[], index: number, count: number): string {
  const { text } = claims[index];
  if (count === 0) return `“${text}” does not stand there`;
  const before = claims[index - 1].text;
  return `“${text}” does not stand there after “${before}”: claims are in the order of the text, each for one place`;
}

/** Where a text stands as whole words and whole numbers: 0.18 is no part of −0.18 or of 10.18. */
function stretchesOf(source: string, text: string): readonly Stretch[] {
  const words = text.trim().split(/\s+/).map(escaped).join('\\s+');
  const left = /^\d/.test(text)
    ? '(?<![\\p{L}\\p{N}]|\\d[.,]|(?<![\\p{L}\\p{N}])[-−])'
    : /^[\p{L}\p{N}]/u.test(text)
      ? '(?<![\\p{L}\\p{N}])'
      : '';
  const right = /\d$/.test(text)
    ? '(?![\\p{L}\\p{N}]|[.,]\\d)'
    : /[\p{L}\p{N}]$/u.test(text)
      ? '(?![\\p{L}\\p{N}])'
      : '';
  const pattern = new RegExp(`${left}${words}${right}`, 'gu');
  return [...source.matchAll(pattern)].map(({ index, 0: found }) => ({
    start: index,
    end: index + found.length,
  }));
}

function isWithin(place: Stretch, part: Stretch): boolean {
  const isAll = place.start === part.start && place.end === part.end;
  return !isAll && part.start <= place.start && place.end <= part.end;
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
