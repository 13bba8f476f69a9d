import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import sharp from 'sharp';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { batches } from '../../../../lib/notegrad/src/data/batches/batches';
import { imageAt } from '../../../../lib/notegrad/src/data/samples/images';
import {
  type GalaxiesOptions,
  galaxies,
  galaxyChunks,
} from '../../../../lib/notegrad/src/data/sets/galaxies/galaxies';
import {
  GALAXY_COLUMNS,
  treeProblem,
} from '../../../../lib/notegrad/src/data/sets/galaxies/galaxy-tree';
import { DataError } from '../../../../lib/notegrad/src/errors';
import { errorOf, inFolder } from '../../../support/folders';
import { warnings } from '../../../support/logged';

const HEADER = ['GalaxyID', ...GALAXY_COLUMNS].join();
/** A smooth round galaxy to the share of `smooth`, else a star. */
const row = (id: number, smooth = 1) =>
  [
    id,
    ...GALAXY_COLUMNS.map((column) => {
      if (column === 'Class1.1' || column === 'Class7.1') return smooth;
      return { 'Class1.3': 1 - smooth, 'Class6.2': 1 }[column] ?? 0;
    }),
  ].join();
const csv = (...rows: string[]) => `${[HEADER, ...rows].join('\n')}\n`;

/** Left half red, right half blue, and a green frame of 50 pixels, which a crop of 300 leaves out. */
const jpeg = (() => {
  const pixels = Buffer.alloc(424 * 424 * 3);
  for (let y = 0; y < 424; y++) {
    for (let x = 0; x < 424; x++) {
      const frame = Math.min(x, y, 423 - x, 423 - y) < 50;
      pixels[3 * (424 * y + x) + (frame ? 1 : x < 212 ? 0 : 2)] = 255;
    }
  }
  return sharp(pixels, { raw: { width: 424, height: 424, channels: 3 } })
    .jpeg({ quality: 100, chromaSubsampling: '4:4:4' })
    .toBuffer();
})();

interface Files {
  readonly solutions: string;
  readonly images: Readonly<Record<string, Uint8Array>>;
}

/** Does `work` with these files as the galaxies of the data folder. */
const withGalaxies = <T>({ solutions, images }: Files, work: (folder: string) => Promise<T>) =>
  inFolder(async (data) => {
    const folder = join(data, 'galaxies');
    mkdirSync(join(folder, 'images_training_rev1'), { recursive: true });
    writeFileSync(join(folder, 'training_solutions_rev1.csv'), solutions);
    for (const [name, bytes] of Object.entries(images)) {
      writeFileSync(join(folder, 'images_training_rev1', name), bytes);
    }
    return withDataFolder(data, () => work(folder));
  });

async function withDataFolder<T>(data: string, work: () => Promise<T>): Promise<T> {
  const before = process.env.NOTEGRAD_DATA;
  process.env.NOTEGRAD_DATA = data;
  try {
    return await work();
  } finally {
    if (before === undefined) delete process.env.NOTEGRAD_DATA;
    else process.env.NOTEGRAD_DATA = before;
  }
}

const sound = async (): Promise<Files> => ({
  solutions: csv(row(30), row(10, 0.2), row(20, 0.7)),
  images: { '10.jpg': await jpeg, '20.jpg': await jpeg, '30.jpg': await jpeg },
});

