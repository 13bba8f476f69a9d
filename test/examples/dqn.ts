import * as tf from '../../lib/notegrad/src/engine/tf';

const NUM_PLACES = 5;
const NUM_ACTIONS = 2;
const GAMMA = 0.9;

interface Memory {
  readonly place: number;
  readonly action: number;
  readonly reward: number;
  readonly isOver: boolean;
  readonly next: number;
}

/** A corridor: steps to the left and the right, a reward at its right end. */
function step(place: number, action: number): Omit<Memory, 'place' | 'action'> {
  const next = Math.max(0, place + (action === 1 ? 1 : -1));
  const isOver = next === NUM_PLACES - 1;
  return { next, isOver, reward: isOver ? 1 : -0.05 };
}

function createNetwork(): tf.Sequential {
  const model = tf.sequential();
  model.add(tf.layers.dense({ units: 16, activation: 'relu', inputShape: [NUM_PLACES] }));
  model.add(tf.layers.dense({ units: NUM_ACTIONS }));
  return model;
}

const states = (places: number[]) =>
  tf.oneHot(tf.tensor1d(places, 'int32'), NUM_PLACES).toFloat() as tf.Tensor2D;

function copyWeights(target: tf.Sequential, source: tf.Sequential): void {
  let wasTrainable: boolean | undefined;
  if (target.trainable !== source.trainable) {
    wasTrainable = target.trainable;
    target.trainable = source.trainable;
  }
  target.setWeights(source.getWeights());
  if (wasTrainable !== undefined) target.trainable = wasTrainable;
}

/** Q-learning with a replay memory and a frozen target network: as tfjs-examples/snake-dqn. */
export async function dqn(): Promise<{ path: number[]; values: number[] }> {
  const [online, target] = [createNetwork(), createNetwork()];
  target.trainable = false;
  copyWeights(target, online);
  const optimizer = tf.train.adam(0.02);
  const memory: Memory[] = [];
  let place = 0;
  let seed = 1;
  const random = () => {
    seed = (seed * 16807) % 2147483647;
    return seed / 2147483647;
  };

  for (let frame = 0; frame < 400; frame++) {
    const epsilon = Math.max(0.1, 1 - frame / 300);
    const action =
      random() < epsilon
        ? Math.floor(random() * NUM_ACTIONS)
        : tf.tidy(() => (online.predict(states([place])) as tf.Tensor).argMax(-1).dataSync()[0]);
    const outcome = step(place, action);
    memory.push({ place, action, ...outcome });
    place = outcome.isOver ? 0 : outcome.next;
    if (memory.length < 32) continue;

    const batch = Array.from({ length: 16 }, () => memory[Math.floor(random() * memory.length)]);
    const lossFunction = () =>
      tf.tidy(() => {
        const actions = tf.tensor1d(
          batch.map((m) => m.action),
          'int32',
        );
        const qs = (
          online.apply(states(batch.map((m) => m.place)), { training: true }) as tf.Tensor
        )
          .mul(tf.oneHot(actions, NUM_ACTIONS))
          .sum(-1);
        const rewards = tf.tensor1d(batch.map((m) => m.reward));
        const nextMax = (target.predict(states(batch.map((m) => m.next))) as tf.Tensor).max(-1);
        const goesOn = tf.tensor1d(batch.map((m) => (m.isOver ? 0 : 1)));
        const wanted = rewards.add(nextMax.mul(goesOn).mul(GAMMA));
        return tf.losses.meanSquaredError(wanted, qs) as tf.Scalar;
      });
    const { value, grads } = tf.variableGrads(
      lossFunction,
      online.getWeights() as unknown as tf.Variable[],
    );
    optimizer.applyGradients(grads as Record<string, tf.Variable>);
    tf.dispose([value, grads]);
    if (frame % 10 === 0) copyWeights(target, online);
  }

  const path = [0];
  while (path.length < 10 && path.at(-1) !== NUM_PLACES - 1) {
    const best = tf.tidy(
      () => (online.predict(states([path.at(-1)!])) as tf.Tensor).argMax(-1).dataSync()[0],
    );
    path.push(step(path.at(-1)!, best).next);
  }
  const values = (online.predict(states([0, 1, 2, 3])) as tf.Tensor).max(-1).dataSync();
  return { path, values: [...values] };
}
