import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { seedRandom } from '../../lib/notegrad/src/engine/random';
import { loadEngines, on } from '../support/on-every-engine';
import { acgan } from './acgan';
import { additionRnn } from './addition-rnn';
import { attention } from './attention';
import { classifier } from './classifier';
import { customLayer } from './custom-layer';
import { dqn } from './dqn';
import { textLstm } from './text-lstm';
import { vae } from './vae';

/** That the loss ends below `bound`, and below where it began. */
function assertFalls(losses: number[], bound: number): void {
  const last = losses.at(-1)!;
  assert.ok(last < bound && last < losses[0], `loss from ${losses[0]} to ${last}`);
}

/** Programs in the manner of tfjs's examples: only the import is another. */
const examples: Record<string, () => Promise<void>> = {
  'a classifier with model.fit tells three kinds apart': async () => {
    const { losses, accuracy } = await classifier();
    assertFalls(losses, 0.25);
    assert.ok(accuracy > 0.95, `accuracy ${accuracy}`);
  },
  'an ACGAN draws what its label says': async () => {
    const { classLosses, contrast } = await acgan();
    assertFalls(classLosses, 0.3);
    assert.ok(contrast[0] < -0.2 && contrast[1] > 0.2, `right minus left: ${contrast}`);
  },
  'a VAE with a sampling layer learns to reconstruct': async () => {
    assertFalls((await vae()).losses, 1);
  },
  'an LSTM continues a text that it learned': async () => {
    const { losses, generated, text } = await textLstm();
    assertFalls(losses, 0.2);
    assert.is(generated, text.slice(0, generated.length));
  },
  'a sequence-to-sequence RNN adds': async () => {
    const { numRight, numQuestions } = await additionRnn();
    assert.ok(numRight >= numQuestions - 1, `${numRight} of ${numQuestions} right`);
  },
  'a DQN finds the way through a corridor': async () => {
    const { path, values } = await dqn();
    assert.equal(path, [0, 1, 2, 3, 4]);
    assert.ok(
      values.every((value, i) => i === 0 || value > values[i - 1]),
      `values ${values}`,
    );
  },
  'attention turns sequences round': async () => {
    const { losses, accuracy } = await attention();
    assertFalls(losses, 0.3);
    assert.ok(accuracy > 0.95, `accuracy ${accuracy}`);
  },
  'a custom layer is trained, saved and loaded': async () => {
    const { losses, difference, scale } = await customLayer();
    assertFalls(losses, 0.1);
    assert.is(difference, 0);
    assert.not.equal(scale, 1);
  },
};

for (const [name, example] of Object.entries(examples)) {
  for (const engine of ['native', 'wasm'] as const) {
    test(`${name} on ${engine}`, async () => {
      await on(engine, async () => {
        seedRandom(1);
        await example();
      });
    });
  }
}

test.before(loadEngines);

test.run();
