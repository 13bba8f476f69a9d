import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { concatenate, type SequenceSet } from '../../lib/notegrad/src/data/samples/sequences';
import { ngramNaiveBayes } from '../../lib/notegrad/src/models/ngram-naive-bayes';
import { assertClose } from '../support/close';

const bytes = (text: string) => Uint8Array.from(Buffer.from(text));

function textSet(texts: readonly string[], labels: readonly number[]): SequenceSet {
  return {
    name: 'texts',
    source: 'a test',
    ...concatenate(texts.map(bytes)),
    vocabularySize: 128,
    labels: Uint8Array.from(labels),
    classNames: ['negative', 'positive'],
  };
}

const set = textSet(['aab', 'b', 'ac'], [0, 0, 1]);

test('the joint probabilities are those worked out by hand', () => {
  const { logJoint, numNgrams } = ngramNaiveBayes(set, { orders: [1], smoothing: 0.5 });
  assert.is(numNgrams, 3);
  // Class 0: a twice and b twice of 4; class 1: a and c of 2; each count + ½, over the sum + 1½.
  const negative = (2 / 3) * (2.5 / 5.5) * (2.5 / 5.5);
  const positive = (1 / 3) * (1.5 / 3.5) * (0.5 / 3.5);
  assertClose(logJoint(bytes('ab')), [Math.log(negative), Math.log(positive)], { rtol: 1e-12 });
});

test('n-grams of several orders are counted, and those never seen change nothing', () => {
  const { logJoint, numNgrams } = ngramNaiveBayes(set, { orders: [1, 2] });
  assert.is(numNgrams, 3 + 3); // a b c, aa ab ac
  const [one, other, both, none] = ['a', 'c', 'axc', ''].map((text) => logJoint(bytes(text)));
  assertClose(
    both,
    one.map((sum, id) => sum + other[id] - none[id]),
    { rtol: 1e-12 },
  );
});

test('the class with the larger joint probability is predicted', () => {
  const { predict } = ngramNaiveBayes(set);
  assert.is(predict(bytes('b')), 0);
  assert.is(predict(bytes('ac')), 1);
  assert.is(predict(bytes('')), 0);
});

test('a set without sequences, and orders and smoothing out of range, are refused', () => {
  assert.throws(() => ngramNaiveBayes(textSet([], [])), /texts has no sequence/);
  assert.throws(() => ngramNaiveBayes(set, { orders: [] }), /invalid orders: \[\]/);
  assert.throws(() => ngramNaiveBayes(set, { orders: [1, 0] }), /invalid orders: \[1, 0\]/);
  assert.throws(() => ngramNaiveBayes(set, { smoothing: 0 }), /invalid smoothing: 0/);
});

test.run();