test('images are cut out of the middle, resized, and stand in the order of their ids', async () => {
  await withGalaxies(await sound(), async () => {
    const set = await galaxies({ size: 16, crop: 300 });
    assert.equal(set.shape, [3, 16, 16, 3]);
    assert.is(set.source, 'data/galaxies');
    assert.equal(set.skipped, []);
    assert.equal(Array.from(set.targets.ids.values), [10, 20, 30]);
    assert.equal(
      Array.from(set.labels, (id) => set.classNames[id]),
      ['star or artifact', 'smooth', 'smooth'],
    );
    assert.is(set.targets.probabilities.values.length, 3 * 37);
    const pixels = imageAt(set, 1);
    const at = (y: number, x: number) =>
      Array.from(pixels.subarray(3 * (16 * y + x), 3 * (16 * y + x) + 3));
    for (const y of [0, 8, 15]) {
      const [[red, ...others], [, , blue]] = [at(y, 0), at(y, 15)];
      assert.ok(red > 240 && blue > 240 && Math.max(...others) < 15, `${at(y, 0)} ${at(y, 15)}`);
    }
  });
});

test('the whole image has its frame', async () => {
  await withGalaxies(await sound(), async () => {
    const { pixels } = await galaxies({ size: 16, crop: 424 });
    assert.ok(pixels[1] > 240, 'green in the corner');
  });
});

test('a grey image becomes three equal channels', async () => {
  const grey = await sharp(await jpeg)
    .greyscale()
    .jpeg()
    .toBuffer();
  await withGalaxies({ solutions: csv(row(1)), images: { '1.jpg': grey } }, async () => {
    const { pixels, shape } = await galaxies({ size: 4 });
    assert.equal(shape, [1, 4, 4, 3]);
    assert.equal([pixels[0], pixels[0]], [pixels[1], pixels[2]]);
  });
});

test('leaves of the tree can be the classes', async () => {
  await withGalaxies(await sound(), async () => {
    const set = await galaxies({ size: 4, labels: 'leaf' });
    assert.equal(
      Array.from(set.labels, (id) => set.classNames[id]),
      ['star or artifact', 'smooth, completely round', 'smooth, completely round'],
    );
  });
});

test('limit and seed choose galaxies with their probabilities', async () => {
  await withGalaxies(await sound(), async () => {
    const ids = async (options: GalaxiesOptions) =>
      Array.from((await galaxies({ size: 4, ...options })).targets.ids.values);
    assert.equal(await ids({ limit: 2 }), [10, 20]);
    const seeded = await ids({ seed: 3 });
    assert.equal([...seeded].sort(), [10, 20, 30]);
    assert.equal(await ids({ seed: 3, limit: 2 }), seeded.slice(0, 2));
    const set = await galaxies({ size: 4, seed: 3 });
    seeded.forEach((id, i) => {
      const smooth = set.targets.probabilities.values[37 * i];
      assert.is(smooth, Math.fround({ 10: 0.2, 20: 0.7, 30: 1 }[id]!));
    });
  });
});

test('a second load takes the decoded pixels from the cache, until a source changes', async () => {
  await withGalaxies(await sound(), async (folder) => {
    let numDecoded = 0;
    const load = async () => {
      numDecoded = 0;
      const onProgress = () => {
        numDecoded++;
      };
      return galaxies({ size: 8, onProgress });
    };
    const first = await load();
    assert.is(numDecoded, 3);
    const second = await load();
    assert.is(numDecoded, 0);
    assert.equal(second, first);

    utimesSync(join(folder, 'images_training_rev1', '10.jpg'), 1, 1);
    await load();
    assert.is(numDecoded, 3, 'an image is newer');
    writeFileSync(join(folder, 'training_solutions_rev1.csv'), csv(row(10), row(20), row(30)));
    const [changed] = (await load()).targets.probabilities.values;
    assert.is(numDecoded, 3, 'the solutions changed');
    assert.is(changed, 1);

    const [name] = readdirSync(join(folder, 'cache'));
    const cache = readFileSync(join(folder, 'cache', name));
    cache[cache.length - 20] ^= 1;
    for (const broken of [cache, cache.subarray(0, 100), new Uint8Array()]) {
      writeFileSync(join(folder, 'cache', name), broken);
      await load();
      assert.is(numDecoded, 3, 'the cache is broken');
    }
    assert.is(readdirSync(join(folder, 'cache')).length, 1);
  });
});

