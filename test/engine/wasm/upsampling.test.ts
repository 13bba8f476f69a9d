import { test } from 'uvu';
import * as tf from '../../../lib/src/engine/tf';
import { loadWasm } from '../../../lib/src/engine/wasm/load';
import { assertSameAsCpu, Numbers } from '../../support/native-and-cpu';

const TOLERANCE = { rtol: 1e-5, atol: 1e-6 };
const SHAPE: [number, number, number, number] = [3, 4, 3, 2];
const SIZES: [number, number][] = [
  [8, 6],
  [4, 3],
  [7, 9],
  [2, 2],
  [1, 1],
];
const OPTIONS = [
  [false, false],
  [true, false],
  [false, true],
];
const RESIZES = {
  nearest: tf.image.resizeNearestNeighbor,
  bilinear: tf.image.resizeBilinear,
};

for (const [name, resize] of Object.entries(RESIZES)) {
  for (const size of SIZES) {
    for (const [alignCorners, halfPixelCenters] of OPTIONS) {
      const how = `${name} resizing to ${size.join(' × ')}${alignCorners ? ', corners aligned' : ''}${
        halfPixelCenters ? ', from pixel centres' : ''
      }`;
      const forward = (x: tf.Tensor) =>
        resize(x as tf.Tensor4D, size, alignCorners, halfPixelCenters);

      test(`${how} is the cpu backend's`, async () => {
        const values = new Numbers(1).values(SHAPE);
        await assertSameAsCpu(() => forward(tf.tensor4d(values, SHAPE)), TOLERANCE, how, 'wasm');
      });
    }
  }
}

test.before(async () => {
  tf.enableProdMode();
  await loadWasm();
});

test.run();
