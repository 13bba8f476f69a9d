import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { seedRandom } from '../../../lib/notegrad/src/engine/random';
import * as tf from '../../../lib/notegrad/src/engine/tf';
import { assertClose } from '../../support/close';
import { casesOf, type LayerCase, layerNames, layersWithoutCases } from '../../support/layer-cases';
import { Numbers } from '../../support/native-and-cpu';
import { ENGINES, type EngineUnderTest, loadEngines, on } from '../../support/on-every-engine';
import { ids, setWeights, uniform } from '../../support/training-parity';

/** Sums in another order, through a few layers. */
const TOLERANCE = { rtol: 1e-3, atol: 2e-5 };
const BATCH_SIZE = 3;
const RELOADING = 'saved and loaded';

/** What a model gave, or why it would not: an engine may not give what cpu refuses, nor refuse more. */
type Outcome = { readonly values: number[][] } | { readonly error: string };

type Outcomes = Record<string, Outcome>;

async function outcomeOf(work: () => tf.Tensor[] | Promise<tf.Tensor[]>): Promise<Outcome> {
  try {
    const tensors = await work();
    return { values: tensors.map((tensor) => Array.from(tensor.dataSync())) };
  } catch (error) {
    return { error: (error as Error).message };
  }
}

/** A model of the layer that can be trained: behind weights of its own, where it takes numbers. */
function modelOf({ inputs, numIds, before, make }: LayerCase): tf.LayersModel {
  const symbols = inputs.map((shape) => tf.input({ shape: [...shape] }));
  const weighted = symbols.map((input) =>
    numIds ? input : (tf.layers.prelu({}).apply(input) as tf.SymbolicTensor),
  );
  const placed = before ? weighted.map((x) => before().apply(x) as tf.SymbolicTensor) : weighted;
  const output = make().apply(placed.length === 1 ? placed[0] : placed) as tf.SymbolicTensor;
  return tf.model({ inputs: symbols, outputs: output });
}

async function outcomesOn(engine: EngineUnderTest, layerCase: LayerCase): Promise<Outcomes> {
  return on(engine, async () => {
    const numbers = new Numbers(1);
    seedRandom(1);
    const model = modelOf(layerCase);
    setWeights(model, numbers);
    const xs = layerCase.inputs.map((shape) => {
      const full = [BATCH_SIZE, ...shape];
      return layerCase.numIds ? ids(numbers, full, layerCase.numIds) : uniform(numbers, full);
    });
    const x = xs.length === 1 ? xs[0] : xs;
    const forward = (training: boolean) => model.apply(x, { training }) as tf.Tensor;
    const shape = forward(false).shape;
    const y = uniform(numbers, shape);
    const variables = () => model.trainableWeights.map((weight) => weight.read() as tf.Variable);

    const outcomes: Outcomes = {
      prediction: await outcomeOf(() => [forward(false)]),
      'output in training': await outcomeOf(() => [forward(true)]),
      gradients: await outcomeOf(() => {
        const loss = () => forward(true).mul(y).sum() as tf.Scalar;
        const { grads } = tf.variableGrads(loss, variables());
        return Object.values(grads);
      }),
      'gradients of the input': await outcomeOf(() => {
        if (layerCase.numIds) return [];
        const loss = (...inputs: tf.Tensor[]) =>
          (model.apply(inputs.length === 1 ? inputs[0] : inputs) as tf.Tensor).mul(y).sum();
        return tf.grads(loss)(xs);
      }),
      'an epoch of fit': await outcomeOf(async () => {
        model.compile({ optimizer: tf.train.sgd(0.05), loss: 'meanSquaredError' });
        await model.fit(x, y, { batchSize: 2, epochs: 1, verbose: 0, shuffle: false });
        return model.getWeights();
      }),
      [RELOADING]: await outcomeOf(async () => {
        seedRandom(2);
        const before = forward(false);
        let saved: tf.io.ModelArtifacts | undefined;
        await model.save(
          tf.io.withSaveHandler(async (artifacts) => {
            saved = artifacts;
            return { modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(artifacts) };
          }),
        );
        const loaded = await tf.loadLayersModel(tf.io.fromMemory(saved!));
        seedRandom(2);
        return [(loaded.apply(x) as tf.Tensor).sub(before).abs().max()];
      }),
    };
    return outcomes;
  });
}

function assertSame(actual: Outcome, expected: Outcome, what: string): void {
  if ('error' in expected) {
    assert.ok('error' in actual, `${what}: cpu refuses it (${expected.error})`);
    return;
  }
  if ('error' in actual) assert.unreachable(`${what}: ${actual.error}`);
  else {
    assert.is(actual.values.length, expected.values.length, what);
    actual.values.forEach((values, i) => {
      assertClose(values, expected.values[i], TOLERANCE, `${what}, tensor ${i}`);
    });
  }
}

test('every layer that tf.layers makes has cases', () => {
  assert.equal(layersWithoutCases(), []);
});

for (const layerName of layerNames) {
  const cases = casesOf(layerName);
  test(`${layerName}, ${cases.length} cases: all is as on cpu on every engine`, async () => {
    const refused: string[] = [];
    for (const layerCase of cases) {
      let expected: Outcomes;
      try {
        expected = await outcomesOn('cpu', layerCase);
      } catch (error) {
        refused.push((error as Error).message);
        continue;
      }
      assertReloads(expected[RELOADING], layerCase.name);
      for (const engine of ENGINES.slice(1)) {
        const actual = await outcomesOn(engine, layerCase);
        for (const [what, outcome] of Object.entries(expected)) {
          assertSame(actual[what], outcome, `${engine}, ${layerCase.name}: ${what}`);
        }
      }
    }
    const most = cases.length / 2;
    assert.ok(refused.length < most, `tfjs refuses most of the cases: ${new Set(refused)}`);
  });
}

/** A layer with random output (its width, too) is another each time. */
function assertReloads(outcome: Outcome, name: string): void {
  if (name.startsWith('randomWidth')) return;
  if ('error' in outcome) assert.unreachable(`${name}: ${outcome.error}`);
  else {
    const [[difference]] = outcome.values;
    assert.not(difference > 1e-6, `${name}: loaded, it differs by ${difference}`);
  }
}

test.before(loadEngines);

test.run();
