import * as tf from '../../lib/notegrad/src/engine/tf';

const ORIGINAL_DIM = 16;
const LATENT_DIM = 2;

/** Draws z from the posterior: a custom layer with two inputs. */
class ZLayer extends tf.layers.Layer {
  static className = 'ZLayer';

  override computeOutputShape(inputShape: tf.Shape[]): tf.Shape {
    return inputShape[0];
  }

  override call(inputs: tf.Tensor[]): tf.Tensor {
    const [zMean, zLogVar] = inputs;
    const epsilon = tf.randomNormal(zMean.shape);
    return zMean.add(zLogVar.mul(0.5).exp().mul(epsilon));
  }
}
tf.serialization.registerClass(ZLayer);

function encoder(): tf.LayersModel {
  const inputs = tf.input({ shape: [ORIGINAL_DIM] });
  const x = tf.layers.dense({ units: 12, activation: 'relu' }).apply(inputs);
  const zMean = tf.layers.dense({ units: LATENT_DIM, name: 'z_mean' }).apply(x);
  const zLogVar = tf.layers.dense({ units: LATENT_DIM, name: 'z_log_var' }).apply(x);
  const z = new ZLayer({ name: 'z' }).apply([zMean, zLogVar] as tf.SymbolicTensor[]);
  return tf.model({ inputs, outputs: [zMean, zLogVar, z] as tf.SymbolicTensor[], name: 'encoder' });
}

function decoder(): tf.LayersModel {
  const inputs = tf.input({ shape: [LATENT_DIM] });
  const x = tf.layers.dense({ units: 12, activation: 'relu' }).apply(inputs);
  const outputs = tf.layers.dense({ units: ORIGINAL_DIM, activation: 'sigmoid' }).apply(x);
  return tf.model({ inputs, outputs: outputs as tf.SymbolicTensor, name: 'decoder' });
}

function vaeLoss(inputs: tf.Tensor, outputs: tf.Tensor[]): tf.Scalar {
  return tf.tidy(() => {
    const [decoded, zMean, zLogVar] = outputs;
    const reconstruction = tf.losses.meanSquaredError(inputs, decoded).mul(ORIGINAL_DIM);
    const kl = zLogVar.add(1).sub(zMean.square()).sub(zLogVar.exp()).sum(-1).mul(-0.5);
    return reconstruction.add(kl.mean().mul(0.01)) as tf.Scalar;
  });
}

/** A variational autoencoder with `optimizer.minimize`: as tfjs-examples/fashion-mnist-vae. */
export async function vae(): Promise<{ losses: number[] }> {
  const [enc, dec] = [encoder(), decoder()];
  const inputs = enc.inputs[0];
  const [zMean, zLogVar, z] = enc.apply(inputs) as tf.SymbolicTensor[];
  const outputs = [dec.apply(z) as tf.SymbolicTensor, zMean, zLogVar];
  const model = tf.model({ inputs, outputs, name: 'vae' });
  const optimizer = tf.train.adam(0.01);

  // One bright stripe of four numbers in one of four places.
  const places = tf.range(0, 32, 1, 'int32').mod(tf.scalar(4, 'int32'));
  const x = tf
    .oneHot(places, 4)
    .expandDims(2)
    .tile([1, 1, 4])
    .reshape([32, ORIGINAL_DIM])
    .toFloat();
  const losses: number[] = [];
  for (let step = 0; step < 250; step++) {
    const loss = optimizer.minimize(() => vaeLoss(x, model.apply(x) as tf.Tensor[]), true)!;
    losses.push((await loss.data())[0]);
    loss.dispose();
    await Promise.resolve();
  }
  return { losses };
}
