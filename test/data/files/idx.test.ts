import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseIdx } from '../../../lib/notegrad/src/data/files/idx';
import { random } from '../../../lib/notegrad/src/data/random';
import { idxImageSet } from '../../../lib/notegrad/src/data/sets/idx-set';
import { DataError } from '../../../lib/notegrad/src/errors';
import { idxImages, idxLabels } from '../../support/idx-files';

const fails = (bytes: ArrayLike<number>, dimensions: number, message: string) =>
  assert.throws(
    () => parseIdx(Uint8Array.from(bytes), 'digits', dimensions),
    (error: Error) => {
      assert.instance(error, DataError);
      assert.is(error.message, `digits: ${message}`);
      return true;
    },
  );

test('an IDX file gives its shape and its bytes in order', () => {
  const { shape, values } = parseIdx(idxImages(2, 2, 3), 'digits', 3);
  assert.equal(shape, [2, 2, 3]);
  assert.equal(Array.from(values), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
});

test('an IDX file may begin anywhere in its buffer', () => {
  const file = idxLabels([7, 8]);
  const padded = new Uint8Array(3 + file.length);
  padded.set(file, 3);
  assert.equal(Array.from(parseIdx(padded.subarray(3), 'digits', 1).values), [7, 8]);
});

test('an IDX file of no images is read as such', () => {
  assert.equal(parseIdx(idxImages(0, 28, 28), 'digits', 3).shape, [0, 28, 28]);
});

test('an empty file is refused', () => {
  fails([], 3, 'expected an IDX file, found an empty file');
});

test('a file shorter than a header is refused', () => {
  fails([0, 0, 8], 3, 'expected an IDX header, found only 3 bytes');
  fails(
    idxImages(1, 2, 2).subarray(0, 10),
    3,
    'expected a header of 16 bytes, found only 10 bytes',
  );
});

test('a wrong magic number is refused, naming both', () => {
  fails(
    idxLabels([1, 2]),
    3,
    'expected magic number 2051 (3-D unsigned bytes), found magic number 2049 (1-D unsigned bytes)',
  );
  fails(
    [0x1f, 0x8b, 8, 0],
    1,
    'expected magic number 2049 (1-D unsigned bytes), found magic number 529205248 (not IDX)',
  );
});

test('a type other than unsigned bytes is refused by its name', () => {
  const floats = idxImages(1, 2, 2);
  floats[2] = 0x0d;
  fails(
    floats,
    3,
    'expected magic number 2051 (3-D unsigned bytes), found magic number 3331 (3-D floats)',
  );
});

test('a truncated and an overlong file are refused with both lengths', () => {
  const file = idxImages(1, 2, 2);
  fails(file.subarray(0, 18), 3, 'expected 20 bytes for the shape [1,2,2], found 18 (truncated)');
  fails([...file, 0], 3, 'expected 20 bytes for the shape [1,2,2], found 21 (too long)');
});

test('a header that promises more than memory holds is refused without taking it', () => {
  fails(
    [0, 0, 8, 3, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255],
    3,
    'expected 79,228,162,458,924,105,000,000,000,000 bytes for the shape [4294967295,4294967295,4294967295], found 16 (truncated)',
  );
});

const described = { name: 'digits', source: 'a test', classNames: ['zero', 'one'], firstLabel: 0 };
const set = (images: Uint8Array, labels: Uint8Array) =>
  idxImageSet({ path: 'images', bytes: images }, { path: 'labels', bytes: labels }, described);

test('images and labels become one set of grey images', () => {
  const { shape, pixels, labels, source } = set(idxImages(2, 2, 2), idxLabels([1, 0]));
  assert.equal(shape, [2, 2, 2, 1]);
  assert.equal(Array.from(pixels), [0, 1, 2, 3, 4, 5, 6, 7]);
  assert.equal(Array.from(labels), [1, 0]);
  assert.is(source, 'a test');
});

test('as many labels as images are needed', () => {
  assert.throws(
    () => set(idxImages(2, 2, 2), idxLabels([1])),
    /^labels: expected 2 labels, one for each image of images, found 1$/,
  );
});

test('a label without a class is refused with its image', () => {
  assert.throws(
    () => set(idxImages(2, 2, 2), idxLabels([1, 2])),
    /^labels: expected labels 0 … 1, found 2 for image 1$/,
  );
});

test('images without pixels are refused', () => {
  assert.throws(
    () => set(idxImages(2, 0, 2), idxLabels([1, 0])),
    /^images: expected images, found the shape \[2,0,2\]$/,
  );
});

test('20,000 mutated files each end in a set or a DataError', () => {
  const rng = random(1);
  const valid = [idxImages(3, 4, 5), idxLabels([0, 1, 0])];
  const outcomes = { set: 0, error: 0 };
  for (let i = 0; i < 20_000; i++) {
    const [images, labels] = valid.map((file) => {
      const bytes = file.slice(0, rng.uniform() < 0.2 ? rng.integer(file.length + 1) : undefined);
      for (let n = rng.integer(3); n > 0 && bytes.length > 0; n--) {
        bytes[rng.integer(bytes.length)] = rng.integer(256);
      }
      return rng.uniform() < 0.1 ? Uint8Array.from([...bytes, rng.integer(256)]) : bytes;
    });
    try {
      const { shape, pixels, labels: ids } = set(images, labels);
      assert.is(pixels.length, shape[0] * shape[1] * shape[2]);
      assert.is(ids.length, shape[0]);
      outcomes.set++;
    } catch (error) {
      assert.instance(error, DataError);
      outcomes.error++;
    }
  }
  assert.ok(outcomes.set > 1000 && outcomes.error > 1000, JSON.stringify(outcomes));
});

test.run();
