import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { imageGrid } from '../../lib/notegrad/src/plot/image-grid';
import { decodePng, type Pixels } from '../support/pixels';

const filled = (count: number, value: number) => ({
  pixels: new Uint8Array(count * 784).fill(value),
  shape: [count, 28, 28, 1],
});

/** The places where squares of one colour and of a given size begin, along a row of pixels. */
function runsOf(pixels: Pixels, y: number, isInside: (rgb: number[]) => boolean): number[] {
  const lengths: number[] = [];
  let length = 0;
  for (let x = 0; x < pixels.width; x++) {
    if (isInside(pixels.at(x, y))) length++;
    else {
      if (length > 0) lengths.push(length);
      length = 0;
    }
  }
  return lengths;
}

const isBlack = (rgb: number[]) => rgb.every((value) => value < 8);

test('a grid is twice its size in pixels, each image magnified three times without smoothing', async () => {
  const grid = imageGrid({ title: 'black', images: filled(20, 0), columns: 10 });
  const pixels = await decodePng(grid.png);
  assert.is(pixels.width, 2 * grid.width);
  assert.is(pixels.height, 2 * grid.height);
  assert.is(pixels.count('#000000', 0), 20 * 84 * 84);
  assert.equal(runsOf(pixels, pixels.height - 24 - 42, isBlack), new Array(10).fill(84));
});

test('white images are white, and a frame sets them off from the page', async () => {
  const pixels = await decodePng(imageGrid({ title: 'white', images: filled(1, 255) }).png);
  const bottom = pixels.height - 24;
  assert.equal(pixels.at(24 + 42, bottom - 42), [255, 255, 255]);
  assert.not.equal(pixels.at(24 + 42, bottom), [255, 255, 255]);
});

test('bytes and floats of the same image look the same, and floats outside of [0, 1] are clipped', () => {
  const bytes = Uint8Array.from({ length: 784 }, (_, i) => i % 256);
  const floats = Float32Array.from(bytes, (byte) => byte / 255);
  const png = (pixels: Uint8Array | Float32Array) =>
    imageGrid({ title: 'same', images: { pixels, shape: [1, 28, 28] } }).png;
  assert.equal(png(bytes), png(floats));
  assert.equal(png(new Float32Array(784).fill(1.5)), png(new Float32Array(784).fill(1)));
  assert.equal(png(new Float32Array(784).fill(-0.5)), png(new Float32Array(784)));
});

test('an RGB image keeps its colours', async () => {
  const pixels = Float32Array.from({ length: 3 * 64 }, (_, i) => [1, 0.5, 0][i % 3]);
  const grid = imageGrid({ title: 'orange', images: { pixels, shape: [1, 8, 8, 3] } });
  assert.is((await decodePng(grid.png)).count('#ff8000', 1), 96 * 96);
});

test('a label or caption of any length leaves the images their size and the page its width', () => {
  const long = 'a-word-without-end'.repeat(20);
  const images = filled(4, 0);
  const captions = ['a', 'b', 'c', 'd'].map((letter) => `${letter} ${long}`);
  const { width } = imageGrid({ title: 'long', rows: [{ label: `a ${long}`, images, captions }] });
  assert.ok(width <= 700, `${width}`);
});

test('an image keeps its size beside a long label', async () => {
  const label = 'many words '.repeat(40);
  const pixels = await decodePng(
    imageGrid({ title: 't', rows: [{ label, images: filled(4, 0) }] }).png,
  );
  assert.ok(pixels.count('#000000', 0) >= 4 * 84 * 84);
});

test('large images are shrunk to the page', async () => {
  const images = { pixels: new Uint8Array(10 * 424 * 424 * 3), shape: [10, 424, 424, 3] };
  const grid = imageGrid({ title: 'galaxies', images });
  assert.ok(grid.width <= 680, `${grid.width}`);
  assert.ok(runsOf(await decodePng(grid.png), 2 * grid.height - 60, isBlack)[0] < 424);
});

test('row labels, column labels and captions take room, and are told in the alt text', () => {
  const bare = imageGrid({ title: 'digits', rows: [{ images: filled(2, 0) }] });
  const labelled = imageGrid({
    title: 'digits',
    caption: 'quick profile',
    columnLabels: ['seven', 'two'],
    rows: [
      { label: 'input', images: filled(2, 0), captions: ['a', 'b'] },
      { label: 'reconstruction', images: filled(2, 0) },
    ],
  });
  assert.ok(labelled.width > bare.width);
  assert.ok(labelled.height > 2 * bare.height - 40);
  assert.is(
    labelled.alt,
    'digits: a grid of 4 images in 2 rows of 2, from top to bottom input, reconstruction; ' +
      'columns seven, two',
  );
});

test('forty digits are a file of less than 150 kB', () => {
  let seed = 1;
  const pixels = Uint8Array.from({ length: 40 * 784 }, (_, i) => {
    seed = (seed * 16807) % 2147483647;
    return i % 28 > 8 && i % 28 < 20 ? seed % 256 : 0;
  });
  const { png } = imageGrid({ title: 'noise', images: { pixels, shape: [40, 28, 28] } });
  assert.ok(png.length < 150_000, `${png.length}`);
});

test('images that cannot be shown are refused, saying why', () => {
  const grid = (pixels: ArrayLike<number>, shape: number[]) => () =>
    imageGrid({ title: 'bad', images: { pixels, shape } });
  assert.throws(grid(new Uint8Array(784), [28, 28]), /unknown image shape: \[28, 28\] \(known: /);
  assert.throws(grid(new Uint8Array(8), [1, 2, 2, 2]), /unknown image shape: \[1, 2, 2, 2\]/);
  assert.throws(grid(new Uint8Array(5), [1, 2, 2]), /5 pixel values do not fill .*\[1, 2, 2\]/);
  assert.throws(grid([], [0, 2, 2]), 'no images to show');
  assert.throws(grid([0, 0, Number.NaN, 0], [1, 2, 2]), 'pixel 2 is NaN');
  assert.throws(grid([0, 255, 0, 0], [1, 2, 2]), /pixel 1 is 255, .* divide by 255/);
});

test('rows, captions and labels that do not fit each other are refused', () => {
  const small = { pixels: new Uint8Array(4), shape: [1, 2, 2] };
  const rows = [{ images: filled(1, 0) }, { images: small }];
  assert.throws(
    () => imageGrid({ title: 'bad', rows }),
    /different sizes in one grid: 28×28 and 2×2/,
  );
  assert.throws(() => imageGrid({ title: 'bad', rows: [] }), 'an image grid without images');
  assert.throws(
    () => imageGrid({ title: 'bad', images: filled(2, 0), captions: ['a'] }),
    '1 captions for 2 images',
  );
  assert.throws(
    () => imageGrid({ title: 'bad', images: filled(2, 0), columnLabels: ['a'] }),
    '1 column labels for 2 columns',
  );
  assert.throws(
    () => imageGrid({ title: 'bad', images: filled(2, 0), columns: 0 }),
    'invalid number of columns: 0',
  );
});

test.run();
