import type { Random } from '../../random';
import type { Galaxy } from './galaxy-model';

/** Light in red, green and blue at a place of the field. */
type Light = [red: number, green: number, blue: number];

/** What a telescope sees of a point: nothing is sharper than this. */
const SEEING = 0.018;

/** How far a merging companion is off, along the major axis. */
const COMPANION_DISTANCE = 0.3;

/** Standard deviation of the sky's noise. */
const NOISE = 0.012;

/** Draws the galaxy into `pixels` [size, size, 3], amid faint stars, on a noisy sky. */
export function drawImage(galaxy: Galaxy, size: number, pixels: Uint8Array, rng: Random): void {
  const spots = [...fieldStars(rng), ...(galaxy.odd === 'irregular' ? clumpsOf(galaxy, rng) : [])];
  const companion = galaxy.odd === 'merger' ? companionOf(galaxy) : undefined;
  const [cos, sin] = [Math.cos(galaxy.angle), Math.sin(galaxy.angle)];
  const [companionCos, companionSin] = [Math.cos(galaxy.phase), Math.sin(galaxy.phase)];
  const sky = 0.012 + 0.01 * rng.uniform();
  const noise = noiseTable(rng);
  const light: Light = [0, 0, 0];
  for (let row = 0, at = 0; row < size; row++) {
    const y = (2 * row + 1) / size - 1;
    for (let column = 0; column < size; column++) {
      const x = (2 * column + 1) / size - 1;
      const [u, v] = [x * cos + y * sin, y * cos - x * sin];
      light.fill(sky);
      shine(light, galaxy, u, v);
      if (companion) {
        const away = u - COMPANION_DISTANCE;
        const along = away * companionCos + v * companionSin;
        shine(light, companion, along, v * companionCos - away * companionSin);
      }
      for (const spot of spots) addSpot(light, spot, x, y);
      for (const value of light) {
        pixels[at++] = 255 * stretch(value + noise[rng.uint32() % noise.length]) + 0.5;
      }
    }
  }
}

/** Normals to choose from: drawing one of them is quicker than making one for every pixel. */
function noiseTable(rng: Random): Float64Array {
  return Float64Array.from({ length: 512 }, () => NOISE * rng.normal());
}

/** Adds the galaxy's light at (u, v): u along its major axis, v along its minor one. */
function shine(light: Light, galaxy: Galaxy, u: number, v: number): void {
  const { kind, radius, axisRatio, brightness, redness, odd, phase } = galaxy;
  if (kind === 'star') {
    const distance2 = u * u + v * v;
    const spikes = Math.exp(-Math.abs(u * v) / 0.0004) / (1 + distance2 / 0.004);
    add(light, 6 * Math.exp(-distance2 / (2 * (2.2 * SEEING) ** 2)) + 0.5 * spikes, redness);
    return;
  }
  // Disturbed: the outside is drawn out and bent to one side.
  const bent =
    odd === 'disturbed' ? 0.9 * Math.sin(phase + 2.5 * u) * Math.min(Math.abs(u), 0.5) : 0;
  const lopsided = odd === 'disturbed' ? 1 + 0.35 * Math.tanh(u / radius) : 1;
  const across = (v - bent * 0.4) / axisRatio;
  const along = u * lopsided;
  const r = Math.hypot(along, across, SEEING);
  const dust = odd === 'dust lane' ? 1 - 0.9 * Math.exp(-(((v + 0.015) / 0.022) ** 2)) : 1;

  if (kind === 'smooth') {
    add(light, dust * brightness * sersic(r / radius, galaxy.sersic), redness);
  } else {
    const theta = Math.atan2(across, along);
    const disk = dust * brightness * 0.55 * Math.exp(-r / radius) * armsAt(galaxy, r, theta);
    add(light, disk, redness * 0.6);
    addBulge(light, galaxy, u, v, dust);
    if (galaxy.bar > 0) {
      const bar = Math.exp(-((along / (0.75 * radius)) ** 4) - (across / (0.2 * radius)) ** 2);
      add(light, dust * brightness * 0.6 * galaxy.bar * bar, 0.7);
    }
  }
  addOdd(light, galaxy, r, u, v);
}

/** How much brighter than the plain disk it is here: logarithmic spirals. */
function armsAt(
  { numArms, pitch, armContrast, radius, phase }: Galaxy,
  r: number,
  theta: number,
): number {
  if (numArms === 0) return 1;
  const wave = Math.cos(numArms * (theta - Math.log(r / radius) / Math.tan(pitch)) - phase);
  const ridge = Math.exp(2.5 * (wave - 1)) * 3.2;
  const outside = Math.min(1, (r / (0.6 * radius)) ** 2);
  return 1 + armContrast * outside * (ridge - 0.85);
}

