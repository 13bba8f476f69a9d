import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as tf from '../../../lib/notegrad/src/engine/tf';
import { warnings } from '../../support/logged';

test('the first tensor of the cpu backend is made without a greeting', async () => {
  await tf.setBackend('cpu');
  assert.equal(await warnings(() => tf.add(tf.scalar(1), 2).dataSync()), []);
});

test.run();
