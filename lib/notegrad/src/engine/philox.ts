/**
 * The random numbers of lib/notegrad/addon/ops/random.cc, to the last bit, for engines without it: Philox4x32-10
 * (Salmon et al., "Parallel Random Numbers: As Easy as 1, 2, 3", 2011) makes four random words for
 * each value of a counter.
 */

/** A generator: its seed and how many tensors it has made, each the lower half first. */
export type Generator = Int32Array;

/** What tensors are filled with. */
export interface Distribution {
  /** In [least, least + range). */
  uniform: [least: number, range: number];
  normal: [mean: number, deviation: number];
  /** Normal, but within two standard deviations of the mean. */
  truncatedNormal: [mean: number, deviation: number];
  /** The reciprocal of the probability where a value is kept, else 0. */
  dropoutMask: [kept: number];
}

/** `count` float32 values of a distribution. The generator stays as it is. */
export function draw<Name extends keyof Distribution>(
  generator: Generator,
  name: Name,
  params: Distribution[Name],
  count: number,
): Float32Array {
  const values = new Float32Array(count);
  const words = new Uint32Array(4);
  const normals = new Float64Array(4);
  const [first, second] = params as [number, number];
  if (name === 'truncatedNormal') {
    for (let i = 0; i < count; i++) {
      let found: number | undefined;
      for (let attempt = 0; found === undefined; attempt++) {
        fillWords(words, generator, i, attempt);
        fillNormals(normals, words);
        found = normals.find((normal) => Math.abs(normal) <= 2);
      }
      values[i] = first + second * found;
    }
    return values;
  }
  const scale = Math.fround(1 / first);
  const range = Math.fround(second);
  for (let i = 0; i < count; i++) {
    const j = i % 4;
    if (j === 0) {
      fillWords(words, generator, i / 4, 0);
      if (name === 'normal') fillNormals(normals, words);
    }
    if (name === 'normal') values[i] = first + second * normals[j];
    else if (name === 'uniform') values[i] = first + range * unit(words[j]);
    else values[i] = unit(words[j]) < first ? scale : 0;
  }
  return values;
}

/** One tensor more was made. */
export function advance(generator: Generator): void {
  generator[2] = (generator[2] + 1) | 0;
  if (generator[2] === 0) generator[3] = (generator[3] + 1) | 0;
}

/** In [0, 1), of 24 bits. */
function unit(word: number): number {
  return (word >>> 8) * 2 ** -24;
}

/** The four words of a counter of two halves. */
function fillWords(words: Uint32Array, generator: Generator, low: number, high: number): void {
  let [k0, k1] = [generator[0], generator[1]];
  let [c0, c1, c2, c3] = [low, high, generator[2], generator[3]];
  for (let round = 0; round < 10; round++) {
    const [high0, high1] = [upperHalf(0xd2511f53, c0), upperHalf(0xcd9e8d57, c2)];
    const [low0, low1] = [Math.imul(0xd2511f53, c0), Math.imul(0xcd9e8d57, c2)];
    c0 = high1 ^ c1 ^ k0;
    c1 = low1;
    c2 = high0 ^ c3 ^ k1;
    c3 = low0;
    k0 = (k0 + 0x9e3779b9) | 0;
    k1 = (k1 + 0xbb67ae85) | 0;
  }
  words[0] = c0;
  words[1] = c1;
  words[2] = c2;
  words[3] = c3;
}

/** The upper 32 bits of the product of two unsigned numbers. */
function upperHalf(a: number, b: number): number {
  const [a0, a1, b0, b1] = [a & 0xffff, a >>> 16, b & 0xffff, b >>> 16];
  const middle = a1 * b0 + ((a0 * b0) >>> 16);
  const other = a0 * b1 + (middle % 0x10000);
  return a1 * b1 + Math.floor(middle / 0x10000) + Math.floor(other / 0x10000);
}

/** Four normals from four words, by Box and Muller. */
function fillNormals(normals: Float64Array, words: Uint32Array): void {
  for (let j = 0; j < 4; j += 2) {
    const r = radius(words[j]);
    const [cosine, sine] = direction(words[j + 1]);
    normals[j] = r * cosine;
    normals[j + 1] = r * sine;
  }
}

/** √(−2 ln u), u = (1 … 2³¹) / 2³¹. Not by `Math.log`, whose last bit is the engine's choice. */
function radius(word: number): number {
  const v = (word >>> 1) + 1;
  const exponent = 31 - Math.clz32(v);
  const mantissa = v / 2 ** exponent;
  const isLarge = mantissa > Math.SQRT2;
  const m = isLarge ? 0.5 * mantissa : mantissa;
  const e = exponent - 31 + (isLarge ? 1 : 0);
  const s = (m - 1) / (m + 1);
  const s2 = s * s;
  let p = 1 / 15; // ln m = 2 (s + s³/3 + s⁵/5 + …)
  p = p * s2 + 1 / 13;
  p = p * s2 + 1 / 11;
  p = p * s2 + 1 / 9;
  p = p * s2 + 1 / 7;
  p = p * s2 + 1 / 5;
  p = p * s2 + 1 / 3;
  p = p * s2 + 1;
  return Math.sqrt(-2 * (e * Math.LN2 + 2 * s * p));
}

/** The cosine and sine of 2π·word / 2³². */
function direction(word: number): [cosine: number, sine: number] {
  const quadrant = (word + 0x20000000) >>> 30;
  const rest = (word - (quadrant << 30)) | 0;
  const a = rest * 1.4629180792671596e-9; // 2π / 2³²
  const a2 = a * a;
  let s = -1 / 39916800;
  s = s * a2 + 1 / 362880;
  s = s * a2 - 1 / 5040;
  s = s * a2 + 1 / 120;
  s = s * a2 - 1 / 6;
  s = s * a2 * a + a;
  let c = 1 / 479001600;
  c = c * a2 - 1 / 3628800;
  c = c * a2 + 1 / 40320;
  c = c * a2 - 1 / 720;
  c = c * a2 + 1 / 24;
  c = c * a2 - 0.5;
  c = c * a2 + 1;
  const [x, y] = quadrant & 1 ? [s, c] : [c, s];
  return [quadrant === 1 || quadrant === 2 ? -x : x, quadrant >= 2 ? -y : y];
}
