import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as tf from '../../../lib/notegrad/src/engine/tf';
import { loadWasm } from '../../../lib/notegrad/src/engine/wasm/load';
import { useNative } from '../../support/native';
import { type Case, cases } from './cases';
import { type Expected, expectedOfAll } from './expected';
import { trialOf, weights } from './values';

/** Of the largest of the expected values, or of 1. */
const TOLERANCES = { value: 2e-5, first: 3e-4, second: 3e-3 };

const engines: Record<string, () => Promise<unknown>> = {
  native: useNative,
  wasm: async () => {
    await loadWasm();
    await tf.setBackend('wasm');
  },
  cpu: () => tf.setBackend('cpu'),
};

const expected = expectedOfAll();
const ops = [...new Set(cases.map(({ op }) => op))];

for (const [engine, use] of Object.entries(engines)) {
  for (const op of ops) {
    test(`${op} on ${engine}: values, first and second derivatives are those in float64`, async () => {
      const all = await expected;
      await use();
      cases.forEach((one, index) => {
        if (one.op === op) assertAsExpected(one, all[index]);
      });
    });
  }
}

function assertAsExpected(one: Case, { seed, value, first, second }: Expected): void {
  const { inputs, directions } = trialOf(one, seed);
  const label = `${one.op}, ${one.how}`;
  const before = tf.memory().numTensors;
  tf.tidy(() => {
    const xs = inputs.map((values, i) => tf.tensor(values, [...one.inputs[i].shape]));
    const y = one.f(tf, ...xs);
    assertNear([y], [value], TOLERANCES.value, `${label}: value`);
    xs.forEach((x, i) => {
      assert.equal(x.dataSync(), Float32Array.from(inputs[i]), `${label}: input ${i} was changed`);
    });

    const factors = tf.tensor(weights(seed, y.size), y.shape);
    const loss = (given: tf.Tensor[]) => {
      const result = one.f(tf, ...given);
      return tf.sum(tf.mul(factors, tf.add(result, tf.div(tf.square(result), 2))));
    };
    assertNear(slopes(loss, xs), first, TOLERANCES.first, `${label}: gradient`);
    if (second === null) return;

    const along = directions.map((values, i) => tf.tensor(values, xs[i].shape));
    const penalty = (given: tf.Tensor[]) => {
      const terms = slopes(loss, given).map((slope, i) => tf.sum(tf.mul(slope, along[i])));
      return tf.addN(terms);
    };
    assertNear(slopes(penalty, xs), second, TOLERANCES.second, `${label}: second derivative`);
  });
  assert.is(tf.memory().numTensors, before, `${label}: tensors left undisposed`);
}

/** The gradient of each input; zeros where the result does not depend on it. */
function slopes(f: (xs: tf.Tensor[]) => tf.Tensor, xs: tf.Tensor[]): tf.Tensor[] {
  const { grads } = tf.engine().gradients(() => f(xs), xs, undefined, true);
  return grads.map((gradient, i) => gradient ?? tf.zeros(xs[i].shape));
}

function assertNear(
  actual: readonly tf.Tensor[],
  expectedValues: readonly (readonly number[])[],
  tolerance: number,
  label: string,
): void {
  actual.forEach((tensor, i) => {
    const [values, wanted] = [tensor.dataSync(), expectedValues[i]];
    assert.is(values.length, wanted.length, `${label} ${i}: length`);
    const allowed = tolerance * Math.max(1, ...wanted.map(Math.abs));
    for (let j = 0; j < wanted.length; j++) {
      const isNear = Math.abs(values[j] - wanted[j]) <= allowed;
      assert.ok(isNear, `${label} ${i}: [${j}] is ${values[j]}, not ${wanted[j]}`);
    }
  });
}

test.run();
