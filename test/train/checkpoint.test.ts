import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { randomState, seedRandom } from '../../lib/src/engine/random';
import * as tf from '../../lib/src/engine/tf';
import { mlp } from '../../lib/src/models/mlp';
import { errorOf, inFolder } from '../support/folders';
import { type CheckpointedRun, runCheckpointed } from './checkpointed-run';

const engines = ['cpu', 'native'] as const;

/** Whether `registerNative` finds its addon; without one the tests on it are skipped. */
async function isAvailable(engine: (typeof engines)[number]): Promise<boolean> {
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

test('a checkpoint of another run is refused, saying what differs', async () => {
  await inFolder(async (folder) => {
    const file = join(folder, 'run.safetensors');
    const run = { engine: 'cpu', numEpochs: 1, file } as const;
    await runCheckpointed({ ...run, settings: { lr: 0.1 } });
    const prefix = `${file} is the checkpoint of another run: `;
    const hint = ' (delete it to begin anew)';
    assert.is(
      await errorOf(() => runCheckpointed({ ...run, settings: { lr: 0.2 } })),
      `${prefix}its settings are {"lr":0.1}, not {"lr":0.2}${hint}`,
    );
    assert.is(
      await errorOf(() => runCheckpointed({ ...run, settings: { lr: 0.1 }, width: 9 })),
      `${prefix}it has no models.0.fc1/kernel of shape [4,9]${hint}`,
    );
    writeFileSync(file, 'not a checkpoint');
    assert.match(await errorOf(() => runCheckpointed(run)), /^.* is not a safetensors file: /);
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
