import * as tf from '../../lib/notegrad/src/engine/tf';

/** What is above and what is below the mean of a sample, apart, with a scale that is learned. */
class Antirectifier extends tf.layers.Layer {
  static className = 'Antirectifier';
  private scale: tf.LayerVariable | undefined;

  override build(): void {
    this.scale = this.addWeight('scale', [1], 'float32', tf.initializers.ones());
    this.built = true;
  }

  override computeOutputShape([batch, width]: tf.Shape): tf.Shape {
    return [batch, 2 * width!];
  }

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: object): tf.Tensor {
    const input = Array.isArray(inputs) ? inputs[0] : inputs;
    this.invokeCallHook(inputs, kwargs);
    const centred = input.sub(input.mean(1, true)).mul(this.scale!.read());
    return tf.concat([centred.relu(), centred.neg().relu()], 1);
  }
}
tf.serialization.registerClass(Antirectifier);

/** A layer of one's own, trained, saved and loaded: as tfjs-examples/custom-layer. */
export async function customLayer(): Promise<{
  losses: number[];
  difference: number;
  scale: number;
}> {
  const model = tf.sequential();
  model.add(tf.layers.dense({ units: 6, inputShape: [3] }));
  const antirectifier = new Antirectifier({});
  model.add(antirectifier);
  model.add(tf.layers.dense({ units: 1 }));
  model.compile({ optimizer: tf.train.adam(0.03), loss: 'meanSquaredError' });
  const x = tf.randomNormal([64, 3]);
  const y = x.abs().sum(1, true);
  const { history } = await model.fit(x, y, { epochs: 40, batchSize: 16, verbose: 0 });

  let saved: tf.io.ModelArtifacts | undefined;
  await model.save(
    tf.io.withSaveHandler(async (artifacts) => {
      saved = artifacts;
      return { modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(artifacts) };
    }),
  );
  const loaded = await tf.loadLayersModel(tf.io.fromMemory(saved!));
  const difference = (loaded.predict(x) as tf.Tensor).sub(model.predict(x) as tf.Tensor);
  return {
    losses: history.loss as number[],
    difference: difference.abs().max().dataSync()[0],
    scale: antirectifier.getWeights()[0].dataSync()[0],
  };
}
