import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { temporaryFolder } from '../../support/temporary-folder';
import { KernelSession, printedBy, resultOf } from './kernel-session';

const folder = temporaryFolder();
let kernel: KernelSession;

test.before(async () => {
  kernel = await KernelSession.start(folder, join(folder, 'log'));
});

test.after(async () => {
  await kernel.end();
});

test('the Stop button ends a training in good order: the cell succeeds, with its history', async () => {
  const ready = await kernel.run(`import { fit, mlp, tf } from 'notegrad';
await tf.setBackend('cpu');
const model = mlp({ inputShape: [4], hiddenSizes: [8], numClasses: 2 });
const optimizer = tf.train.sgd(0.01);
const x = tf.randomNormal([8, 4]);
let steps = 0;`);
  assert.is(ready.reply.status, 'ok', ready.reply.traceback?.join('\n'));
  const training = await kernel.run(
    `const history = await fit({
  batches: () => [x.clone()],
  step: (batch) => {
    steps++;
    return optimizer.minimize(() => (model.apply(batch) as tf.Tensor).square().mean() as tf.Scalar, true)!;
  },
  numEpochs: 1_000_000,
  compile: false,
});`,
    { interruptAfter: 4 },
  );
  assert.is(training.reply.status, 'ok', training.reply.traceback?.join('\n'));
  assert.is(resultOf(await kernel.run('history.interrupted && steps > 0')), 'true');
  const next = await kernel.run('await new Promise((resolve) => setTimeout(resolve, 200)); 1');
  assert.is(printedBy(next), '');
});

test('so does a training whose step takes long', async () => {
  const training = await kernel.run(
    `const slow = await fit({
  batches: () => [x.clone()],
  step: (batch) => {
    for (const end = Date.now() + 1500; Date.now() < end; );
    return optimizer.minimize(() => (model.apply(batch) as tf.Tensor).square().mean() as tf.Scalar, true)!;
  },
  numEpochs: 1_000_000,
  compile: false,
});`,
    { interruptAfter: 3 },
  );
  assert.is(training.reply.status, 'ok', training.reply.traceback?.join('\n'));
  assert.is(resultOf(await kernel.run('slow.interrupted')), 'true');
});

test.run();
