import type * as uvu from 'uvu';
import * as assert from 'uvu/assert';
import * as tf from '../../lib/notegrad/src/engine/tf';
import { assertClose } from './close';
import { Numbers } from './native-and-cpu';
import { ENGINES, type EngineUnderTest, on } from './on-every-engine';

const NUM_STEPS = 200;

/** Sums in another order differ by 1e-7, which grows from step to step: chaos where ReLUs flip. */
const AT_FIRST = { rtol: 1e-4, atol: 1e-6 };
const NUM_FIRST = 20;
const IN_THE_END = { rtol: 0.02, atol: 1e-3 };

/** One update and its loss. */
export type Step = () => tf.Scalar;

export type Program = (numbers: Numbers) => Step;

export const uniform = (numbers: Numbers, shape: number[]): tf.Tensor =>
  tf.tensor(numbers.values(shape), shape);

/** Ids from 0 to `count` − 1. */
export const ids = (numbers: Numbers, shape: number[], count: number): tf.Tensor =>
  tf.tensor(
    numbers.values(shape).map((value) => Math.floor((count * (value + 1)) / 2)),
    shape,
    'int32',
  );

/** Gives the model weights that depend on nothing but `numbers`. */
export function setWeights(model: tf.LayersModel, numbers: Numbers): void {
  const weights = model.weights.map(({ shape, originalName }) => {
    const size = shape as number[];
    const fanIn = size.slice(0, -1).reduce((product, length) => product * length, 1);
    const isScale = /gamma|variance/.test(originalName);
    const values = numbers.values(size).map((v) => (isScale ? 1 + 0.1 * v : v / Math.sqrt(fanIn)));
    return tf.tensor(values, size);
  });
  model.setWeights(weights);
}

/** The losses of the program's first steps, from the same numbers on each engine. */
export async function losses(
  engine: EngineUnderTest,
  program: Program,
  numSteps: number,
): Promise<number[]> {
  return on(engine, () => {
    const step = program(new Numbers(1));
    return Array.from({ length: numSteps }, () => {
      const loss = step();
      const [value] = loss.dataSync();
      loss.dispose();
      return value;
    });
  });
}

export function assertSameLosses(actual: number[], expected: number[], engine: string): void {
  const first = (list: number[]) => list.slice(0, NUM_FIRST);
  assertClose(first(actual), first(expected), AT_FIRST, engine);
  assertClose(actual, expected, IN_THE_END, engine);
}

/** A test that the program learns, and has the same losses all the way on each engine. */
export function testParity(test: uvu.Test, name: string, program: Program): void {
  test(`${name}: ${NUM_STEPS} steps have the same losses on every engine`, async () => {
    const expected = await losses('cpu', program, NUM_STEPS);
    for (const engine of ENGINES.slice(1)) {
      assertSameLosses(await losses(engine, program, NUM_STEPS), expected, engine);
    }
    const isGame = /gan$/i.test(name);
    assert.ok(isGame || expected[NUM_STEPS - 1] < expected[0], 'the loss falls');
  });
}
