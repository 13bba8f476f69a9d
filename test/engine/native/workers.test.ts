import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { loadAddon } from '../../../lib/notegrad/src/engine/native/backend/addon';
import { trainSmallNetwork } from '../../support/training';

type Trained = Awaited<ReturnType<typeof trainSmallNetwork>>;

const STEPS = 500;

function trainInWorker(steps: number): Promise<Trained> {
  return new Promise((resolve, reject) => {
    const file = join(__dirname, '../../support/training-worker.ts');
    const worker = new Worker(file, { execArgv: ['-r', 'esbuild-register'], workerData: steps });
    worker.on('message', resolve);
    worker.on('error', reject);
  });
}

test('two workers that train at once get the bits that one gets alone', async () => {
  const [alone, first, second] = [
    await trainSmallNetwork(STEPS),
    ...(await Promise.all([trainInWorker(STEPS), trainInWorker(STEPS)])),
  ];
  assert.is(new Set(alone.losses).size, STEPS, 'every step changes the loss');
  assert.equal(first, alone);
  assert.equal(second, alone);
});

test('a worker cannot change the number of threads that the process computes on', async () => {
  const { threads } = loadAddon().libraries();
  const script = `
    require('esbuild-register');
    const { loadAddon } = require(${JSON.stringify(join(__dirname, '../../../lib/notegrad/src/engine/native/backend/addon'))});
    loadAddon().setThreads(${threads + 1});`;
  const failure = new Promise<Error>((resolve, reject) => {
    const worker = new Worker(script, { eval: true });
    worker.on('error', resolve);
    worker.on('exit', () => reject(new Error('it was allowed')));
  });
  assert.match((await failure).message, /computes on \d+ threads already/);
});

test.run();
