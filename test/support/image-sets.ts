import { random } from '../../lib/notegrad/src/data/random';
import type { ImageSet } from '../../lib/notegrad/src/data/samples/images';

/** Images of random bytes; image i has the class i mod 10. */
export function randomImages(
  count: number,
  height: number,
  width = height,
  channels = 1,
  seed = 1,
): ImageSet {
  const rng = random(seed);
  return {
    name: 'random',
    source: 'a test',
    pixels: Uint8Array.from({ length: count * height * width * channels }, () => rng.integer(256)),
    shape: [count, height, width, channels],
    labels: Uint8Array.from({ length: count }, (_, i) => i % 10),
    classNames: Array.from({ length: 10 }, (_, i) => `class ${i}`),
  };
}
