import { execFileSync } from 'node:child_process';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { imageAt } from '../../../lib/notegrad/src/data/samples/images';
import { padImages, resizeImages } from '../../../lib/notegrad/src/data/transforms/resize';
import { assertClose } from '../../support/close';
import { randomImages } from '../../support/image-sets';

test('doubling two pixels interpolates between their centres', () => {
  const set = { ...randomImages(1, 1, 2), pixels: Uint8Array.from([0, 100]) };
  assert.equal(Array.from(resizeImages(set, [1, 4]).pixels), [0, 25, 75, 100]);
});

test('halving takes the triangle-weighted mean of what a pixel covers', () => {
  const set = { ...randomImages(1, 1, 4), pixels: Uint8Array.from([0, 0, 0, 240]) };
  // Weights 1/7, 3/7, 3/7 within the image for the last pixel: 3/7 · 240.
  assert.equal(Array.from(resizeImages(set, [1, 2]).pixels), [0, Math.round((3 / 7) * 240)]);
});

test('the same size gives the same bytes, and one value stays one value', () => {
  const set = randomImages(3, 9, 7, 3);
  assert.equal(resizeImages(set, [9, 7]).pixels, set.pixels);
  const even = { ...set, pixels: set.pixels.map(() => 133) };
  assert.ok(resizeImages(even, [5, 31]).pixels.every((pixel) => pixel === 133));
});

test("resizing agrees with PyTorch's antialiased bilinear interpolation to one grey level", () => {
  const sizes = [
    [28, 28, 32, 32],
    [28, 28, 14, 14],
    [31, 17, 20, 40],
    [40, 40, 7, 9],
  ];
  const sets = sizes.map(([height, width]) => randomImages(2, height, width, 3));
  const script = `
import json, sys, torch
out = []
for (h, w, nh, nw), p in json.load(sys.stdin):
    x = torch.tensor(p, dtype=torch.float64).reshape(2, h, w, 3).permute(0, 3, 1, 2)
    y = torch.nn.functional.interpolate(x, size=(nh, nw), mode='bilinear', antialias=True)
    out.append(y.permute(0, 2, 3, 1).reshape(-1).tolist())
print(json.dumps(out))`;
  let expected: number[][];
  try {
    const input = JSON.stringify(sizes.map((size, i) => [size, Array.from(sets[i].pixels)]));
    const options = { input, stdio: ['pipe', 'pipe', 'ignore'] } as const;
    expected = JSON.parse(
      execFileSync('/usr/bin/python3', ['-c', script], {
        ...options,
        stdio: [...options.stdio],
      }).toString(),
    );
  } catch (error) {
    console.log(`\nskipped: no Python with torch (${(error as Error).message.split('\n')[0]})`);
    return;
  }
  sizes.forEach(([, , newHeight, newWidth], i) => {
    const resized = resizeImages(sets[i], [newHeight, newWidth]);
    assert.equal(resized.shape, [2, newHeight, newWidth, 3]);
    assertClose(resized.pixels, expected[i], { rtol: 0, atol: 0.51 });
  });
});

test('padding puts a margin around each image', () => {
  const set = randomImages(2, 3, 2, 2);
  const padded = padImages(set, 2, 9);
  assert.equal(padded.shape, [2, 7, 6, 2]);
  const inner = Array.from(imageAt(padded, 1)).filter((_, at) => {
    const [row, column] = [Math.floor(at / 12), Math.floor((at % 12) / 2)];
    return row >= 2 && row < 5 && column >= 2 && column < 4;
  });
  assert.equal(inner, Array.from(imageAt(set, 1)));
  assert.is(padded.pixels.filter((pixel) => pixel === 9).length >= 2 * (7 * 6 - 3 * 2) * 2, true);
});

test('sizes and margins that make no sense are refused', () => {
  assert.throws(() => resizeImages(randomImages(1, 2), 0), /^invalid size: 0/);
  assert.throws(() => resizeImages(randomImages(1, 2), [4, 1.5]), /^invalid size: 4,1.5/);
  assert.throws(() => padImages(randomImages(1, 2), -1), /^invalid margin: -1/);
});

test.run();
