import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { charLstm } from '../../lib/notegrad/src/engine/char-lstm';
import { compileStep } from '../../lib/notegrad/src/engine/native/compiler/compile-step';
import * as tf from '../../lib/notegrad/src/engine/tf';
import { assertClose } from '../support/close';
import { assertTensorsKept } from '../support/memory';
import { useNative } from '../support/native';
import { assertSameAsCpu, Numbers } from '../support/native-and-cpu';
import { pythonWithTorch, runPython } from '../support/python-torch';

const CLOSE = { rtol: 1e-5, atol: 2e-6 };

interface Example {
  readonly batch: number;
  readonly time: number;
  readonly hidden: number;
  readonly vocabulary: number;
  readonly ids: number[];
  readonly lengths: number[];
  readonly wIh: number[];
  readonly wHh: number[];
  readonly bias: number[];
}

const short = (value: number): number => Math.round(value * 1000) / 1000;

function example(batch: number, time: number, hidden: number, vocabulary = 9): Example {
  const numbers = new Numbers(batch + 10 * time + 100 * hidden);
  const whole = (count: number, most: number) =>
    Array.from({ length: count }, () => numbers.between(0, most));
  // Of three digits, so that Python takes them as an argument.
  const values = (shape: number[]) => [...numbers.values(shape)].map(short);
  return {
    ...{ batch, time, hidden, vocabulary },
    ids: whole(batch * time, vocabulary - 1),
    lengths: whole(batch, time),
    wIh: values([vocabulary, 4 * hidden]),
    wHh: values([hidden, 4 * hidden]).map((v) => short(v / Math.sqrt(hidden))),
    bias: values([4 * hidden]),
  };
}

function tensors(e: Example) {
  return {
    ids: tf.tensor2d(e.ids, [e.batch, e.time], 'int32'),
    lengths: tf.tensor1d(e.lengths, 'int32'),
    wIh: tf.tensor2d(e.wIh, [e.vocabulary, 4 * e.hidden]),
    wHh: tf.tensor2d(e.wHh, [e.hidden, 4 * e.hidden]),
    bias: tf.tensor1d(e.bias),
  };
}

/** The hidden states and the gradients of Σ h³ by wIh, wHh and bias. */
function outputAndGradients(
  e: Example,
  options: { ragged: boolean; allSteps: boolean },
): tf.Tensor[] {
  const { ids, lengths, wIh, wHh, bias } = tensors(e);
  const { allSteps } = options;
  const run = (...[a, b, c]: tf.Tensor[]) =>
    charLstm(ids, { wIh: a, wHh: b, bias: c }, { allSteps, ...(options.ragged && { lengths }) });
  const cubes = (...weights: tf.Tensor[]) => tf.sum(tf.pow(run(...weights), 3));
  return [run(wIh, wHh, bias), ...tf.grads(cubes)([wIh, wHh, bias])];
}

test('states and gradients are those of the same LSTM of tfjs operations', async () => {
  for (const [batch, time, hidden] of [
    [1, 1, 1],
    [2, 3, 4],
    [5, 7, 3],
    [3, 12, 17],
    [19, 6, 33],
  ]) {
    for (const ragged of [false, true]) {
      for (const allSteps of [false, true]) {
        const e = example(batch, time, hidden);
        const run = () => outputAndGradients(e, { ragged, allSteps });
        await assertSameAsCpu(run, CLOSE, `${batch} × ${time} × ${hidden}, ragged: ${ragged}`);
      }
    }
  }
});

const TORCH = `
import json, sys, torch
e = json.loads(sys.argv[1])
B, T, H, V = e['batch'], e['time'], e['hidden'], e['vocabulary']
ids = torch.tensor(e['ids']).reshape(B, T)
lengths = torch.tensor(e['lengths']).clamp(min=1)
lstm = torch.nn.LSTM(V, H, batch_first=True)
with torch.no_grad():
  lstm.weight_ih_l0.copy_(torch.tensor(e['wIh']).reshape(V, 4 * H).T)
  lstm.weight_hh_l0.copy_(torch.tensor(e['wHh']).reshape(H, 4 * H).T)
  lstm.bias_ih_l0.copy_(torch.tensor(e['bias']))
  lstm.bias_hh_l0.zero_()
x = torch.nn.functional.one_hot(ids, V).float()
packed = torch.nn.utils.rnn.pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
output, (h, _) = lstm(packed)
output, _ = torch.nn.utils.rnn.pad_packed_sequence(output, batch_first=True, total_length=T)
results = []
for y in (h[0], output):
  lstm.zero_grad()
  (y ** 3).sum().backward(retain_graph=True)
  results.append([t.flatten().tolist() for t in (
    y, lstm.weight_ih_l0.grad.T, lstm.weight_hh_l0.grad.T, lstm.bias_ih_l0.grad)])
print(json.dumps(results))
`;