test('an image that its EXIF turns is turned, and said to be', async () => {
  const turned = await sharp(await jpeg)
    .withMetadata({ orientation: 3 })
    .jpeg()
    .toBuffer();
  const { solutions, images } = await sound();
  await withGalaxies({ solutions, images: { ...images, '20.jpg': turned } }, async (folder) => {
    for (const from of ['files', 'cache']) {
      let set = await galaxies({ size: 2, limit: 1 });
      const [said] = await warnings(async () => {
        set = await galaxies({ size: 2, crop: 300 });
      });
      assert.match(said, /^galaxies: .*20\.jpg: turned as EXIF says \(3\)$/);
      assert.equal(
        [0, 1, 2].map((i) => imageAt(set, i)[0] > 200),
        [true, false, true],
        from,
      );
      assert.equal(set.notes, [
        `${join(folder, 'images_training_rev1', '20.jpg')}: turned as EXIF says (3)`,
      ]);
    }
  });
});

test('two images of one galaxy are told, and the first is taken where problems are skipped', async () => {
  const { solutions, images } = await sound();
  const twice = { ...images, '10.jpeg': await jpeg };
  await withGalaxies({ solutions, images: twice }, async () => {
    assert.match(
      await errorOf(() => galaxies({ size: 2 })),
      /10\.jpg: a second image of 10, besides .*10\.jpeg$/,
    );
    const set = await galaxies({ size: 2, onBad: 'skip' });
    assert.equal([set.shape[0], set.skipped.length], [3, 1]);
  });
});

/** A row in which the cells of these columns are blank. */
const blank = (id: number, columns: readonly string[], smooth?: number) => {
  const cells = row(id, smooth).split(',');
  return cells.map((cell, i) => (columns.includes(GALAXY_COLUMNS[i - 1]) ? '' : cell)).join();
};
const UNKNOWN = GALAXY_COLUMNS.filter((column) => /^Class(3|4|5|9|10|11)\./.test(column));

test('blank cells are no zeros: an error says how many, and in which columns', async () => {
  const { images } = await sound();
  const solutions = csv(blank(10, UNKNOWN), row(20), blank(30, ['Class1.1']));
  await withGalaxies({ solutions, images }, async (folder) => {
    const error = await errorOf(() => galaxies({ size: 2 }));
    assert.is(
      error.replaceAll(`${folder}/`, ''),
      `${folder}: 1 problem (onBad: 'skip' leaves the galaxies out):\n  training_solutions_rev1.csv: ` +
        '2 of 3 rows have 21 blank cells, in Class1.1, Class3, Class4, Class5, Class9, Class10, ' +
        'Class11 (partial: true takes them for unknown)',
    );
    const set = await galaxies({ size: 2, onBad: 'skip' });
    assert.equal(Array.from(set.targets.ids.values), [20]);
    assert.is(set.skipped.length, 1);
  });
});

test('partial rows have NaN where a cell is blank, and a class where what is known tells it', async () => {
  const { images } = await sound();
  const solutions = csv(
    blank(10, UNKNOWN, 0.9),
    blank(20, ['Class1.2', 'Class1.3'], 0.2),
    row(30, 0.4),
  );
  await withGalaxies({ solutions, images }, async () => {
    for (const from of ['files', 'cache']) {
      const set = await galaxies({ size: 2, partial: true });
      const { values } = set.targets.probabilities;
      for (const [i, column] of GALAXY_COLUMNS.entries()) {
        assert.is(Number.isNaN(values[i]), UNKNOWN.includes(column), `${from}: ${column}`);
        assert.is(Number.isNaN(values[37 + i]), /^Class1\.[23]/.test(column), `${from}: ${column}`);
        assert.not(Number.isNaN(values[74 + i]));
      }
      assert.equal(
        Array.from(set.labels, (id) => set.classNames[id]),
        ['smooth', 'unknown', 'star or artifact'],
      );
      assert.match(
        set.notes[0],
        /2 of 3 rows have 22 blank cells, in Class1\.2, Class1\.3, Class3, /,
      );
    }
    assert.match(await errorOf(() => galaxies({ size: 2 })), /22 blank cells/, 'also once cached');
    const [batch] = [...batches(await galaxies({ size: 2, partial: true }), { batchSize: 3 })];
    assert.is(batch.targets.probabilities.isNaN().sum().dataSync()[0], 22);
  });
});

