import { mkdirSync, readdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { imageAt } from '../../../lib/notegrad/src/data/samples/images';
import {
  type ImageFolderOptions,
  imageFolder,
} from '../../../lib/notegrad/src/data/sets/image-folder';
import { split } from '../../../lib/notegrad/src/data/transforms/split';
import { errorOf, inFolder } from '../../support/folders';

const RED = [255, 0, 0];
const BLUE = [0, 0, 255];

/** An image of these rows of colours, of 8×8 pixels each. */
function blocks(rows: readonly (readonly (readonly number[])[])[]): Sharp {
  const [height, width, channels] = [rows.length, rows[0].length, rows[0][0].length];
  const pixels = Buffer.alloc(64 * height * width * channels);
  for (let y = 0, at = 0; y < 8 * height; y++) {
    for (let x = 0; x < 8 * width; x++) {
      for (const value of rows[y >> 3][x >> 3]) pixels[at++] = value;
    }
  }
  return sharp(pixels, {
    raw: { width: 8 * width, height: 8 * height, channels: channels as 1 | 3 | 4 },
  });
}
const png = (...rows: Parameters<typeof blocks>[0]) => blocks(rows).png().toBuffer();

/** Does `work` in a folder with these files. */
const withFiles = <T>(
  files: Readonly<Record<string, Uint8Array>>,
  work: (folder: string) => Promise<T>,
) =>
  inFolder((folder) => {
    for (const [name, bytes] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), bytes);
    }
    return work(folder);
  });
/** The pixels of the only image of a folder. */
const pixelsOf = async (bytes: Uint8Array, options: ImageFolderOptions) =>
  withFiles({ 'a/1.png': bytes }, async (folder) => {
    const { pixels } = await imageFolder(folder, options);
    return Array.from(pixels);
  });
/** Whether each value is the other to within what resizing and JPEG make of an edge. */
const assertNear = (found: readonly number[], expected: readonly number[]) => {
  assert.is(found.length, expected.length);
  found.forEach((value, i) => {
    assert.ok(Math.abs(value - expected[i]) <= 16, `${found} is not ${expected}`);
  });
};

test('each folder is a class, in their names’ order, and sets are split like all others', async () => {
  const files = {
    'dogs/2.png': await png([BLUE]),
    'dogs/10.PNG': await png([BLUE]),
    'cats/x.y.jpeg': await blocks([[RED]])
      .jpeg({ quality: 100 })
      .toBuffer(),
    'cats/deep/z.jpg': await blocks([[RED]])
      .jpeg({ quality: 100 })
      .toBuffer(),
    'cats/.hidden': new Uint8Array(1),
  };
  await withFiles(files, async (folder) => {
    symlinkSync(join(folder, 'dogs'), join(folder, 'more dogs'));
    const set = await imageFolder(folder, { size: 2 });
    assert.equal(set.shape, [6, 2, 2, 3]);
    assert.equal(set.classNames, ['cats', 'dogs', 'more dogs']);
    assert.equal(Array.from(set.labels), [0, 0, 1, 1, 2, 2]);
    assertNear(Array.from(imageAt(set, 0).subarray(0, 3)), RED);
    assert.equal(Array.from(imageAt(set, 5).subarray(9, 12)), BLUE);
    const { half } = split(set, { half: 3 }, { stratified: true });
    assert.equal([...half.labels].sort(), [0, 1, 2]);
    const ordered = await imageFolder(folder, {
      size: 2,
      classNames: ['more dogs', 'dogs', 'cats'],
    });
    assert.equal(Array.from(ordered.labels), [0, 0, 1, 1, 2, 2]);
    assert.equal(Array.from(imageAt(ordered, 0).subarray(0, 3)), BLUE);
  });
});

test('images are turned as each of the eight EXIF orientations says', async () => {
  const [A, B, C, D] = [[0], [80], [160], [240]];
  const stored: Readonly<Record<number, (readonly (readonly number[])[])[]>> = {
    1: [
      [A, B],
      [C, D],
    ],
    2: [
      [B, A],
      [D, C],
    ],
    3: [
      [D, C],
      [B, A],
    ],
    4: [
      [C, D],
      [A, B],
    ],
    5: [
      [A, C],
      [B, D],
    ],
    6: [
      [B, D],
      [A, C],
    ],
    7: [
      [D, B],
      [C, A],
    ],
    8: [
      [C, A],
      [D, B],
    ],
  };
  for (const [orientation, rows] of Object.entries(stored)) {
    for (const format of ['png', 'jpeg'] as const) {
      const bytes = await blocks(rows)
        .toFormat(format, { quality: 100 })
        .withMetadata({ orientation: Number(orientation) })
        .toBuffer();
      assertNear(await pixelsOf(bytes, { size: 2, channels: 1 }), [0, 80, 160, 240]);
    }
  }
});

