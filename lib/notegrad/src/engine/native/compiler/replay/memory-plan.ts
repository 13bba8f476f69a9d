/** A piece of memory, from the first to the last step that uses it. */
export interface Lifetime {
  readonly bytes: number;
  readonly first: number;
  readonly last: number;
}

export interface MemoryPlan {
  /** Where each piece starts, in the order given; multiples of 64. */
  readonly offsets: number[];
  readonly bytes: number;
}

const ALIGNMENT = 64;

/**
 * Lays pieces of memory so that those alive at the same time do not overlap. The largest first, each
 * at the lowest place that is free for its whole life.
 */
export function planMemory(lifetimes: readonly Lifetime[]): MemoryPlan {
  const offsets = new Array<number>(lifetimes.length).fill(0);
  const placed: number[] = [];
  const size = (i: number) => Math.ceil(lifetimes[i].bytes / ALIGNMENT) * ALIGNMENT;
  const bySize = lifetimes.map((_, i) => i).sort((a, b) => size(b) - size(a) || a - b);
  let bytes = 0;
  for (const i of bySize) {
    const { first, last } = lifetimes[i];
    let offset = 0;
    for (const j of placed) {
      if (lifetimes[j].first > last || lifetimes[j].last < first) continue;
      if (offset + size(i) <= offsets[j]) break;
      offset = Math.max(offset, offsets[j] + size(j));
    }
    offsets[i] = offset;
    bytes = Math.max(bytes, offset + size(i));
    placed.push(i);
    placed.sort((a, b) => offsets[a] - offsets[b]);
  }
  return { offsets, bytes };
}
