import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { filterGrid } from '../../lib/notegrad/src/plot/filter-grid';
import { decodePng } from '../support/pixels';

const TITLE = { title: 'filters' };

test('zero is white, the largest weight red, its opposite blue, on one scale for the layer', async () => {
  // [2, 1, 1, 2]: two filters of two weights, output channels last
  const grid = filterGrid({
    ...TITLE,
    kernel: [0.5, 0, -0.5, 0.25],
    shape: [2, 1, 1, 2],
    scale: 40,
  });
  const pixels = await decodePng(grid.png);
  const bottom = pixels.height - 24;
  assert.equal(pixels.at(24 + 20, bottom - 60), [0xb2, 0x18, 0x2b]);
  assert.equal(pixels.at(24 + 20, bottom - 20), [0x21, 0x66, 0xac]);
  assert.equal(pixels.count('#f4a582', 0), 40 * 40);
});

test('each filter on a scale of its own reaches full colour', async () => {
  const options = { ...TITLE, kernel: [0.5, 0, -0.5, 0.25], shape: [2, 1, 1, 2], scale: 40 };
  const pixels = await decodePng(filterGrid({ ...options, normaliseBy: 'filter' }).png);
  assert.is(pixels.count('#b2182b', 0), 2 * 40 * 40);
});

test('the chosen input channel is shown', async () => {
  const options = { ...TITLE, kernel: [1, -1], shape: [1, 1, 2, 1], scale: 40 };
  const count = async (inChannel: number, color: string) =>
    (await decodePng(filterGrid({ ...options, inChannel }).png)).count(color, 0);
  assert.is(await count(0, '#b2182b'), 1600);
  assert.is(await count(1, '#2166ac'), 1600);
  assert.throws(
    () => filterGrid({ ...options, inChannel: 2 }),
    'unknown input channel: 2 (0 to 1)',
  );
});

test('a layer of zeros is white', async () => {
  const grid = filterGrid({ ...TITLE, kernel: new Float32Array(9), shape: [3, 3, 1, 1] });
  assert.is((await decodePng(grid.png)).count('#b2182b'), 0);
});

test('the scale is told, and what is no kernel is refused', () => {
  const { alt } = filterGrid({ ...TITLE, kernel: [0.1234, -0.2], shape: [1, 2, 1, 1] });
  assert.match(alt, 'filters: 1 filters of 1×2 weights');
  assert.match(alt, 'full colour is ±0.2');
  const of = (kernel: number[], shape: number[]) => () => filterGrid({ ...TITLE, kernel, shape });
  assert.throws(of([1], [1, 1]), /unknown kernel shape: \[1, 1\] for 1 weights \(known: /);
  assert.throws(of([1], [1, 1, 1, 2]), /unknown kernel shape/);
  assert.throws(of([Number.NaN], [1, 1, 1, 1]), 'kernel[0] is NaN');
});

test.run();
