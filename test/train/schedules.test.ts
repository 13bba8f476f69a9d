import { test } from 'uvu';
import * as tf from '../../lib/notegrad/src/engine/tf';
import { oneCycle, setLearningRate } from '../../lib/notegrad/src/train/schedules';
import { assertClose } from '../support/close';
import { pythonWithTorch, runPython } from '../support/python-torch';

const python = pythonWithTorch();

test('one cycle starts at peak/25, peaks, and ends at peak/250,000', () => {
  const schedule = oneCycle({ peak: 0.5, numSteps: 100 });
  assertClose([schedule(0), schedule(29), schedule(99)], [0.02, 0.5, 2e-6]);
});

if (python) {
  test('one cycle is PyTorch’s OneCycleLR', () => {
    const script = `
import json, torch
optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1)
schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 0.1, total_steps=57, cycle_momentum=False)
rates = []
for _ in range(57):
    rates.append(schedule.get_last_lr()[0])
    optimizer.step(); schedule.step() if len(rates) < 57 else None
print(json.dumps(rates))`;
    const theirs: number[] = JSON.parse(runPython(python, script));
    const schedule = oneCycle({ peak: 0.1, numSteps: 57 });
    assertClose(
      theirs.map((_, step) => schedule(step)),
      theirs,
      { atol: 1e-9 },
    );
  });
} else {
  console.log('skipped: one cycle is PyTorch’s OneCycleLR: no python3 has torch');
}

test('a learning rate that is set is the one of the next step', async () => {
  await tf.setBackend('cpu');
  for (const make of [
    () => tf.train.sgd(1),
    () => tf.train.momentum(1, 0.9, true),
    () => tf.train.rmsprop(1),
  ]) {
    const moved = [1, 0.25].map((learningRate) => {
      const optimizer = make();
      setLearningRate(optimizer, learningRate);
      const variable = tf.variable(tf.scalar(0));
      optimizer.minimize(() => variable.add(1).square().asScalar(), false, [variable]);
      return variable.dataSync()[0];
    });
    assertClose([moved[1]], [moved[0] / 4]);
  }
});

test.run();
