import { test } from 'uvu';
import * as tf from '../../lib/notegrad/src/engine/tf';
import { loadWasm } from '../../lib/notegrad/src/engine/wasm/load';
import { assertClose } from '../support/close';
import { Numbers } from '../support/native-and-cpu';
import { resizes } from '../support/resizes';

const TOLERANCE = { rtol: 1e-5, atol: 1e-6 };
const SHAPE: [number, number, number, number] = [3, 4, 3, 2];

for (const backend of ['cpu', 'wasm']) {
  for (const { how, size, apply } of resizes) {
    test(`the gradient of ${how} on ${backend} is its transpose`, async () => {
      await tf.setBackend(backend);
      tf.tidy(() => {
        const numPixels = SHAPE.reduce((product, length) => product * length, 1);
        const dyShape = [SHAPE[0], ...size, SHAPE[3]];
        const dy = tf.tensor(new Numbers(2).values(dyShape), dyShape);
        const gradient = tf.grad(apply)(tf.zeros(SHAPE), dy);
        const basis = tf.eye(numPixels).reshape([numPixels, ...SHAPE]);
        const expected = tf
          .unstack(basis)
          .map((unit) => tf.sum(tf.mul(apply(unit), dy)).dataSync()[0]);
        assertClose(gradient.dataSync(), expected, TOLERANCE, how);
      });
    });
  }
}

test.before(async () => {
  tf.enableProdMode();
  await loadWasm();
});

test.run();
