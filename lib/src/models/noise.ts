import * as tf from '../engine/tf';
import { seedSequence } from './seeds';

/** Draws N(0, 1) of a shape: new numbers at every call, the same ones after the same seed. */
export type Noise = (shape: readonly number[]) => tf.Tensor;

/** A source of standard normal noise for a model's samples. */
export function normalNoise(seed: number): Noise {
  const nextSeed = seedSequence(seed);
  return (shape) => tf.randomNormal([...shape], 0, 1, 'float32', nextSeed());
}
