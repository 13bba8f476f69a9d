import { test } from 'uvu';
import * as assert from 'uvu/assert';

import { RULE_NAMES } from '../../lib/notegrad/src/engine/optimizer-kernels';
import { RANDOM_KERNELS } from '../../lib/notegrad/src/engine/random-kernels';
import * as tf from '../../lib/notegrad/src/engine/tf';
import { lion } from '../../lib/notegrad/src/train/optimizers';
import { ENGINES, loadEngines, on } from '../support/on-every-engine';

/** The kernels that are called while `work` is done. */
function kernelsOf(backendName: string, names: readonly string[], work: () => void): string[] {
  const called: string[] = [];
  const theirs = names.map((name) => tf.getKernel(name, backendName));
  const put = (kernel: tf.KernelConfig) => {
    tf.unregisterKernel(kernel.kernelName, backendName);
    tf.registerKernel(kernel);
  };
  for (const kernel of theirs) {
    const kernelFunc: tf.KernelFunc = (call) => {
      called.push(kernel.kernelName);
      return kernel.kernelFunc(call);
    };
    put({ ...kernel, kernelFunc });
  }
  try {
    work();
  } finally {
    theirs.forEach(put);
  }
  return called;
}

const draws: Readonly<Record<string, () => tf.Tensor>> = {
  RandomUniform: () => tf.randomUniform([3]),
  RandomNormal: () => tf.randomNormal([3]),
  TruncatedNormal: () => tf.truncatedNormal([3]),
  DropoutMask: () => tf.dropout(tf.ones([3]), 0.5),
};

const optimizers: Readonly<Record<string, () => tf.Optimizer>> = {
  Sgd: () => tf.train.sgd(0.1),
  Momentum: () => tf.train.momentum(0.1, 0.9),
  Adam: () => tf.train.adam(0.1),
  Adamax: () => tf.train.adamax(0.1),
  RmsProp: () => tf.train.rmsprop(0.1),
  CentredRmsProp: () => tf.train.rmsprop(0.1, 0.9, 0, 1e-7, true),
  Adagrad: () => tf.train.adagrad(0.1),
  Adadelta: () => tf.train.adadelta(0.1),
  Lion: () => lion({ lr: 0.1 }),
};

test('every rule and every distribution is looked at', () => {
  assert.equal(Object.keys(draws).sort(), Object.values(RANDOM_KERNELS).sort());
  assert.equal(Object.keys(optimizers).sort(), [...RULE_NAMES].sort());
});

for (const engine of ENGINES) {
  test(`${engine}: a random tensor is made by a kernel of the registry`, async () => {
    await on(engine, () => {
      for (const [name, draw] of Object.entries(draws)) {
        assert.equal(kernelsOf(engine, Object.keys(draws), draw), [name]);
      }
    });
  });

  test(`${engine}: a step of an optimizer is a kernel of the registry`, async () => {
    await on(engine, () => {
      for (const [name, make] of Object.entries(optimizers)) {
        const weight = tf.variable(tf.tensor1d([1, -2]));
        const optimizer = make();
        const step = () => optimizer.applyGradients({ [weight.name]: tf.ones([2]) });
        step(); // Meets the variable.
        const called = new Set(kernelsOf(engine, Object.keys(optimizers), step));
        assert.equal([...called], [name]);
      }
    });
  });
}

test('a backend that has no kernel for the optimizer is named', async () => {
  await on('cpu', () => {
    const weight = tf.variable(tf.tensor1d([1]));
    const kernel = tf.getKernel('Sgd', 'cpu');
    tf.unregisterKernel('Sgd', 'cpu');
    try {
      assert.throws(
        () => tf.train.sgd(1).applyGradients({ [weight.name]: tf.ones([1]) }),
        'the backend cpu has no kernel Sgd',
      );
    } finally {
      tf.registerKernel(kernel);
    }
  });
});

test.before(loadEngines);

test.run();