test("states and gradients are those of PyTorch's packed LSTM", async () => {
  const python = pythonWithTorch();
  if (python === undefined) return console.log('skipped: no python3 with torch');
  const e = example(6, 20, 24, 64);
  const lengths = e.lengths.map((length) => Math.max(length, 1));
  const expected = JSON.parse(runPython(python, TORCH, [JSON.stringify({ ...e, lengths })]));
  await useNative();
  [false, true].forEach((allSteps, i) => {
    const results = outputAndGradients({ ...e, lengths }, { ragged: true, allSteps });
    results.forEach((result, j) => {
      assertClose(result.dataSync(), expected[i][j], CLOSE, `all steps: ${allSteps}, result ${j}`);
    });
    tf.dispose(results);
  });
});

test('two biases share one gradient, as those of PyTorch do', async () => {
  await useNative();
  const { ids, wIh, wHh, bias } = tensors(example(2, 5, 3));
  const loss = (a: tf.Tensor, b: tf.Tensor) => charLstm(ids, { wIh, wHh, bias: tf.add(a, b) });
  const [first, second] = tf.grads(loss)([bias, tf.zerosLike(bias)]);
  assert.equal(first.dataSync(), second.dataSync());
  assert.ok(first.dataSync().some((value) => value !== 0));
});

test('the number of threads changes nothing', async () => {
  const { addon } = await useNative();
  const { threads } = addon.libraries();
  const e = example(13, 40, 32);
  const run = () =>
    tf.tidy(() =>
      outputAndGradients(e, { ragged: true, allSteps: false }).map((t) => t.dataSync()),
    );
  addon.setThreads(1);
  const [state, ...gradients] = run();
  addon.setThreads(3);
  const [sameState, ...closeGradients] = run();
  addon.setThreads(threads);
  assert.equal(sameState, state);
  gradients.forEach((gradient, i) => {
    assertClose(closeGradients[i], gradient, { rtol: 1e-6, atol: 1e-6 }, `gradient ${i}`);
  });
});

test('nothing to read leaves the first state', async () => {
  await useNative();
  const { wIh, wHh, bias } = tensors(example(1, 1, 2));
  tf.tidy(() => {
    const nothing = charLstm(tf.zeros([3, 0], 'int32'), { wIh, wHh, bias });
    assert.equal(nothing.shape, [3, 2]);
    assert.equal([...nothing.dataSync()], new Array(6).fill(0));
    const none = charLstm(tf.zeros([0, 4], 'int32'), { wIh, wHh, bias }, { allSteps: true });
    assert.equal(none.shape, [0, 4, 2]);
  });
  tf.dispose([wIh, wHh, bias]);
});

test('an id, a length or a shape that does not fit is refused', async () => {
  await useNative();
  const { wIh, wHh, bias } = tensors(example(1, 1, 2));
  const weights = { wIh, wHh, bias };
  const read = (ids: number[][], lengths?: number[]) =>
    tf.tidy(() =>
      charLstm(tf.tensor2d(ids, undefined, 'int32'), weights, {
        ...(lengths && { lengths: tf.tensor1d(lengths, 'int32') }),
      }),
    );
  assert.throws(() => read([[9]]), /character id out of range: 9 \(of 9\)/);
  assert.throws(() => read([[-1]]), /character id out of range: -1/);
  assert.throws(() => read([[1]], [2]), /length out of range: 2 \(of 1 steps\)/);
  assert.throws(() => read([[1]], [1, 1]), /shapes do not fit: .*lengths \[2\]/);
  assert.not.throws(() => read([[1, 99]], [1]), 'padding may be anything');
  tf.dispose([wIh, wHh, bias]);
});

test('a recorded step trains like one that is not, and leaves nothing behind', async () => {
  await useNative();
  const train = async (recorded: boolean) => {
    const e = example(8, 10, 6);
    const { ids, lengths, ...weights } = tensors(e);
    const [wIh, wHh, bias] = Object.values(weights).map((t) => tf.variable(t));
    const optimizer = tf.train.adam(0.05);
    const plain = (batch: tf.Tensor[]) =>
      optimizer.minimize(
        () => {
          const state = charLstm(batch[0], { wIh, wHh, bias }, { lengths: batch[1] });
          return tf.mean(tf.square(tf.sub(state, 0.5)));
        },
        true,
        [wIh, wHh, bias],
      ) as tf.Scalar;
    const step = recorded ? compileStep(plain) : plain;
    const losses: number[] = [];
    const run = () => {
      const loss = step([ids, lengths]);
      losses.push(loss.dataSync()[0]);
      loss.dispose();
    };
    for (let i = 0; i < 9; i++) run();
    await assertTensorsKept(run);
    tf.dispose([ids, lengths, ...Object.values(weights), wIh, wHh, bias]);
    optimizer.dispose();
    return losses;
  };
  const losses = await train(false);
  assertClose(await train(true), losses, { rtol: 1e-6 });
  assert.ok(losses[9] < losses[0] / 2, `${losses}`);
});

test.run();