test('what is known of a partial row is checked, and a cell of words is not unknown', async () => {
  const { images } = await sound();
  const solutions = csv(
    blank(10, UNKNOWN).replace('10,1,', '10,0.5,'),
    row(20).replace('20,1,', '20,about one,'),
    row(30),
  );
  await withGalaxies({ solutions, images }, async () => {
    const error = await errorOf(() => galaxies({ size: 2, partial: true }));
    assert.match(error, /csv:2: Class1: expected answers that add up to 1, found 0\.5/);
    assert.match(error, /csv:3: Class1\.1: expected a probability, found "about one"/);
  });
});

test('images without a row are of the class unknown where that is asked for', async () => {
  const { images } = await sound();
  await withGalaxies({ solutions: csv(row(10), row(30)), images }, async (folder) => {
    const others = join(folder, 'images_unlabelled');
    mkdirSync(others);
    writeFileSync(join(others, '15.jpg'), await jpeg);
    assert.match(
      await errorOf(() => galaxies({ size: 2 })),
      /1 problem.*\n.*20\.jpg: image without/,
    );
    const set = await galaxies({ size: 2, unlabelled: true });
    assert.equal(Array.from(set.targets.ids.values), [10, 15, 20, 30]);
    assert.equal(
      Array.from(set.labels, (id) => set.classNames[id]),
      ['smooth', 'unknown', 'unknown', 'smooth'],
    );
    assert.ok(set.targets.probabilities.values.subarray(37, 111).every(Number.isNaN));
    writeFileSync(join(others, '10.jpeg'), await jpeg);
    assert.match(
      await errorOf(() => galaxies({ size: 2, unlabelled: true })),
      /10\.jpeg: a second image of 10, besides .*images_training_rev1\/10\.jpg$/,
    );
  });
});

