import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as tf from '../../lib/notegrad/src/engine/tf';
import { loadWasm } from '../../lib/notegrad/src/engine/wasm/load';
import { useNative } from '../support/native';

type Nested = number[][];

async function onEveryEngine(check: (engine: string) => void): Promise<void> {
  for (const engine of ['native', 'wasm', 'cpu']) {
    if (engine === 'native') await useNative();
    else if (engine === 'wasm') await loadWasm();
    await tf.setBackend(engine);
    check(engine);
  }
}

const RAGGED: Nested = [[1, 2], [3], [4, 5, 6]]; // as many numbers as its first row makes expect
const SECOND_ROW = /arr\[1\] should have 2 elements, but has 1 elements/;

test('arrays whose rows differ in length are refused wherever tensors are made of them', () =>
  onEveryEngine((engine) => {
    const x = tf.ones([2, 2]);
    const deeper = (levels: number): never =>
      (levels === 0 ? RAGGED : [deeper(levels - 1)]) as never;
    const entries: readonly (() => unknown)[] = [
      () => tf.tensor(RAGGED),
      () => tf.tensor([[1, 2], [3]]),
      () => tf.tensor(RAGGED, [3, 2]),
      () => tf.tensor2d(RAGGED),
      () => tf.variable(tf.tensor(RAGGED)),
      () => x.add([[1, 2], [3]]),
      () => tf.matMul(x as tf.Tensor2D, [[1, 2], [3]]),
      () => tf.concat([x, [[1, 2], [3]]]),
      () => tf.tensor([new Float32Array(2), new Float32Array(1)] as never),
    ];
    for (const make of entries) assert.throws(make, SECOND_ROW, `${make} on ${engine}`);
    const nested = [() => tf.tensor3d(deeper(1)), () => tf.tensor4d(deeper(2))];
    for (const make of [...nested, () => tf.tensor5d(deeper(3)), () => tf.tensor6d(deeper(4))]) {
      assert.throws(make, /\[1\] should have 2 elements, but has 1/, `${make} on ${engine}`);
    }
    assert.throws(() => tf.tensor1d([1, [2]] as never), /should be a primitive/);
    assert.throws(() => tf.tensor([[1, 2], 3] as never), /is a primitive/);
    assert.equal(tf.tensor([[1, 2], new Float32Array(2)] as never).shape, [2, 2]);
  }));

test('an array of tensors is refused, for it would be a tensor without values', () =>
  onEveryEngine((engine) => {
    const x = tf.ones([2]);
    assert.throws(() => x.add([x] as never), /shape \[1\] has 1 elements: 0 are given/, engine);
  }));

test('values that are not as many as the shape says are refused', () =>
  onEveryEngine((engine) => {
    const make = () => tf.engine().makeTensor(new Float32Array(3), [2, 2], 'float32');
    assert.throws(make, /shape \[2,2\] has 4 elements: 3 are given/, engine);
    assert.equal(tf.complex([1], [2]).shape, [1]);
    assert.equal(tf.tensor(['a', 'b'], [2]).dtype, 'string');
  }));

test('a tensor that is larger than any array is refused with its shape', async () => {
  const million = 1e6;
  const shape = [million, million];
  const tooLarge = /tensor of shape \[1000000,1000000\] has 1,000,000,000,000 elements: more than/;
  await onEveryEngine((engine) => {
    for (const make of [tf.zeros, tf.ones]) assert.throws(() => make(shape), tooLarge, engine);
    assert.throws(() => tf.fill(shape, 2), tooLarge, engine);
  });
  await useNative();
  const column = tf.ones([million, 1]);
  for (const make of [
    () => tf.matMul(column, column, false, true),
    () => column.add(column.transpose()),
    () => tf.randomNormal(shape),
    () => tf.broadcastTo(column, shape),
  ]) {
    assert.throws(make, tooLarge);
  }
});

test.run();
