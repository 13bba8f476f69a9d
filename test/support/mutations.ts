/** A small seeded generator (mulberry32), apart from the library's, for tests' own choices. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Broken copies of a file: bits flipped, bytes replaced, cut out, doubled, put in, or cut short. */
export function* mutations(valid: Uint8Array, count: number, seed = 1): Generator<Buffer> {
  const random = seededRandom(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  for (let i = 0; i < count; i++) {
    let bytes = Buffer.from(valid);
    for (let change = 0; change <= below(4); change++) {
      const at = below(bytes.length + 1);
      const length = below(Math.min(16, bytes.length - at + 1));
      const before = bytes.subarray(0, at);
      const after = bytes.subarray(at);
      const kinds = [
        () => Buffer.from(bytes.map((byte, k) => (k === at ? byte ^ (1 << below(8)) : byte))),
        () => Buffer.from(bytes.map((byte, k) => (k === at ? below(256) : byte))),
        () => Buffer.concat([before, after.subarray(length)]),
        () => Buffer.concat([before, after.subarray(0, length), after]),
        () => Buffer.concat([before, Buffer.from([below(256), below(256)]), after]),
        () => Buffer.from(before),
      ];
      bytes = kinds[below(kinds.length)]();
    }
    yield bytes;
  }
}
