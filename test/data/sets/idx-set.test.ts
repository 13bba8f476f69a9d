import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { batches } from '../../../lib/notegrad/src/data/batches/batches';
import { type IdxSetOptions, idxSet } from '../../../lib/notegrad/src/data/sets/idx-set';
import { split } from '../../../lib/notegrad/src/data/transforms/split';
import * as tf from '../../../lib/notegrad/src/engine/tf';
import { errorOf, inFolder } from '../../support/folders';
import { idxImages, idxLabels } from '../../support/idx-files';

/** Reads these labels, with as many images of 2×3, from files. */
const read = (labels: readonly number[], options: Partial<IdxSetOptions> = {}) =>
  inFolder((folder) => {
    const [images, ids] = [join(folder, 'a.b.images-idx3'), join(folder, 'a.b.labels.gz.idx1')];
    writeFileSync(images, gzipSync(idxImages(labels.length, 2, 3)));
    writeFileSync(ids, idxLabels(labels));
    return idxSet({ images, labels: ids, ...options });
  });
const message = async (labels: readonly number[], options?: Partial<IdxSetOptions>) =>
  (await errorOf(() => read(labels, options))).replace(/^.*\//, '');

test('files of any name are read, gzipped or not, and classes are the labels', async () => {
  const set = await read([2, 0, 3]);
  assert.equal(set.shape, [3, 2, 3, 1]);
  assert.equal(Array.from(set.pixels.subarray(0, 6)), [0, 1, 2, 3, 4, 5]);
  assert.equal(Array.from(set.labels), [2, 0, 3]);
  assert.equal(set.classNames, ['0', '1', '2', '3']);
});

test('labels that begin at 1 are refused until the first label is stated', async () => {
  assert.is(
    await message([1, 3, 2]),
    'a.b.labels.gz.idx1: expected labels from 0, found 1 … 3 (state firstLabel: 1 if class 0 has ' +
      'the label 1, or firstLabel: 0 if class 0 does not occur)',
  );
  const letters = await read([1, 3, 2], { firstLabel: 1, classNames: ['a', 'b', 'c'] });
  assert.equal(Array.from(letters.labels), [0, 2, 1]);
  assert.equal((await read([1, 3], { firstLabel: 1 })).classNames, ['1', '2', '3']);
  assert.equal(Array.from((await read([1, 3], { firstLabel: 0 })).labels), [1, 3]);
});

test('a label that is not of the classes is refused with its image', async () => {
  const classNames = ['a', 'b', 'c'];
  assert.is(
    await message([0, 3], { classNames }),
    'a.b.labels.gz.idx1: expected labels 0 … 2, found 3 for image 1',
  );
  assert.is(
    await message([3, 0], { classNames, firstLabel: 1 }),
    'a.b.labels.gz.idx1: expected labels 1 … 3, found 0 for image 1',
  );
});

test('images may be transposed, and may do without labels', async () => {
  const set = await read([0, 0], { transposed: true, labels: undefined });
  assert.equal(set.shape, [2, 3, 2, 1]);
  assert.equal(Array.from(set.pixels), [0, 3, 1, 4, 2, 5, 6, 9, 7, 10, 8, 11]);
  assert.equal([set.classNames, Array.from(set.labels)], [['unlabelled'], [0, 0]]);
});

test('a file that is missing, a folder, broken or of floats is refused by name', async () => {
  const floats = Uint8Array.from(idxImages(1, 1, 1));
  floats[2] = 0x0d;
  await inFolder(async (folder) => {
    const [images, zipped] = [join(folder, 'images'), join(folder, 'zipped')];
    writeFileSync(images, floats);
    writeFileSync(zipped, gzipSync(floats).subarray(0, 15));
    assert.match(await errorOf(() => idxSet({ images: join(folder, 'no') })), /no: cannot be read/);
    assert.match(await errorOf(() => idxSet({ images: folder })), /found a directory$/);
    assert.match(await errorOf(() => idxSet({ images: zipped })), /zipped: expected a gzip file/);
    assert.match(await errorOf(() => idxSet({ images })), /images: .*found .*\(3-D floats\)$/);
  });
});

test('more than 256 classes keep their ids through splits and batches', async () => {
  const classNames = Array.from({ length: 300 }, (_, id) => `class ${id}`);
  const set = { ...(await read([0, 0])), classNames, labels: Uint16Array.of(299, 256) };
  const { part } = split(set, { part: 2 }, { stratified: true });
  const [batch] = [...batches(part, { batchSize: 2, shuffle: false })];
  assert.equal([...batch.y.dataSync()].sort(), [256, 299]);
  tf.dispose(batch);
});

test('a class id without a name is refused before a batch is made', async () => {
  const set = { ...(await read([0, 0])), labels: Uint8Array.of(0, 1) };
  assert.match(
    await errorOf(() => batches(set, { batchSize: 1 })),
    /images-idx3: expected class ids 0 … 0, found 1 for sample 1$/,
  );
});

test.run();