test('the 5,000 partial galaxies of ../shared load, with all that is known', async () => {
  const shared = resolve(__dirname, '../../../../../shared/data/galaxies-5000');
  if (!existsSync(shared)) {
    console.log(`\nskipped: ${shared} is not there`);
    return;
  }
  await inFolder(async (folder) => {
    // Links, so that nothing is cached in the shared folder.
    for (const name of readdirSync(shared)) symlinkSync(join(shared, name), join(folder, name));
    const error = await errorOf(() => galaxies({ folder, size: 8, limit: 60 }));
    assert.match(
      error,
      /4,401 of 5,000 rows have 88,020 blank cells, in Class3, Class4, Class5, Class9, Class10, Class11 \(/,
    );
    const set = await galaxies({
      folder,
      size: 8,
      limit: 60,
      partial: true,
      unlabelled: true,
      seed: 1,
    });
    assert.is(set.shape[0], 60);
    const { values } = set.targets.probabilities;
    const numUnknown = Array.from(
      { length: 60 },
      (_, i) => Array.from(values.subarray(37 * i, 37 * (i + 1))).filter(Number.isNaN).length,
    );
    assert.equal(
      [...new Set(numUnknown)].sort((a, b) => a - b),
      [0, 20, 37],
    );
    numUnknown.forEach((count, i) => {
      assert.is(set.classNames[set.labels[i]] === 'unknown', count === 37);
    });
  });
});

test('all that is wrong is told in one error', async () => {
  const small = await sharp(await jpeg)
    .resize(100)
    .jpeg()
    .toBuffer();
  const files: Files = {
    solutions: csv(
      row(1),
      row(2),
      row(3),
      row(4).replace('1,', '0.5,'),
      row(5),
      row(5),
      'x',
      `y${row(6)}`,
    ),
    images: {
      '1.jpg': await jpeg,
      '2.jpg': (await jpeg).subarray(0, 3000),
      '3.jpg': small,
      '4.jpg': await jpeg,
      '7.jpg': await jpeg,
      'notes.txt': new Uint8Array(3),
    },
  };
  await withGalaxies(files, async (folder) => {
    const tidy = (text: string) => text.replaceAll(`${folder}/`, '').replaceAll(folder, 'FOLDER');
    const problems = [
      'training_solutions_rev1.csv:5: ',
      'training_solutions_rev1.csv:7: a second row of 5',
      'training_solutions_rev1.csv:8: expected 38 columns, found 1',
      'training_solutions_rev1.csv:9: expected a GalaxyID, found "y6"',
      'images_training_rev1/7.jpg: image without a row',
      'images_training_rev1/notes.txt: expected <GalaxyID>.jpg',
      'training_solutions_rev1.csv: row without an image: 5',
    ];
    const listed = tidy(await errorOf(() => galaxies({ size: 4 })));
    assert.match(listed, /^FOLDER: 7 problems \(onBad: 'skip' leaves the galaxies out\):\n {2}/);
    for (const problem of problems) assert.ok(listed.includes(`\n  ${problem}`), listed);

    const set = await galaxies({ size: 4, onBad: 'skip' });
    assert.equal(Array.from(set.targets.ids.values), [1]);
    assert.equal(set.shape, [1, 4, 4, 3]);
    assert.is(set.pixels.length, 48);
    const skipped = set.skipped.map(tidy);
    assert.is(skipped.length, 9);
    assert.match(skipped[7], /^images_training_rev1\/2\.jpg: .+/);
    assert.is(skipped[8], 'images_training_rev1/3.jpg: expected 424×424 pixels, found 100×100');
    assert.equal((await galaxies({ size: 4, onBad: 'skip' })).skipped.map(tidy), skipped, 'cached');
  });
});

test('a corrupt image is an error also when it was skipped before', async () => {
  const images = { '1.jpg': await jpeg, '2.jpg': (await jpeg).subarray(0, 3000) };
  await withGalaxies({ solutions: csv(row(1), row(2)), images }, async () => {
    await galaxies({ size: 4, onBad: 'skip' });
    const error = await errorOf(() => galaxies({ size: 4 }));
    assert.match(error, /1 problem \(onBad: 'skip' leaves the galaxies out\):\n {2}.*2\.jpg: /);
  });
});

test('solutions without a column are refused, naming it', async () => {
  const solutions = csv(row(1)).replace('Class7.1', 'Class7.9');
  await withGalaxies({ solutions, images: {} }, async () => {
    const error = await errorOf(() => galaxies({ onBad: 'skip' }));
    assert.match(error, /solutions_rev1\.csv:1: expected the column Class7\.1, found "GalaxyID,/);
  });
});

test('more than the memory limit is refused, with what to do', async () => {
  await withGalaxies(await sound(), async () => {
    assert.is(
      await errorOf(() => galaxies({ size: 400, memoryLimit: 1e6 })),
      '3 galaxies of 400×400×3 need 1.4 MB, more than the limit of 1.0 MB (choose a smaller size, ' +
        'a limit or a higher memoryLimit, or go through them with galaxyChunks)',
    );
  });
});

test('chunks are the same galaxies in the same order', async () => {
  await withGalaxies(await sound(), async () => {
    const whole = await galaxies({ size: 4, seed: 1 });
    const ids: number[] = [];
    const pixels: number[] = [];
    for await (const chunk of galaxyChunks({ size: 4, seed: 1, chunk: 2 })) {
      assert.ok(chunk.shape[0] <= 2);
      ids.push(...chunk.targets.ids.values);
      pixels.push(...chunk.pixels);
    }
    assert.equal(ids, Array.from(whole.targets.ids.values));
    assert.equal(pixels, Array.from(whole.pixels));
  });
});

test('without their files, galaxies say what is needed and what can be had', async () => {
  await inFolder((data) =>
    withDataFolder(data, async () => {
      assert.match(
        await errorOf(() => galaxies()),
        /^galaxies need training_solutions_rev1\.csv and images_training_rev1\/ in .*, which are not there and cannot be redistributed \(Kaggle has them: https:\S+; `synthetic: true`/,
      );
    }),
  );
});

test('generated galaxies say that they are, and depend on seed and number alone', async () => {
  await inFolder((data) =>
    withDataFolder(data, async () => {
      const options = { synthetic: true, size: 16, seed: 4 } as const;
      const set = await galaxies({ ...options, limit: 6 });
      assert.is(set.source, 'synthetic');
      assert.equal(set.shape, [6, 16, 16, 3]);
      for (let i = 0; i < 6; i++) {
        const votes = set.targets.probabilities.values.subarray(37 * i, 37 * (i + 1));
        assert.is(treeProblem(votes as Float32Array, 1e-5), undefined);
        assert.ok(Math.max(...imageAt(set, i)) > 60, 'there is light');
      }
      assert.equal(await galaxies({ ...options, limit: 6 }), set);
      assert.not.equal((await galaxies({ ...options, seed: 5, limit: 6 })).pixels, set.pixels);
      const pixels: number[] = [];
      for await (const chunk of galaxyChunks({ ...options, limit: 6, chunk: 4 })) {
        pixels.push(...chunk.pixels);
      }
      assert.equal(pixels, Array.from(set.pixels));
    }),
  );
});

test('options that make no sense are refused', async () => {
  const message = (options: object) => errorOf(() => galaxies({ synthetic: true, ...options }));
  assert.is(await message({ size: 0 }), 'invalid size: 0 (expected 1 … 424)');
  assert.is(await message({ crop: 425 }), 'invalid crop: 425 (expected 1 … 424)');
  assert.match(await message({ limit: -1 }), /^invalid limit: -1/);
  assert.is(await message({ labels: 'all' }), 'unknown labels: all (known: type, leaf)');
  assert.is(await message({ onBad: 'warn' }), 'unknown onBad: warn (known: error, skip)');
});

test("Kaggle's own files load", async () => {
  const given = process.env.NOTEGRAD_DATA;
  const folder = given && join(given, 'galaxies');
  if (!folder || !existsSync(join(folder, 'training_solutions_rev1.csv'))) {
    console.log('\nskipped: the real galaxies are not in NOTEGRAD_DATA');
    return;
  }
  await inFolder((data) =>
    withDataFolder(data, async () => {
      const images = join(data, 'galaxies', 'images_training_rev1');
      mkdirSync(images, { recursive: true });
      const names = readdirSync(join(folder, 'images_training_rev1')).sort().slice(0, 20);
      for (const name of names) {
        copyFileSync(join(folder, 'images_training_rev1', name), join(images, name));
      }
      const solutions = readFileSync(join(folder, 'training_solutions_rev1.csv'), 'utf8');
      writeFileSync(join(data, 'galaxies', 'training_solutions_rev1.csv'), solutions);
      const set = await galaxies({ size: 32, onBad: 'skip' });
      assert.is(set.shape[0], 20);
      assert.ok(set.skipped.every((line) => line.includes('row without an image')));
      rmSync(images, { recursive: true });
    }),
  );
});

test('a problem is a DataError', async () => {
  await withGalaxies({ solutions: csv(row(1)), images: {} }, async () => {
    try {
      await galaxies();
      assert.unreachable();
    } catch (error) {
      assert.instance(error, DataError);
    }
  });
});

test.run();
