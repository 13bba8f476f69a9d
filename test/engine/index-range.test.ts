import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { oneHot } from '../../lib/notegrad/src/data/transforms/tensor-transforms';
import { charLstm } from '../../lib/notegrad/src/engine/char-lstm';
import { sparseSoftmaxCrossEntropy } from '../../lib/notegrad/src/engine/cross-entropy';
import * as tf from '../../lib/notegrad/src/engine/tf';
import { crossEntropy } from '../../lib/notegrad/src/models/loss-functions';
import { ENGINES, loadEngines, on } from '../support/on-every-engine';

test.before(loadEngines);

const VOCABULARY = 3;
const TIME = 2;

const ids = (values: number[]) => tf.tensor1d(values, 'int32');
const weights = () => ({
  wIh: tf.ones([VOCABULARY, 8]),
  wHh: tf.ones([2, 8]),
  bias: tf.zeros([8]),
});

/** What takes a number and, given 5 or −1, has nothing for it. */
const uses: Record<string, (value: number) => tf.Tensor> = {
  sparseSoftmaxCrossEntropy: (label) =>
    sparseSoftmaxCrossEntropy(ids([0, label]), tf.ones([2, VOCABULARY])),
  crossEntropy: (label) => crossEntropy(ids([label]), tf.ones([1, VOCABULARY])),
  oneHot: (id) => oneHot(ids([1, id]), VOCABULARY),
  'tf.gather': (index) => tf.gather(tf.ones([VOCABULARY, 2]), ids([index])),
  'an embedding': (id) =>
    tf.layers.embedding({ inputDim: VOCABULARY, outputDim: 2 }).apply(ids([0, id])) as tf.Tensor,
  'the ids of charLstm': (id) => charLstm(tf.tensor2d([[0, id]], [1, TIME], 'int32'), weights()),
  'the lengths of charLstm': (length) =>
    charLstm(tf.zeros([1, TIME], 'int32'), weights(), { lengths: ids([length]) }),
};

for (const engine of ENGINES) {
  for (const [name, use] of Object.entries(uses)) {
    test(`${name}: numbers out of range are refused on ${engine}, and those within are not`, async () => {
      await on(engine, () => {
        for (const value of [-1, 5]) {
          assert.throws(() => use(value).dataSync(), new RegExp(`${value}`));
        }
        for (const value of [0, 2]) use(value).dataSync();
      });
    });
  }
}

test('oneHot gives rows with a single 1', async () => {
  for (const engine of ENGINES) {
    const rows = await on(engine, () => oneHot(ids([2, 0]), VOCABULARY).arraySync());
    assert.equal(rows, [
      [0, 0, 1],
      [1, 0, 0],
    ]);
  }
});

test.run();
