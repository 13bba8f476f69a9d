import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { random } from '../../../lib/notegrad/src/data/random';
import { type CsvImagesOptions, csvImages } from '../../../lib/notegrad/src/data/sets/csv-images';
import { DataError } from '../../../lib/notegrad/src/errors';
import { errorOf, inFolder } from '../../support/folders';

const read = (content: string | Uint8Array, options: Partial<CsvImagesOptions> = {}) =>
  inFolder((folder) => {
    const file = join(folder, 'train.v1.csv');
    writeFileSync(file, content);
    return csvImages(file, { size: [1, 2], ...options });
  });
const message = async (content: string, options?: Partial<CsvImagesOptions>) =>
  (await errorOf(() => read(content, options))).replace(/^.*\//, '');

test('Kaggle’s digits: a header, labels first, pixels row by row', async () => {
  const header = ['label', ...Array.from({ length: 784 }, (_, i) => `pixel${i}`)].join();
  const row = (label: number) =>
    [label, ...Array.from({ length: 784 }, (_, i) => (i + label) % 256)].join();
  const set = await read(`${header}\r\n${row(3)}\r\n${row(0)}\r\n`, { size: 28 });
  assert.equal(set.shape, [2, 28, 28, 1]);
  assert.equal(Array.from(set.labels), [3, 0]);
  assert.equal(set.classNames, ['0', '1', '2', '3']);
  assert.equal(Array.from(set.pixels.subarray(782, 787)), [17, 18, 0, 1, 2]);
});

test('labels may stand elsewhere, and may be missing; a header, too', async () => {
  const named = await read('a,digit,b\n1,0,2\n', { label: 'digit' });
  assert.equal([Array.from(named.pixels), Array.from(named.labels)], [[1, 2], [0]]);
  const bare = await read('0,1,2\n2,3,4');
  assert.equal(
    [Array.from(bare.pixels), Array.from(bare.labels)],
    [
      [1, 2, 3, 4],
      [0, 2],
    ],
  );
  const unlabelled = await read('pixel0,pixel1\n1,2\n\n3,4\n');
  assert.equal(Array.from(unlabelled.pixels), [1, 2, 3, 4]);
  assert.equal(unlabelled.classNames, ['unlabelled']);
});

test('gzipped files, byte-order marks, quotes and colours are read', async () => {
  const set = await read(gzipSync('\ufeff"label","r","g","b"\n"0","1", 2,003\n'), {
    size: 1,
    channels: 3,
  });
  assert.equal(
    [set.shape, Array.from(set.pixels)],
    [
      [1, 1, 1, 3],
      [1, 2, 3],
    ],
  );
});

test('pixels in [0, 1] are refused, or scaled where that is stated', async () => {
  const floats = '0,0.5,1.0\n0,1,2.5e-1\n';
  assert.is(
    await message(floats),
    'train.v1.csv:1, column 2: expected a pixel 0 … 255, found 0.5 (scale: 255 takes pixels in [0, 1])',
  );
  assert.equal(Array.from((await read(floats, { scale: 255 })).pixels), [128, 255, 255, 64]);
  assert.is(
    await message('0,0,1.1\n', { scale: 255 }),
    'train.v1.csv:1, column 3: expected a pixel 0 … 255, found 1.1, times 255',
  );
});

test('pixels that are all 0 or 1 are refused until it is stated what 1 is', async () => {
  const binary = '3,0,1\n0,1,0\n';
  assert.is(
    await message(binary),
    'train.v1.csv: expected pixels 0 … 255, found only 0 and 1 (state scale: 255 if 1 is white, or scale: 1)',
  );
  assert.equal(Array.from((await read(binary, { scale: 255 })).pixels), [0, 255, 255, 0]);
  assert.equal(Array.from((await read(binary, { scale: 1 })).pixels), [0, 1, 1, 0]);
  assert.equal(Array.from((await read('3,0,0\n')).pixels), [0, 0]);
});

test('a header that names no label, but all columns alike, does not make a label of the first', async () => {
  const rows = '7,8,0\n9,10,1\n';
  assert.is(
    await message(`pixel0,pixel1,class\n${rows}`),
    "train.v1.csv: expected a column named label, found pixel0, pixel1, … (label: 'pixel0', or another, says which one it is)",
  );
  const set = await read(`pixel0,pixel1,class\n${rows}`, { label: 'class' });
  assert.equal(
    [Array.from(set.pixels), Array.from(set.labels)],
    [
      [7, 8, 9, 10],
      [0, 1],
    ],
  );
  assert.equal(Array.from((await read(`digit,p0,p1\n0,${rows.slice(0, 3)}\n`)).labels), [0]);
});

test('a header that counts the columns, as pandas writes it, is no image', async () => {
  const header = Array.from({ length: 12 }, (_, i) => i).join();
  const row = Array.from({ length: 12 }, (_, i) => 20 + i).join();
  const { shape, pixels } = await read(`${header}\n${row}\n`, { size: [3, 4] });
  assert.equal([shape[0], pixels[0]], [1, 20]);
});

test('a file without a header may begin with a byte-order mark; other encodings are named', async () => {
  assert.equal(Array.from((await read('\ufeff0,5,6\r\n')).pixels), [5, 6]);
  assert.match(
    await message('0,1,2\r1,2,3\r'),
    /: expected lines that end in LF or CRLF, found CR/,
  );
  const wide = inFolder((folder) => {
    const file = join(folder, 'wide.csv');
    writeFileSync(file, Buffer.from('\ufeff0,1,2\n', 'utf16le'));
    return errorOf(() => csvImages(file, { size: [1, 2] }));
  });
  assert.match(await wide, /: expected UTF-8, found UTF-16 /);
});

test('two classes of one name, and a first label that is not whole, are refused', async () => {
  assert.is(
    await message('0,1,2\n', { classNames: ['cat', 'cat'] }),
    'invalid classNames: two classes are named "cat"',
  );
  assert.is(
    await message('0,1,2\n', { firstLabel: 0.5 }),
    'invalid firstLabel: 0.5 (expected a whole number)',
  );
});

test('every byte divided by 255 in single precision is scaled back to itself', async () => {
  const row = Array.from({ length: 256 }, (_, byte) => Math.fround(byte / 255)).join();
  const { pixels } = await read(row, { size: 16, scale: 255 });
  assert.equal(
    Array.from(pixels),
    Array.from({ length: 256 }, (_, byte) => byte),
  );
});

test('what is no pixel, no label or no row is refused with its line', async () => {
  assert.is(
    await message('label,a,b\n0,1,2\n0,1,256\n'),
    'train.v1.csv:3, column 3 (b): expected a pixel 0 … 255, found 256',
  );
  assert.match(await message('0,-1,2\n'), /:1, column 2: expected a pixel 0 … 255, found -1$/);
  assert.match(await message('0,1,2\n0,,2\n'), /:2, column 2: expected a number, found ""$/);
  assert.match(await message('0,1,2\n0,NaN,2\n'), /:2, column 2: expected a number, found "NaN"$/);
  assert.match(await message('0,nan,2\n'), /:1, column 2: expected a number, found "nan"$/);
  assert.match(await message('99999999,1,2\n'), /^too many classes: 100000000/);
  assert.match(await message('0,1,2\n0,1\n'), /:2: expected 3 columns, found 2$/);
  assert.match(await message('0,1,2\n0,1,2,3\n'), /:2: expected 3 columns, found 4$/);
  assert.match(await message('0,1,2,3\n'), /expected 2 pixels a row, .* found 4$/);
  assert.match(
    await message('label,p0\n0,1\n'),
    /expected 2 pixels a row, .* found 1 and a label$/,
  );
  assert.match(await message('label,a,b\n'), /expected images, found none$/);
  assert.match(await message(''), /found an empty file$/);
  assert.match(await message('a,b,c\n0,1,2\n', { label: 'd' }), /named d, found a, b, c$/);
  assert.match(
    await message('0,1,2\n\n7,1,2\n', { classNames: ['a', 'b'] }),
    /expected labels 0 … 1, found 7 in line 3$/,
  );
  assert.match(await message('0,1,2\n0.5,1,2\n'), /expected labels from 0, found 0.5 in line 2$/);
});

test('5,000 mutated files each end in bytes or a DataError', async () => {
  const rng = random(5);
  const valid = 'label,a,b\r\n0,1,2\r\n3,40,255\r\n';
  const pieces = [',', '"', '\n', '\r', '\0', '1', '.', '-', 'e', ' '];
  const outcomes = { set: 0, error: 0 };
  for (let i = 0; i < 5000; i++) {
    let text = valid;
    for (let n = rng.integer(4); n > 0; n--) {
      const at = rng.integer(text.length + 1);
      text = text.slice(0, at) + pieces[rng.integer(10)] + text.slice(at + rng.integer(3));
    }
    try {
      const { pixels, labels, shape, classNames } = await read(text);
      assert.equal([pixels.length, labels.length], [2 * shape[0], shape[0]]);
      assert.ok(labels.every((id) => id < classNames.length));
      outcomes.set++;
    } catch (error) {
      assert.instance(error, DataError, (error as Error).stack);
      outcomes.error++;
    }
  }
  assert.ok(outcomes.set > 500 && outcomes.error > 500, JSON.stringify(outcomes));
});

test.run();
