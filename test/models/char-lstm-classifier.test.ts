import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as tf from '../../lib/notegrad/src/engine/tf';
import { charLstmClassifier } from '../../lib/notegrad/src/models/char-lstm-classifier';
import { forward, numParameters, trainableVariables } from '../../lib/notegrad/src/models/model';
import { stateDict } from '../../lib/notegrad/src/models/state-dict';
import { assertTensorsKept } from '../support/memory';

const small = { vocabularySize: 7, hiddenSize: 5, numClasses: 3 };
const ids = (rows: number[][]) => tf.tensor2d(rows, undefined, 'int32');
const lengths = (values: number[]) => tf.tensor1d(values, 'int32');

test('the character LSTM has the parameters of nn.LSTM(128, 128) and nn.Linear(128, 2)', () => {
  const model = charLstmClassifier();
  assert.is(numParameters(model), 4 * 128 * (128 + 128 + 2) + (128 * 2 + 2));
  assert.is(numParameters(model), 132354);
  model.dispose();
});

test('sequences of any length become logits, and no tensor stays', async () => {
  await assertTensorsKept(() =>
    tf.tidy(() => {
      const model = charLstmClassifier(small);
      for (const row of [[1], [1, 2, 3, 4]]) {
        const logits = forward(model, [ids([row, row]), lengths([1, row.length])]);
        assert.equal(logits.shape, [2, 3]);
      }
      model.dispose();
    }),
  );
});

test('what is beyond the length of a sequence changes nothing', () => {
  const model = charLstmClassifier(small);
  const logits = (rows: number[][], counts: number[]) =>
    forward(model, [ids(rows), lengths(counts)]).dataSync();
  const short = logits([[3, 1]], [2]);
  assert.equal(logits([[3, 1, 6, 6]], [2]), short);
  assert.not.equal(logits([[3, 1, 6, 6]], [4]), short);
  model.dispose();
});

test('its state dict has the names and shapes of PyTorch', () => {
  const model = charLstmClassifier(small);
  const shapes = Object.fromEntries(
    [...stateDict(model)].map(([name, { shape }]) => [name, shape]),
  );
  assert.equal(shapes, {
    'lstm.weight_ih_l0': [20, 7],
    'lstm.weight_hh_l0': [20, 5],
    'lstm.bias_ih_l0': [20],
    'lstm.bias_hh_l0': [20],
    'fc.weight': [3, 5],
    'fc.bias': [3],
  });
  model.dispose();
});

test('the same seed gives the same weights and another seed others', () => {
  const weights = (seed: number) => {
    const model = charLstmClassifier({ ...small, seed });
    const values = trainableVariables(model).map((variable) => variable.dataSync().slice());
    model.dispose();
    return values;
  };
  assert.equal(weights(2), weights(2));
  assert.not.equal(weights(2), weights(3));
});

test('the weights of the characters begin within 1/√inputFanIn', () => {
  const largest = (inputFanIn?: number) => {
    const model = charLstmClassifier({ hiddenSize: 16, inputFanIn });
    const weights = stateDict(model).get('lstm.weight_ih_l0')!.data as Float32Array;
    model.dispose();
    return Math.max(...weights);
  };
  assert.ok(largest() > 0.24 && largest() <= 0.25);
  assert.ok(largest(1) > 0.99 && largest(1) <= 1);
});

test('the forget gates begin as open as is asked for', () => {
  const biases = (forgetBias: number) => {
    const model = charLstmClassifier({ ...small, forgetBias });
    const bias = stateDict(model).get('lstm.bias_ih_l0')!.data as Float32Array;
    model.dispose();
    return bias;
  };
  const plain = biases(0);
  biases(2).forEach((bias, i) => {
    const isForgetGate = i >= small.hiddenSize && i < 2 * small.hiddenSize;
    assert.ok(Math.abs(bias - plain[i] - (isForgetGate ? 2 : 0)) < 1e-6, `bias ${i}`);
  });
});

test('dropout drops hidden units in training only', () => {
  const [whole, dropping] = [0, 0.5].map((dropout) =>
    charLstmClassifier({ ...small, hiddenSize: 64, dropout, seed: 1 }),
  );
  dropping.setWeights(whole.getWeights());
  const logits = (model: tf.LayersModel, training: boolean) =>
    tf.tidy(() => [...forward(model, [ids([[1, 2, 3]]), lengths([3])], { training }).dataSync()]);
  const expected = logits(whole, false);
  assert.equal(logits(dropping, false), expected);
  assert.equal(logits(whole, true), expected);
  assert.not.equal(logits(dropping, true), expected);
  whole.dispose();
  dropping.dispose();
});

test.run();
