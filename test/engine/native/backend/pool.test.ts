import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Pool } from '../../../../lib/notegrad/src/engine/native/backend/pool';
import { useNative } from '../../../support/native';

const pool = (limit?: number) => new Pool({ prepareMemory: () => 16, limit });

test('an array given back is the next one of its type and length', () => {
  const arrays = pool();
  const first = arrays.take('float32', 10);
  arrays.give('float32', first);
  assert.is(arrays.waitingBytes, 40);
  assert.is.not(arrays.take('int32', 10), first);
  assert.is.not(arrays.take('float32', 11), first);
  assert.is(arrays.take('float32', 10), first);
  assert.is(arrays.waitingBytes, 0);
});

test('an array disowned is not owned, nor are strangers', () => {
  const arrays = pool();
  const mine = arrays.take('bool', 3);
  assert.ok(arrays.owns(mine));
  assert.ok(arrays.owns(mine.subarray(1)));
  assert.not(arrays.owns(new Uint8Array(3)));
  arrays.disown(mine.subarray(1));
  assert.not(arrays.owns(mine));
});

test('no more bytes wait than the limit', () => {
  const arrays = pool(1000);
  for (let length = 1; length <= 200; length++) {
    arrays.give('float32', arrays.take('float32', length));
    assert.ok(arrays.waitingBytes <= 1000, `${arrays.waitingBytes} bytes after length ${length}`);
  }
  arrays.give('bool', arrays.take('bool', 1001));
  assert.ok(arrays.waitingBytes <= 1000);
});

test('arrays start at multiples of 64 bytes, empty ones too', async () => {
  const { pool: arrays, addon } = await useNative();
  for (const length of [0, 1, 3, 100, 12345]) {
    const values = arrays.take('float32', length);
    assert.is(values.length, length);
    const bytes = new Uint8Array(values.buffer as ArrayBuffer, values.byteOffset, 1);
    assert.is(addon.prepareMemory(bytes), 0, `length ${length}`);
  }
});

test.run();
