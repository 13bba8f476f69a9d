import type { Random } from '../../random';
import { GALAXY_QUESTIONS } from './galaxy-tree';

/** What can be odd about a galaxy, in the tree's order. */
export const ODD_FEATURES = [
  'ring',
  'arc',
  'disturbed',
  'irregular',
  'other',
  'merger',
  'dust lane',
] as const;
export type OddFeature = (typeof ODD_FEATURES)[number];

/**
 * A galaxy as numbers, in a field that reaches from −1 to 1. Lengths are in these units, angles in
 * radians.
 */
export interface Galaxy {
  readonly kind: 'smooth' | 'disk' | 'star';
  /** Half-light radius of a smooth galaxy, scale length of a disk. */
  readonly radius: number;
  /** Minor by major axis, as seen. */
  readonly axisRatio: number;
  readonly angle: number;
  /** Sérsic index of the smooth profile. */
  readonly sersic: number;
  /** The bulge's brightness at its centre beside the disk's, 0 … 2, and how square its outline is. */
  readonly bulge: number;
  readonly boxiness: number;
  /** The bar's brightness, 0 for none. */
  readonly bar: number;
  /** 0 for no arms. */
  readonly numArms: number;
  readonly pitch: number;
  readonly armContrast: number;
  readonly odd?: OddFeature;
  /** Where along the galaxy the odd feature lies, and where spirals begin. */
  readonly phase: number;
  /** Brightness, and colour from blue (0) to red (1). */
  readonly brightness: number;
  readonly redness: number;
}

/** How often each occurs is about what the 61,578 galaxies' votes say. */
const KINDS = [
  ['smooth', 0.45],
  ['disk', 0.52],
  ['star', 0.03],
] as const;
const ARMS = [
  [1, 0.08],
  [2, 0.6],
  [3, 0.15],
  [4, 0.1],
  [6, 0.07],
] as const;
const ODD_SHARES = [0.15, 0.06, 0.16, 0.17, 0.22, 0.2, 0.04];
const DEGREE = Math.PI / 180;

/** A galaxy drawn at random. */
export function drawGalaxy(rng: Random): Galaxy {
  const between = (low: number, high: number) => low + (high - low) * rng.uniform();
  const chance = (probability: number) => rng.uniform() < probability;
  const kind = choose(KINDS, rng);
  const disk = kind === 'disk';
  const edgeOn = disk && chance(0.24);
  const spiral = disk && !edgeOn && chance(0.65);
  const bulge = chance(0.15) ? 0 : between(0.1, 1.8);
  return {
    kind,
    radius: disk ? between(0.16, 0.27) : between(0.08, 0.2),
    axisRatio: edgeOn ? between(0.07, 0.17) : disk ? between(0.4, 1) : between(0.25, 1),
    angle: between(0, Math.PI),
    sersic: between(1.5, 4.5),
    bulge,
    boxiness: edgeOn && chance(0.2) ? between(0.5, 1) : between(0, 0.15),
    bar: disk && !edgeOn && chance(0.23) ? between(0.5, 1.2) : 0,
    numArms: spiral ? choose(ARMS, rng) : 0,
    pitch: between(8, 38) * DEGREE,
    armContrast: between(0.55, 1),
    odd: kind !== 'star' && chance(0.19) ? choose(oddShares, rng) : undefined,
    phase: between(0, 2 * Math.PI),
    brightness: between(0.6, 1.6),
    redness: disk ? between(0, 0.5) : between(0.5, 1),
  };
}

const oddShares = ODD_FEATURES.map((feature, i) => [feature, ODD_SHARES[i]] as const);

function choose<T>(shares: readonly (readonly [T, number])[], rng: Random): T {
  let left = rng.uniform() * shares.reduce((sum, [, share]) => sum + share, 0);
  for (const [value, share] of shares) {
    left -= share;
    if (left < 0) return value;
  }
  return shares[shares.length - 1][0];
}

const NUM_VOTERS = 40;

/**
 * The 37 probabilities that volunteers would give the galaxy: at each question, votes of forty
 * people who mostly see what is there, times the share of those who were led to it.
 */
export function voteOn(galaxy: Galaxy, rng: Random): Float32Array {
  const opinions = opinionsOn(galaxy);
  const probabilities: number[] = [];
  const byColumn = new Map<string, number>();
  for (const { number, parent } of GALAXY_QUESTIONS) {
    const reached = parent ? byColumn.get(parent)! : 1;
    votes(opinions[number], rng).forEach((share, i) => {
      byColumn.set(`Class${number}.${i + 1}`, reached * share);
      probabilities.push(reached * share);
    });
  }
  return Float32Array.from(probabilities);
}

/** How willing people are to give each answer, by question; only proportions matter. */
function opinionsOn(galaxy: Galaxy): Readonly<Record<number, readonly number[]>> {
  const { axisRatio, bulge, boxiness, bar, numArms, pitch, armContrast, odd } = galaxy;
  const edgeOn = near(axisRatio, 0.1, 0.1);
  const degrees = pitch / DEGREE;
  return {
    1: opinionOnType(galaxy, edgeOn),
    2: [edgeOn + 0.02, 1 - edgeOn + 0.02],
    3: [bar > 0 ? 0.3 + 0.5 * bar : 0.08, bar > 0 ? 0.2 : 0.92],
    4: numArms > 0 ? [armContrast, 1.05 - armContrast] : [0.12, 0.88],
    5: [near(bulge, 0, 0.25), near(bulge, 0.5, 0.4), near(bulge, 1.1, 0.4), near(bulge, 1.9, 0.4)],
    6: odd ? [0.75, 0.25] : [0.07, 0.93],
    7: [near(axisRatio, 1, 0.15), near(axisRatio, 0.65, 0.18), near(axisRatio, 0.25, 0.18)],
    8: ODD_FEATURES.map((feature) => (feature === odd ? 0.75 : 0.04)),
    9: bulge < 0.2 ? [0.1, 0.05, 0.85] : [1 - boxiness, boxiness, 0.1],
    10: [near(degrees, 10, 6), near(degrees, 21, 6), near(degrees, 34, 8)],
    11: [1, 2, 3, 4, 6, 0].map((count) => {
      if (count === 0) return 1.1 - armContrast;
      return numArms > 0 ? near(count, numArms, 0.6) : 0.15;
    }),
  };
}

/** A disk is seen as one when its arms, its bar or its thinness show. */
function opinionOnType(
  { kind, numArms, armContrast, bar }: Galaxy,
  edgeOn: number,
): readonly number[] {
  if (kind === 'star') return [0.1, 0.03, 0.87];
  if (kind === 'smooth') return [0.85, 0.13, 0.02];
  const shown = Math.min(1, Math.max(numArms > 0 ? armContrast : 0, bar / 2, edgeOn));
  return [0.25 - 0.2 * shown, 0.5 + 0.4 * shown, 0.02];
}

/** A bell of width `spread` around `centre`, never quite zero. */
function near(value: number, centre: number, spread: number): number {
  return Math.exp(-(((value - centre) / spread) ** 2) / 2) + 0.01;
}

function votes(opinion: readonly number[], rng: Random): number[] {
  const counts: number[] = opinion.map(() => 0);
  const shares = opinion.map((weight, answer) => [answer, weight] as const);
  for (let voter = 0; voter < NUM_VOTERS; voter++) counts[choose(shares, rng)]++;
  return counts.map((count) => count / NUM_VOTERS);
}