test('an image of other proportions is cut, padded or stretched as asked', async () => {
  const wide = await png([RED, BLUE, BLUE, RED]);
  const at = (fit: ImageFolderOptions['fit']) => pixelsOf(wide, { size: [1, 2], fit });
  assertNear(await at('crop'), [...BLUE, ...BLUE]);
  const [red, , blue] = await at('stretch');
  assert.ok(red > 90 && blue > 90, 'red and blue are mixed');
  assert.ok((await at('pad')).some((value) => value > 0));
  const tall = await pixelsOf(wide, { size: [8, 8], fit: 'pad' });
  assert.equal(tall.slice(0, 3), [0, 0, 0]);
  assert.equal(tall.slice(-3), [0, 0, 0]);
});

test('grey, transparent, 16-bit, palette and CMYK files come as the channels asked for', async () => {
  const grey = (value: number) => [value, value, value];
  assert.equal(await pixelsOf(await png([[7]]), { size: 1 }), grey(7));
  assert.equal(await pixelsOf(await png([grey(7)]), { size: 1, channels: 1 }), [7]);
  assert.equal(await pixelsOf(await png([[255, 255, 255, 0]]), { size: 1 }), grey(0));
  assertNear(await pixelsOf(await png([[255, 255, 255, 128]]), { size: 1 }), grey(128));
  for (const channels of [1, 3] as const) {
    const deep = await sharp(
      Uint16Array.from({ length: 64 * channels }, () => 0x8080),
      {
        raw: { width: 8, height: 8, channels },
      },
    )
      .toColourspace(channels === 1 ? 'grey16' : 'rgb16')
      .png()
      .toBuffer();
    assert.is((await sharp(deep).metadata()).depth, 'ushort');
    assertNear(await pixelsOf(deep, { size: 1 }), grey(128));
    assertNear(await pixelsOf(deep, { size: 1, channels: 1 }), [128]);
  }
  const palette = await blocks([[RED]])
    .png({ palette: true })
    .toBuffer();
  assert.equal(await pixelsOf(palette, { size: 1 }), RED);
  const cmyk = await blocks([[[128, 128, 128]]])
    .toColourspace('cmyk')
    .jpeg()
    .toBuffer();
  assert.is((await pixelsOf(cmyk, { size: 2 })).length, 12);
});

test('the grey of a colour is Pillow’s and torchvision’s', async () => {
  // Image.fromarray(…).convert('L') in Pillow 9.4.
  const greys = { '255,0,0': 76, '0,255,0': 150, '0,0,255': 29, '10,200,90': 131, '1,2,3': 2 };
  for (const [color, grey] of Object.entries(greys)) {
    const image = await png([color.split(',').map(Number)]);
    assert.equal(await pixelsOf(image, { size: 1, channels: 1 }), [grey], color);
  }
});

test('a folder of images alone is a set without classes', async () => {
  await withFiles({ '1.png': await png([RED]), '2.png': await png([BLUE]) }, async (folder) => {
    const set = await imageFolder(folder, { size: 1 });
    assert.equal(Array.from(set.pixels), [...RED, ...BLUE]);
    assert.equal(set.classNames, ['unlabelled']);
  });
});

test('a second load takes the decoded pixels from the cache, until a file or an option changes', async () => {
  const files = { 'a/1.png': await png([RED]), 'b/1.png': await png([BLUE]) };
  await withFiles(files, async (folder) => {
    let numDecoded = 0;
    const load = async (options: Partial<ImageFolderOptions> = {}) => {
      numDecoded = 0;
      const onProgress = () => {
        numDecoded++;
      };
      return imageFolder(folder, { size: 4, onProgress, ...options });
    };
    const first = await load();
    assert.is(numDecoded, 2);
    assert.equal(await load(), first);
    assert.is(numDecoded, 0);
    for (const options of [
      { size: 5 },
      { channels: 1 },
      { fit: 'pad' },
      { limit: 1 },
      { seed: 4 },
    ] as const) {
      await load(options);
      assert.ok(numDecoded > 0, JSON.stringify(options));
    }
    utimesSync(join(folder, 'a/1.png'), 1, 1);
    await load();
    assert.is(numDecoded, 2, 'a file is newer');
    const numCached = readdirSync(join(folder, '.cache')).length;
    await load({ size: 3, cache: false });
    assert.is(readdirSync(join(folder, '.cache')).length, numCached);
  });
});

