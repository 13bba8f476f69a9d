import type * as tf from '../../tf';
import { nativeKernel } from './native-kernel';

/** The character LSTM of `engine/char-lstm.ts`, forward and backward. */
export const recurrenceKernels: tf.KernelConfig[] = [
  nativeKernel('CharLstm', ({ inputs, attrs, backend }) => {
    const { ids, lengths, wIh, wHh, bias } = inputs;
    const [batch, time] = ids.shape;
    const [vocabulary] = wIh.shape;
    const [hidden, gates] = wHh.shape;
    const outputs = [
      attrs.allSteps ? [batch, time, hidden] : [batch, hidden],
      [time, batch, gates],
      [time + 1, batch, hidden],
      [time + 1, batch, hidden],
    ].map((shape) => backend.allocate(shape, 'float32'));
    const params = { batch, time, hidden, vocabulary, allSteps: Boolean(attrs.allSteps) };
    backend.run('charLstm', [ids, lengths, wIh, wHh, bias], outputs, params);
    return outputs;
  }),
  nativeKernel('CharLstmGrad', ({ inputs, attrs, backend }) => {
    const { dy, ids, lengths, wHh, gates, cells, states } = inputs;
    const [batch, time] = ids.shape;
    const [hidden, width] = wHh.shape;
    const vocabulary = attrs.vocabulary as number;
    const outputs = [[vocabulary, width], [hidden, width], [width]].map((shape) =>
      backend.allocate(shape, 'float32'),
    );
    const params = { batch, time, hidden, vocabulary, allSteps: Boolean(attrs.allSteps) };
    backend.run('charLstmGrad', [dy, ids, lengths, wHh, gates, cells, states], outputs, params);
    return outputs;
  }),
];
