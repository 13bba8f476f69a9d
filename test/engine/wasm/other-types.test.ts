import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as tf from '../../../lib/notegrad/src/engine/tf';
import { loadWasm } from '../../../lib/notegrad/src/engine/wasm/load';
import { assertSameAsCpu, Numbers } from '../../support/native-and-cpu';

test('complex numbers can be made, calculated with, moved and read', async () => {
  const numbers = new Numbers(1);
  const [re, im] = [numbers.values([2, 4]), numbers.values([2, 4])];
  await assertSameAsCpu(
    () => {
      const z = tf.complex(tf.tensor2d(re, [2, 4]), tf.tensor2d(im, [2, 4]));
      const parts = (w: tf.Tensor) => [tf.real(w), tf.imag(w)];
      return [
        ...parts(z),
        ...parts(tf.mul(z, z)),
        ...parts(tf.fft(z)),
        ...parts(tf.concat([z, z], 1)),
        ...parts(tf.reshape(z, [4, 2])),
        tf.abs(z),
      ];
    },
    { rtol: 1e-5, atol: 1e-6 },
    'complex64',
    'wasm',
  );
});

test('strings can be made, compared, moved and read', async () => {
  await tf.setBackend('wasm');
  const words = tf.tensor2d(['a', 'b', 'c', 'b'], [2, 2]);
  assert.equal(tf.slice(words, [1, 0], [1, 2]).dataSync() as unknown, ['c', 'b']);
  assert.equal(tf.tile(words, [1, 2]).dataSync().length, 8);
  assert.equal([...tf.equal(words, tf.scalar('b')).dataSync()], [0, 1, 0, 1]);
  assert.equal(tf.fill([2], 'x').dataSync() as unknown, ['x', 'x']);
  words.dispose();
});

test('a clone shares its values and outlives the original', async () => {
  await tf.setBackend('wasm');
  const original = tf.tensor1d([1, 2, 3]);
  const clone = original.clone();
  original.dispose();
  assert.equal([...clone.dataSync()], [1, 2, 3]);
  clone.dispose();
});

test.before(async () => {
  tf.enableProdMode();
  await loadWasm();
});

test.run();