test('all that is wrong with files is told in one error, or left out and listed', async () => {
  const good = await png([RED]);
  const files = {
    'a/1.png': good,
    'a/2.png': good.subarray(0, good.length - 30),
    'a/3.jpg': Buffer.from('no image'),
    'a/notes.txt': new Uint8Array(1),
    'stray.png': good,
    'b/x.gif': new Uint8Array(1),
  };
  await withFiles(files, async (folder) => {
    const tidy = (text: string) => text.replaceAll(`${folder}/`, '').replaceAll(folder, 'FOLDER');
    assert.is(
      tidy(await errorOf(() => imageFolder(folder, { size: 1 }))),
      [
        "FOLDER: 4 problems (onBad: 'skip' leaves them out):",
        'stray.png: expected only folders here, one for each class',
        'a/notes.txt: expected a PNG or JPEG image',
        'b/x.gif: expected a PNG or JPEG image',
        'b: no image of this class',
      ].join('\n  '),
    );
    const set = await imageFolder(folder, { size: 1, onBad: 'skip' });
    assert.equal([Array.from(set.pixels), Array.from(set.labels)], [RED, [0]]);
    assert.is(set.skipped.length, 6);
    assert.match(tidy(set.skipped[4]), /^a\/2\.png: .+/);
    assert.match(tidy(set.skipped[5]), /^a\/3\.jpg: .+/);
  });
});

test('an animation is no image, and another format is one, whatever a file is called', async () => {
  const frames = Buffer.concat([Buffer.alloc(192, 255), Buffer.alloc(192, 0)]);
  const animation = await sharp(frames, {
    raw: { width: 8, height: 16, channels: 3, pageHeight: 8 },
  })
    .gif()
    .toBuffer();
  const webp = await blocks([[RED]])
    .webp({ lossless: true })
    .toBuffer();
  await withFiles({ 'a/1.png': animation, 'a/2.JPG': webp }, async (folder) => {
    assert.match(
      await errorOf(() => imageFolder(folder, { size: 1 })),
      /a\/1\.png: expected one image, found 2 in one file$/,
    );
    const set = await imageFolder(folder, { size: 1, onBad: 'skip' });
    assert.equal(Array.from(set.pixels), RED);
  });
});

test('parts of a set are no classes', async () => {
  const image = await png([RED]);
  const files = { 'train/a/1.png': image, 'test/a/2.png': image, 'Val/b/3.png': image };
  await withFiles(files, async (folder) => {
    assert.match(
      await errorOf(() => imageFolder(folder, { size: 1 })),
      /expected a folder for each class, found parts of a set: Val, test, train \(read each by itself, such as/,
    );
    const stated = await imageFolder(folder, { size: 1, classNames: ['test', 'train', 'Val'] });
    assert.equal(Array.from(stated.labels), [0, 1, 2]);
  });
});

test('links are followed, but not round in circles; hidden and empty files are no images', async () => {
  const image = await png([RED]);
  const files = {
    'a/1.PNG': image,
    'a/.DS_Store': new Uint8Array(1),
    'b/2.png': new Uint8Array(0),
  };
  await withFiles(files, async (folder) => {
    symlinkSync(join(folder, 'a'), join(folder, 'b', 'more'));
    symlinkSync(folder, join(folder, 'a', 'back'));
    symlinkSync(join(folder, 'none.png'), join(folder, 'a', 'gone.png'));
    const set = await imageFolder(folder, { size: 1, onBad: 'skip' });
    assert.equal(Array.from(set.labels), [0, 1]);
    const skipped = set.skipped.map((line) => line.replaceAll(`${folder}/`, ''));
    assert.is(skipped[0], 'a/back: a link to a folder that it lies in');
    assert.ok(skipped.some((line) => /^a\/gone\.png: ENOENT/.test(line)));
    assert.ok(skipped.some((line) => line.startsWith('b/2.png: ')));
  });
});

test('a missing folder, other classes, too much memory and unknown options are refused', async () => {
  await withFiles({ 'a/1.png': await png([RED]), 'b/1.png': await png([RED]) }, async (folder) => {
    const message = (options: Partial<ImageFolderOptions>, where = folder) =>
      errorOf(() => imageFolder(where, { size: 1, ...options }));
    assert.match(await message({}, join(folder, 'no')), /no: cannot be read: ENOENT/);
    assert.match(
      await message({ classNames: ['a', 'c'] }),
      /expected folders named as the classes \(a, c\), found a, b$/,
    );
    assert.match(
      await message({ size: 10, memoryLimit: 100 }),
      /^2 images of 10×10×3 need 0\.0 MB, more than the limit/,
    );
    assert.is(
      await message({ classNames: ['a', 'b', 'a'] }),
      'invalid classNames: two classes are named "a"',
    );
    assert.match(await message({ onBad: 'warn' as 'skip' }), /^unknown onBad: warn \(known: error/);
    assert.match(await message({ size: 0 }), /^invalid size: 0/);
    assert.match(await message({ limit: 0 }), /^invalid limit: 0/);
    assert.match(await message({ channels: 2 as 1 }), /^invalid channels: 2 \(known: 1, 3\)$/);
    assert.match(await message({ fit: 'cover' as 'crop' }), /^unknown fit: cover \(known: crop/);
  });
});

test.run();
