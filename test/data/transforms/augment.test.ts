import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ImageSet } from '../../../lib/notegrad/src/data/samples/images';
import { augmented } from '../../../lib/notegrad/src/data/transforms/augment';

const [count, height, width] = [200, 3, 4];

/** Images whose pixels all differ: 1 … 12. */
const set: ImageSet = {
  name: 'twelve pixels',
  source: 'test',
  pixels: Uint8Array.from({ length: count * height * width }, (_, i) => 1 + (i % 12)),
  shape: [count, height, width, 1],
  labels: new Uint8Array(count),
  classNames: ['only'],
};

function shifted(down: number, right: number, mirrored: boolean): string {
  const rows = Array.from({ length: height }, (_, row) =>
    Array.from({ length: width }, (_, column) => {
      const [fromRow, shiftedColumn] = [row - down, column - right];
      const fromColumn = mirrored ? width - 1 - shiftedColumn : shiftedColumn;
      const isInside =
        fromRow >= 0 && fromRow < height && shiftedColumn >= 0 && shiftedColumn < width;
      return isInside ? 1 + fromRow * width + fromColumn : 0;
    }),
  );
  return String(rows.flat());
}

function imagesOf({ pixels }: ImageSet): string[] {
  const starts = Array.from({ length: count }, (_, i) => i * height * width);
  return starts.map((start) => String([...pixels.subarray(start, start + height * width)]));
}

test('every shift and both mirrorings occur, and nothing else', () => {
  const allowed = new Set<string>();
  for (const down of [-1, 0, 1]) {
    for (const right of [-1, 0, 1]) {
      for (const mirrored of [false, true]) allowed.add(shifted(down, right, mirrored));
    }
  }
  const found = new Set(imagesOf(augmented(set, { shift: 1, flip: true, seed: 3 })));
  assert.equal([...found].sort(), [...allowed].sort());
});

test('turning and mirroring give the eight symmetries of a square, each about equally often', () => {
  const image = [1, 2, 3, 4, 5, 6, 7, 8, 9];
  const numImages = 800;
  const squares: ImageSet = {
    ...set,
    pixels: Uint8Array.from({ length: 9 * numImages }, (_, i) => image[i % 9]),
    shape: [numImages, 3, 3, 1],
    labels: new Uint8Array(numImages),
  };
  const { pixels } = augmented(squares, { turn: true, flip: true, seed: 5 });
  const counts = new Map<string, number>();
  for (let i = 0; i < numImages; i++) {
    const key = [...pixels.subarray(9 * i, 9 * i + 9)].join('');
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const symmetries =
    '123456789 369258147 987654321 741852963 321654987 963852741 789456123 147258369';
  assert.equal([...counts.keys()].sort(), symmetries.split(' ').sort());
  for (const [key, number] of counts) assert.ok(number > 60 && number < 140, `${key}: ${number}`);
  assert.throws(() => augmented(set, { turn: true }), /not square: 3×4/);
});

test('without options nothing changes', () => {
  assert.equal(augmented(set, {}).pixels, set.pixels);
});

test('the same seed and epoch change alike, another epoch otherwise', () => {
  const options = { shift: 1, flip: true, seed: 5 };
  assert.equal(augmented(set, options), augmented(set, options));
  assert.not.equal(augmented(set, { ...options, epoch: 1 }).pixels, augmented(set, options).pixels);
});

test('colours move together', () => {
  const colour: ImageSet = {
    ...set,
    pixels: Uint8Array.of(1, 2, 3, 4, 5, 6),
    shape: [1, 1, 2, 3],
    labels: new Uint8Array(1),
  };
  const seen = [...Array(20).keys()].map((seed) =>
    String(augmented(colour, { flip: true, seed }).pixels),
  );
  assert.equal([...new Set(seen)].sort(), ['1,2,3,4,5,6', '4,5,6,1,2,3']);
});

test('a shift that leaves nothing of an image is refused', () => {
  assert.throws(
    () => augmented(set, { shift: 3 }),
    (error: Error) => error.message === 'invalid shift: 3 (expected 0 … 2 pixels)',
  );
});

test.run();
