import { test } from 'uvu';
import * as tf from '../../../lib/notegrad/src/engine/tf';
import { loadWasm } from '../../../lib/notegrad/src/engine/wasm/load';
import { assertSameAsCpu, Numbers } from '../../support/native-and-cpu';
import { resizes } from '../../support/resizes';

const TOLERANCE = { rtol: 1e-5, atol: 1e-6 };
const SHAPE: [number, number, number, number] = [3, 4, 3, 2];

for (const { how, apply } of resizes) {
  test(`${how} is the cpu backend's`, async () => {
    const values = new Numbers(1).values(SHAPE);
    await assertSameAsCpu(() => apply(tf.tensor4d(values, SHAPE)), TOLERANCE, how, 'wasm');
  });
}

test.before(async () => {
  tf.enableProdMode();
  await loadWasm();
});

test.run();