/** Rounder than its disk, redder, and square in outline where it is boxy. */
function addBulge(light: Light, galaxy: Galaxy, u: number, v: number, dust: number): void {
  const { bulge, boxiness, axisRatio, radius, brightness } = galaxy;
  if (bulge === 0) return;
  const flattening = Math.max(axisRatio, 0.55);
  const power = 2 + 3 * boxiness;
  const r =
    (Math.abs(u) ** power + Math.abs(v / flattening) ** power + SEEING ** power) ** (1 / power);
  add(
    light,
    dust * brightness * bulge * sersic(r / (0.3 * radius + 0.1 * radius * bulge), 1.3),
    0.85,
  );
}

function addOdd(light: Light, galaxy: Galaxy, r: number, u: number, v: number): void {
  const { odd, radius, brightness, phase } = galaxy;
  const reach = galaxy.kind === 'disk' ? 2 * radius : 2.6 * radius;
  if (odd === 'ring') {
    add(light, brightness * 0.22 * Math.exp(-(((r - reach) / 0.035) ** 2)), 0.15);
  } else if (odd === 'arc') {
    const away = Math.cos(Math.atan2(v, u) - phase);
    const arc = Math.exp(-(((Math.hypot(u, v) - 0.42) / 0.022) ** 2) + 5 * (away - 1));
    add(light, 0.45 * arc, 0);
  } else if (odd === 'other') {
    const [x, y] = [u - reach * 0.6 * Math.cos(phase), v - reach * 0.6 * Math.sin(phase)];
    add(light, 0.7 * Math.exp(-(x * x + y * y) / (2 * 0.03 ** 2)), 0.1);
  }
}

interface Spot {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly brightness: number;
  readonly redness: number;
}

function addSpot(
  light: Light,
  { x, y, width, brightness, redness }: Spot,
  atX: number,
  atY: number,
): void {
  const distance2 = ((atX - x) ** 2 + (atY - y) ** 2) / (width * width);
  if (distance2 < 20) add(light, brightness * Math.exp(-distance2 / 2), redness);
}

/** Faint stars and far galaxies around, not in front of, the galaxy. */
function fieldStars(rng: Random): Spot[] {
  return Array.from({ length: rng.integer(6) }, () => {
    const [distance, direction] = [0.5 + 0.8 * rng.uniform(), 2 * Math.PI * rng.uniform()];
    return {
      x: distance * Math.cos(direction),
      y: distance * Math.sin(direction),
      width: SEEING * (1 + rng.uniform()),
      brightness: 0.08 + 0.8 * rng.uniform() ** 3,
      redness: rng.uniform(),
    };
  });
}

/** The knots of young stars that make a galaxy irregular. */
function clumpsOf({ radius, brightness }: Galaxy, rng: Random): Spot[] {
  return Array.from({ length: 4 + rng.integer(5) }, () => ({
    x: radius * rng.normal(),
    y: radius * rng.normal(),
    width: 0.03 + 0.05 * rng.uniform(),
    brightness: brightness * (0.15 + 0.35 * rng.uniform()),
    redness: 0.3 * rng.uniform(),
  }));
}

/** The galaxy that the other merges with: smaller, smooth. */
function companionOf(galaxy: Galaxy): Galaxy {
  return {
    ...galaxy,
    kind: 'smooth',
    odd: undefined,
    radius: 0.5 * galaxy.radius,
    axisRatio: 0.75,
    sersic: 2,
    brightness: 0.8 * galaxy.brightness,
  };
}

/** Sérsic's profile, 1 at half the half-light radius: exp(−b((r/R)^(1/n) − (1/2)^(1/n))), b ≈ 2n − 1/3. */
function sersic(r: number, n: number): number {
  const b = 2 * n - 1 / 3;
  return Math.min(4, Math.exp(-b * (r ** (1 / n) - 0.5 ** (1 / n)))) * 0.6;
}

function add(light: Light, amount: number, redness: number): void {
  light[0] += amount * (0.75 + 0.3 * redness);
  light[1] += amount * (0.78 + 0.1 * redness);
  light[2] += amount * (0.95 - 0.42 * redness);
}

/** Shows faint and bright at once, as Lupton's asinh images do. */
function stretch(value: number): number {
  return Math.min(1, Math.max(0, Math.asinh(4 * value) / Math.asinh(6)));
}
