import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { imageAt } from '../../../lib/notegrad/src/data/samples/images';
import {
  inverseOrder,
  permuted,
  pixelOrder,
} from '../../../lib/notegrad/src/data/transforms/permuted';
import { randomImages } from '../../support/image-sets';

test('every image gets the same order of pixels', () => {
  const set = randomImages(5, 4, 3);
  const order = pixelOrder(set, { seed: 7 });
  const result = permuted(set, order);
  for (let i = 0; i < 5; i++) {
    const original = imageAt(set, i);
    assert.equal(
      Array.from(imageAt(result, i)),
      Array.from(order, (from) => original[from]),
    );
  }
  assert.not.equal(result.pixels, set.pixels);
  assert.is(result.labels, set.labels);
});

test('the inverse order gives the images back', () => {
  const set = randomImages(4, 28);
  const order = pixelOrder(set, { seed: 3 });
  assert.equal(permuted(permuted(set, order), inverseOrder(order)).pixels, set.pixels);
});

test('the order depends on the seed alone', () => {
  assert.equal(
    pixelOrder(randomImages(1, 28), { seed: 3 }),
    pixelOrder(randomImages(9, 28), { seed: 3 }),
  );
  assert.not.equal(
    pixelOrder(randomImages(1, 28), { seed: 3 }),
    pixelOrder(randomImages(1, 28), { seed: 4 }),
  );
});

test("a pixel's channels stay together", () => {
  const set = randomImages(2, 3, 3, 3);
  const order = pixelOrder(set, { seed: 1 });
  const [original, result] = [imageAt(set, 1), imageAt(permuted(set, order), 1)];
  order.forEach((from, to) => {
    assert.equal(result.subarray(3 * to, 3 * to + 3), original.subarray(3 * from, 3 * from + 3));
  });
});

test('an order for images of another size is refused', () => {
  assert.throws(
    () => permuted(randomImages(1, 4), pixelOrder(randomImages(1, 5), { seed: 1 })),
    /^invalid pixel order: 25 pixels \(random has 4 × 4 = 16\)$/,
  );
});

test.run();
