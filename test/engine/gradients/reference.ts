import './float64';
import * as tf from '../../../lib/notegrad/src/engine/tf';
import { type Case, cases } from './cases';
import type { Expected } from './expected';
import { trialOf, weights } from './values';

// Prints each case's value and first and second derivatives, in float64: the value is that of tfjs's
// plain JavaScript backend, the derivatives are central differences of nothing but values.

const STEP = 1e-4;
const OUTER_STEP = 1e-3;

type Vectors = readonly ArrayLike<number>[];

/** The first trial near which the case is smooth: the derivatives do not depend on the step. */
function expectedOf(one: Case, index: number): Expected {
  for (let attempt = 0; attempt < 50; attempt++) {
    const seed = 100 * index + attempt;
    const fine = derivatives(one, seed, 1);
    if (areNear(fine, derivatives(one, seed, 1.7))) return { seed, ...fine };
  }
  throw new Error(`${one.op}, ${one.how}: no trial without a kink`);
}

function areNear(a: Omit<Expected, 'seed'>, b: Omit<Expected, 'seed'>): boolean {
  const [some, others] = [a, b].map(({ first, second }) => [...first, ...(second ?? [])].flat());
  const scale = Math.max(1, ...some.map(Math.abs));
  return some.every((x, i) => Math.abs(x - others[i]) <= 1e-4 * scale);
}

/** @param scale of the steps of the central differences */
function derivatives(one: Case, seed: number, scale: number): Omit<Expected, 'seed'> {
  const [step, outerStep] = [scale * STEP, scale * OUTER_STEP];
  const { inputs, directions } = trialOf(one, seed);
  const evaluate = (values: Vectors) => {
    const result = tf.tidy(() => {
      const tensors = values.map((v, i) => tf.tensor(Array.from(v), [...one.inputs[i].shape]));
      return one.f(tf, ...tensors);
    });
    const output = result.dataSync();
    result.dispose();
    return output;
  };
  const loss = (values: Vectors) => {
    const output = evaluate(values);
    const factors = weights(seed, output.length);
    let sum = 0;
    for (let i = 0; i < output.length; i++) {
      sum += Number(factors[i]) * (output[i] + output[i] ** 2 / 2);
    }
    return sum;
  };
  const along = (values: Vectors) =>
    (loss(moved(values, directions, outerStep)) - loss(moved(values, directions, -outerStep))) /
    (2 * outerStep);
  return {
    value: Array.from(evaluate(inputs)),
    first: differences(loss, inputs, step),
    second: one.order === 1 ? null : differences(along, inputs, outerStep),
  };
}

function moved(values: Vectors, directions: Vectors, step: number): number[][] {
  return values.map((v, i) => Array.from(v, (x, j) => x + step * directions[i][j]));
}

function differences(f: (values: Vectors) => number, values: Vectors, step: number): number[][] {
  const at = values.map((v) => Array.from(v));
  return at.map((vector) =>
    vector.map((x, j) => {
      const [above, below] = [x + step, x - step].map((near) => {
        vector[j] = near;
        return f(at);
      });
      vector[j] = x;
      return (above - below) / (2 * step);
    }),
  );
}

async function print(): Promise<void> {
  tf.enableProdMode();
  await tf.setBackend('cpu');
  process.stdout.write(JSON.stringify(cases.map(expectedOf)));
}

print();
