import { checkFlags, checkTensors } from '../checks';
import { EngineError } from '../errors';
import { optionsOf } from '../options';
import { isDifferentiatedAgain } from './gradients/register';
import { refuseOutside } from './index-range';
import * as tf from './tfjs';

/** What an LSTM learns. Gates lie side by side in the order of PyTorch and cuDNN: i, f, g, o. */
export interface CharLstmWeights {
  /** `[vocabulary, 4·hidden]`: a row for each character, the transpose of PyTorch's `weight_ih_l0`. */
  readonly wIh: tf.Tensor;
  /** `[hidden, 4·hidden]`: the transpose of PyTorch's `weight_hh_l0`. */
  readonly wHh: tf.Tensor;
  /** `[4·hidden]`: the sum of PyTorch's `bias_ih_l0` and `bias_hh_l0`. */
  readonly bias: tf.Tensor;
}

/** What `charLstm` reads and returns. */
export interface CharLstmOptions {
  /** int32 [batch]: how many characters each sequence has; the rest is padding. Default: all. */
  readonly lengths?: tf.Tensor;
  /** Whether the hidden state of every step is wanted, 0 in the padding. Default false: the last. */
  readonly allSteps?: boolean;
}

/**
 * An LSTM that reads characters by number, as if they were one-hot vectors:
 * (i f g o) = wIh[id] + h·wHh + bias, c ← σ(f)·c + σ(i)·tanh(g), h ← σ(o)·tanh(c), from c = h = 0.
 * On the native engine it is one operation forward and one backward.
 *
 * @param ids int32 [batch, time], each from 0 to vocabulary − 1.
 * @returns The hidden state after each sequence's last character, [batch, hidden]; or that after
 *   every character, [batch, time, hidden].
 * @throws when shapes do not fit together, or an id or a length is out of range.
 */
export function charLstm(
  ids: tf.Tensor,
  weights: CharLstmWeights,
  options: CharLstmOptions = {},
): tf.Tensor {
  const { wIh, wHh, bias } = optionsOf('charLstm', weights);
  checkTensors({ ids, wIh, wHh, bias }, EngineError);
  const { lengths, allSteps = false } = optionsOf('charLstm', options);
  checkFlags({ allSteps }, EngineError);
  checkShapes(ids, { wIh, wHh, bias }, lengths);
  const [batch, time] = ids.shape;
  const isNative = tf.getKernel('CharLstm', tf.getBackend()) != null && batch * time > 0;
  const compute = isNative ? fused : composed;
  return tf.tidy(() => {
    const characters = tf.cast(ids, 'int32');
    const counts = tf.cast(lengths ?? tf.fill([batch], time, 'int32'), 'int32');
    if (!isNative) {
      refuseOutside('character id', characters, wIh.shape[0]);
      refuseOutside('length', counts, time + 1);
    }
    return compute(characters, { wIh, wHh, bias }, counts, allSteps);
  });
}

function checkShapes(ids: tf.Tensor, weights: CharLstmWeights, lengths?: tf.Tensor): void {
  const { wIh, wHh, bias } = weights;
  const [hidden] = wHh.shape;
  const fit =
    ids.rank === 2 &&
    wIh.rank === 2 &&
    wIh.shape[1] === 4 * hidden &&
    tf.util.arraysEqual(wHh.shape, [hidden, 4 * hidden]) &&
    tf.util.arraysEqual(bias.shape, [4 * hidden]) &&
    (lengths === undefined || tf.util.arraysEqual(lengths.shape, [ids.shape[0]]));
  if (fit) return;
  const given = { ids, wIh, wHh, bias, ...(lengths && { lengths }) };
  const shapes = Object.entries(given).map(([name, { shape }]) => `${name} [${shape}]`);
  throw new EngineError(
    `shapes do not fit: ${shapes.join(', ')} (ids [batch, time], wIh [vocabulary, 4·hidden], ` +
      'wHh [hidden, 4·hidden], bias [4·hidden], lengths [batch])',
  );
}

function fused(
  ids: tf.Tensor,
  { wIh, wHh, bias }: CharLstmWeights,
  lengths: tf.Tensor,
  allSteps: boolean,
): tf.Tensor {
  const { engine } = tf;
  const lstm = tf.customGrad((...given) => {
    const [inputWeights, hiddenWeights, gateBias, save] = given as [
      tf.Tensor,
      tf.Tensor,
      tf.Tensor,
      tf.GradSaveFunc,
    ];
    const inputs = { ids, lengths, wIh: inputWeights, wHh: hiddenWeights, bias: gateBias };
    const [value, gates, cells, states] = engine().runKernel<tf.Tensor[]>('CharLstm', inputs, {
      allSteps,
    });
    save([ids, lengths, hiddenWeights, gates, cells, states, inputWeights, gateBias]);
    const vocabulary = inputWeights.shape[0];
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor[] => {
      const names = ['ids', 'lengths', 'wHh', 'gates', 'cells', 'states'];
      const kept = Object.fromEntries(names.map((name, i) => [name, saved[i]]));
      if (isDifferentiatedAgain()) {
        const layer = (...[wIh, wHh, bias]: tf.Tensor[]) =>
          composed(kept.ids, { wIh, wHh, bias }, kept.lengths, allSteps);
        return tf.grads(layer)([saved[6], kept.wHh, saved[7]], dy);
      }
      const attrs = { allSteps, vocabulary };
      return engine().runKernel<tf.Tensor[]>('CharLstmGrad', { dy, ...kept }, attrs);
    };
    return { value, gradFunc };
  });
  return lstm(wIh, wHh, bias);
}

/** The same of tfjs's own operations, for other engines. */
function composed(
  ids: tf.Tensor,
  { wIh, wHh, bias }: CharLstmWeights,
  lengths: tf.Tensor,
  allSteps: boolean,
): tf.Tensor {
  const [batch, time] = ids.shape;
  const [hidden] = wHh.shape;
  let state: tf.Tensor = tf.zeros([batch, hidden]);
  let cell: tf.Tensor = tf.zeros([batch, hidden]);
  const outputs: tf.Tensor[] = [];
  const columns = time > 0 ? tf.unstack(ids, 1) : [];
  columns.forEach((column, t) => {
    const sums = tf.add(
      tf.add(tf.gather(wIh, column), tf.matMul(state as tf.Tensor2D, wHh as tf.Tensor2D)),
      bias,
    );
    const [i, f, g, o] = tf.split(sums, 4, 1);
    const nextCell = tf.add(tf.mul(tf.sigmoid(f), cell), tf.mul(tf.sigmoid(i), tf.tanh(g)));
    const nextState = tf.mul(tf.sigmoid(o), tf.tanh(nextCell));
    const runs = tf.reshape(tf.cast(tf.greater(lengths, t), 'float32'), [batch, 1]);
    const rests = tf.sub(1, runs);
    if (allSteps) outputs.push(tf.mul(nextState, runs));
    cell = tf.add(tf.mul(nextCell, runs), tf.mul(cell, rests));
    state = tf.add(tf.mul(nextState, runs), tf.mul(state, rests));
  });
  if (!allSteps) return state;
  return time > 0 ? tf.stack(outputs, 1) : tf.zeros([batch, 0, hidden]);
}
