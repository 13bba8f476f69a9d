import * as tf from '@tensorflow/tfjs';
import { type GradientPair, type Gradients, gradientPairs } from './gradient-pairs';
import { LionOptimizer } from './lion';
import type { NativeBackend } from './native/backend';
import type { OptimizerState } from './optimizer-state';

/**
 * On the native engine a step of `tf.train.sgd`, `momentum`, `adam`, `rmsprop`, `adagrad` or of `lion`
 * is one operation over all variables, in place. The rules are tfjs's own:
 * - `momentum` with `useNesterov` is PyTorch's SGD(nesterov=True): v ← µv + g, w ← w − lr·(g + µv);
 * - `adam` is PyTorch's Adam: w ← w − lr·m̂ / (√v̂ + ε), but ε defaults to 1e-7 rather than 1e-8;
 * - `rmsprop` and `adagrad` have ε inside the root, unlike PyTorch's.
 *
 * An optimizer's `learningRate` can be set between steps, recorded ones too.
 */

/** What tfjs's optimizers have, in public or not. */
interface Internals {
  readonly learningRate: number;
  readonly momentum: number;
  readonly useNesterov: boolean;
  readonly beta1: number;
  readonly beta2: number;
  readonly weightDecay: number;
  readonly epsilon: number;
  readonly decay: number;
  readonly centered: boolean;
  readonly initialAccumulatorValue: number;
  readonly accumulations: OptimizerState[];
  readonly accumulatedFirstMoment: OptimizerState[];
  readonly accumulatedSecondMoment: OptimizerState[];
  readonly accumulatedMeanSquares: OptimizerState[];
  readonly accumulatedMoments: OptimizerState[];
  readonly accumulatedMeanGrads: OptimizerState[];
  readonly accumulatedGrads: OptimizerState[];
}

interface States {
  readonly list: OptimizerState[];
  readonly suffix: string;
  readonly initial?: number;
}

/** An operation of lib/addon/optimizer.cc. */
interface Rule {
  readonly op: string;
  readonly states: readonly States[];
  readonly params: readonly number[];
}

const rules: readonly (readonly [{ prototype: tf.Optimizer }, (own: Internals) => Rule])[] = [
  [tf.SGDOptimizer, () => ({ op: 'sgd', states: [], params: [] })],
  [
    tf.MomentumOptimizer,
    (own) => ({
      op: 'momentum',
      states: [{ list: own.accumulations, suffix: 'momentum' }],
      params: [own.momentum, Number(own.useNesterov)],
    }),
  ],
  [
    tf.AdamOptimizer,
    (own) => ({
      op: 'adam',
      states: [
        { list: own.accumulatedFirstMoment, suffix: 'm' },
        { list: own.accumulatedSecondMoment, suffix: 'v' },
      ],
      params: [own.beta1, own.beta2, own.epsilon],
    }),
  ],
  [
    LionOptimizer,
    (own) => ({
      op: 'lion',
      states: [{ list: own.accumulatedFirstMoment, suffix: 'm' }],
      params: [own.beta1, own.beta2, own.weightDecay],
    }),
  ],
  [
    tf.RMSPropOptimizer,
    (own) => ({
      op: own.centered ? 'centredRmsProp' : 'rmsProp',
      states: [
        { list: own.accumulatedMeanSquares, suffix: 'rms' },
        { list: own.accumulatedMoments, suffix: 'momentum' },
        ...(own.centered ? [{ list: own.accumulatedMeanGrads, suffix: 'mg' }] : []),
      ],
      params: [own.decay, own.momentum, own.epsilon],
    }),
  ],
  [
    tf.AdagradOptimizer,
    (own) => ({
      op: 'adagrad',
      states: [
        { list: own.accumulatedGrads, suffix: 'accumulator', initial: own.initialAccumulatorValue },
      ],
      params: [tf.backend().epsilon()],
    }),
  ],
];

for (const [{ prototype }, rule] of rules) {
  const applyGradients = prototype.applyGradients;
  prototype.applyGradients = function (this: tf.Optimizer, gradients: Gradients): void {
    const pairs = gradientPairs(gradients);
    if (tf.getBackend() === 'native' && pairs.every(isFloat32)) {
      const own = this as unknown as Internals;
      step(tf.backend() as NativeBackend, this, own, rule(own), pairs);
    } else {
      applyGradients.call(this, gradients);
    }
  };
}

function isFloat32([variable, gradient]: GradientPair): boolean {
  return variable.dtype === 'float32' && (gradient == null || gradient.dtype === 'float32');
}

function step(
  backend: NativeBackend,
  optimizer: tf.Optimizer,
  own: Internals,
  { op, states, params }: Rule,
  pairs: readonly GradientPair[],
): void {
  const count = backend.untraced(() => {
    pairs.forEach(([variable], i) => {
      for (const { list, suffix, initial = 0 } of states) {
        list[i] ??= {
          originalName: `${variable.name}/${suffix}`,
          variable: tf.tidy(() => tf.fill(variable.shape, initial).variable(false)),
        };
      }
    });
    return stepCount(optimizer, backend);
  });
  const trained = pairs.flatMap(([, gradient], i) => (gradient == null ? [] : [i]));
  const variables = [
    ...trained.map((i) => pairs[i][0]),
    ...states.flatMap(({ list }) => trained.map((i) => list[i].variable)),
  ];
  for (const variable of variables) backend.makeExclusive(variable);
  const updated = [count, ...variables];
  const gradients = pairs.flatMap(([, gradient]) => gradient ?? []);
  const learningRate = backend.live(() => own.learningRate);
  const sizes = gradients.map(({ size }) => size);
  backend.run(op, [learningRate, ...gradients, ...updated], updated, [
    sizes.length,
    ...sizes,
    ...params,
  ]);
  backend.disposeData(learningRate.dataId);
}

/**
 * How many steps an optimizer has taken, which tfjs keeps in a property: here it is in the memory of
 * a tensor, so that a recorded step counts too.
 */
interface StepCount {
  values: Int32Array;
  tensor?: tf.TensorInfo;
}

const stepCounts = new WeakMap<tf.Optimizer, StepCount>();

Object.defineProperty(tf.Optimizer.prototype, 'iterations_', {
  get(this: tf.Optimizer): number | undefined {
    return stepCounts.get(this)?.values[0];
  },
  set(this: tf.Optimizer, count: number) {
    const known = stepCounts.get(this);
    if (known === undefined) stepCounts.set(this, { values: Int32Array.of(count) });
    else known.values[0] = count;
  },
});

function stepCount(optimizer: tf.Optimizer, backend: NativeBackend): tf.TensorInfo {
  const count = stepCounts.get(optimizer) ?? { values: Int32Array.of(0) };
  stepCounts.set(optimizer, count);
  if (count.tensor === undefined) {
    const tensor = backend.allocate([], 'int32');
    const values = backend.valuesOf(tensor.dataId) as Int32Array;
    values.set(count.values);
    Object.assign(count, { values, tensor });
  }
  return count.tensor!;
}
