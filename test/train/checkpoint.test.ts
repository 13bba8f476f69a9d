import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { randomState, seedRandom } from '../../lib/notegrad/src/engine/random';
import * as tf from '../../lib/notegrad/src/engine/tf';
import { mlp } from '../../lib/notegrad/src/models/mlp';
import { inFolder } from '../support/folders';
import { type CheckpointedRun, runCheckpointed, runInterruptibly } from './checkpointed-run';

const engines = ['cpu', 'native'] as const;

/** Whether `registerNative` finds its addon; without one the tests on it are skipped. */
async function isAvailable(engine: CheckpointedRun['engine']): Promise<boolean> {
  try {
    await runCheckpointed({ engine, numEpochs: 1 });
    return true;
  } catch (error) {
    console.log(`skipped: checkpoints on ${engine}: ${(error as Error).message}`);
    return false;
  }
}

/** Runs in a process of its own, killed as soon as `killWhen` says so. */
async function runAndKill(run: CheckpointedRun, killWhen: () => boolean): Promise<boolean> {
  const code = `require('./test/train/checkpointed-run').runCheckpointed(${JSON.stringify(run)})`;
  const child = spawn(process.execPath, ['-r', 'esbuild-register', '-e', code], {
    stdio: 'ignore',
  });
  return new Promise((resolve) => {
    const timer = setInterval(() => killWhen() && child.kill('SIGKILL'), 1);
    child.on('exit', (_, signal) => {
      clearInterval(timer);
      resolve(signal === 'SIGKILL');
    });
  });
}

for (const engine of engines) {
  test(`a run killed again and again ends with the numbers of one never stopped (${engine})`, async () => {
    if (!(await isAvailable(engine))) return;
    await inFolder(async (folder) => {
      const file = join(folder, 'run.safetensors');
      const never = await runCheckpointed({ engine, numEpochs: 6 });
      const run = { engine, numEpochs: 6, file, everySteps: 3, millisecondsPerStep: 4 };
      let kills = 0;
      for (let attempt = 1; attempt <= 4; attempt++) {
        const before = existsSync(file) ? readFileSync(file) : undefined;
        const startedAt = Date.now();
        const isKilled = await runAndKill(run, () => {
          const hasMoved = existsSync(file) && !before?.equals(readFileSync(file));
          return hasMoved && Date.now() - startedAt > 10 * attempt;
        });
        if (isKilled) kills++;
      }
      assert.ok(kills >= 2, `${kills} runs were killed before their end`);
      const resumed = await runCheckpointed(run);
      assert.equal(resumed, never);
    });
  });
}

/** Every place and the steps that are recorded, replayed, and the last ones of an epoch and a run. */
const interruptions = [
  ...[0, 1, 2, 4, 5, 7, 13].flatMap((at) => [
    { place: 'batches', at } as const,
    { place: 'beforeStep', at } as const,
  ]),
  { place: 'step', at: 0 },
  { place: 'step', at: 1 },
  { place: 'validate', at: 0 },
  { place: 'validate', at: 1 },
] as const;

for (const engine of [...engines, 'wasm'] as const) {
  test(`a run that is interrupted, wherever, goes on bit for bit (${engine})`, async () => {
    if (!(await isAvailable(engine))) return;
    const ignored = () => {}; // a signal that comes too late must not end this process
    process.on('SIGINT', ignored);
    const never = await runCheckpointed({ engine, numEpochs: 3 });
    for (const interruption of interruptions) {
      await inFolder(async (folder) => {
        const file = join(folder, 'run.safetensors');
        const label = `${interruption.place} ${interruption.at}`;
        const run = { engine, numEpochs: 3, file };
        const first = await runInterruptibly({ ...run, interruption });
        assert.is(first.interrupted, true, label);
        assert.ok(first.outcome.steps.length < 15, label);
        assert.equal(await runInterruptibly(run), { interrupted: false, outcome: never }, label);
      });
    }
    process.removeListener('SIGINT', ignored);
  });
}

test('an interrupt after the last step does not make a whole run an interrupted one', async () => {
  const ignored = () => {};
  process.on('SIGINT', ignored);
  const { interrupted, outcome } = await runInterruptibly({
    engine: 'cpu',
    numEpochs: 2,
    interruption: { place: 'validate', at: 1 },
  });
  assert.is(interrupted, false);
  assert.is(outcome.epochs.length, 2);
  process.removeListener('SIGINT', ignored);
});

test('a run that is over gives its history at once, without a step', async () => {
  await inFolder(async (folder) => {
    const run = { engine: 'cpu', numEpochs: 2, file: join(folder, 'run.safetensors') } as const;
    const first = await runCheckpointed(run);
    assert.equal(await runCheckpointed({ ...run, failOnStep: true }), first);
  });
});

test('a run can be made longer', async () => {
  await inFolder(async (folder) => {
    const file = join(folder, 'run.safetensors');
    await runCheckpointed({ engine: 'cpu', numEpochs: 2, file });
    const longer = await runCheckpointed({ engine: 'cpu', numEpochs: 4, file });
    assert.equal(longer, await runCheckpointed({ engine: 'cpu', numEpochs: 4 }));
  });
});

test('the sequence of random numbers is part of the checkpoint', async () => {
  await inFolder(async (folder) => {
    const file = join(folder, 'run.safetensors');
    await tf.setBackend('cpu');
    await runCheckpointed({ engine: 'cpu', numEpochs: 1, file });
    const after = randomState();
    seedRandom(99);
    await runCheckpointed({ engine: 'cpu', numEpochs: 1, file });
    assert.equal(randomState(), after);
    assert.ok(after.draws > 0, 'the step draws random numbers');
  });
});

test('reading and writing checkpoints leave no tensor behind', async () => {
  await inFolder(async (folder) => {
    const file = join(folder, 'run.safetensors');
    await tf.setBackend('cpu');
    mlp().dispose();
    const before = tf.memory().numTensors;
    await runCheckpointed({ engine: 'cpu', numEpochs: 2, file, everySteps: 1 });
    await runCheckpointed({ engine: 'cpu', numEpochs: 3, file, everySteps: 1 });
    assert.is(tf.memory().numTensors, before);
  });
});

test.run();
