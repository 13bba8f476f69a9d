import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { tableBatches, tableTensor } from '../../../lib/notegrad/src/data/batches/table-batches';
import { random } from '../../../lib/notegrad/src/data/random';
import { selectFirst, selectWhere } from '../../../lib/notegrad/src/data/samples/select';
import { columnMoments } from '../../../lib/notegrad/src/data/samples/table-set';
import { type ReadTableOptions, readTable } from '../../../lib/notegrad/src/data/sets/read-table';
import { split } from '../../../lib/notegrad/src/data/transforms/split';
import * as tf from '../../../lib/notegrad/src/engine/tf';
import { assertClose } from '../../support/close';
import { errorOf, inFolder } from '../../support/folders';
import { assertTensorsKept } from '../../support/memory';

const read = (text: string, options?: ReadTableOptions) =>
  inFolder((folder) => {
    const file = join(folder, 'table.csv');
    writeFileSync(file, text);
    return readTable(file, options);
  });
const message = async (text: string, options?: ReadTableOptions) =>
  (await errorOf(() => read(text, options))).replace(/^.*\//, '');

const HOUSES =
  'area,town,price,kind\r\n100,Ulm,1.5e2,flat\r\n-50.5,"Bonn, Bad",70,house\r\n.5,Ulm,3,flat\r\n';

test('numbers stay numbers, categories become a column each, and classes ids', async () => {
  const set = await read(HOUSES, { label: 'kind', targets: ['price'] });
  assert.equal(set.columns, [
    { name: 'area' },
    { name: 'town', category: 'Bonn, Bad' },
    { name: 'town', category: 'Ulm' },
  ]);
  assert.equal(
    [set.shape, Array.from(set.values)],
    [
      [3, 3],
      [100, 0, 1, -50.5, 1, 0, 0.5, 0, 1],
    ],
  );
  assert.equal(
    [set.classNames, Array.from(set.labels)],
    [
      ['flat', 'house'],
      [0, 1, 0],
    ],
  );
  assert.equal(Array.from(set.targets!.price.values), [150, 70, 3]);
});

test('types are of the whole file, not of its first rows, or as stated', async () => {
  const late = `n\n${'1\n'.repeat(5000)}x\n`;
  assert.match(await message(late), /:5002: "x" is no number, as others in the column n are/);
  assert.is(
    await message(late, { types: { n: 'number' } }),
    'table.csv:5002: expected a number in the column n, found "x"',
  );
  const months = await read('month\n10\n9\n10\n', { types: { month: 'category' } });
  assert.equal(
    months.columns.map(({ category }) => category),
    ['9', '10'],
  );
  assert.equal(Array.from(months.values), [0, 1, 1, 0, 0, 1]);
});

test('columns with the names of danfojs’s own properties, true and 007 are read as they stand', async () => {
  const set = await read('shape,index,values,true\n1,2,3,007\n');
  assert.equal(
    [set.shape, Array.from(set.values)],
    [
      [1, 4],
      [1, 2, 3, 7],
    ],
  );
  assert.equal((await read('a\ntrue\nfalse\n')).columns[0], { name: 'a', category: 'false' });
});

test('only decimal numbers are numbers', async () => {
  for (const text of ['0x10', '1_000', 'Infinity', '1e999', '1,5', '--1', '1e', '.']) {
    const options = { types: { a: 'number' } } as const;
    assert.match(await message(`a\n"${text}"\n`, options), /:2: expected a number in the column a/);
  }
});

test('one cell that is no number does not make categories of a column of numbers', async () => {
  assert.is(
    await message('a,b\n1,x\n2.5,x\n3o,x\n4,y\n'),
    'table.csv:4: "3o" is no number, as others in the column a are (state its type, or the features without it)',
  );
  assert.match(await message('a\n1e400\n2\n'), /:2: "1e400" is no number/);
  const set = await read('a\n0\n1\n3+\n', { types: { a: 'category' } });
  assert.equal(
    set.columns.map(({ category }) => category),
    ['0', '1', '3+'],
  );
});

test('cells without a value are counted by column, and their rows left out where that is asked for', async () => {
  const text = 'a,b,c\n1,,x\nNA,?,y\n3,4,\n5,6,z\n';
  assert.is(
    await message(text),
    "table.csv: 3 of 4 rows lack a value: a 1, b 2, c 1 (missing: 'skip' leaves these rows out)",
  );
  const set = await read(text, { missing: 'skip' });
  assert.equal([set.numSkipped, Array.from(set.values)], [3, [5, 6, 1]]);
  assert.equal(
    (await read(text, { features: ['c'], missingMarks: [''], missing: 'skip' })).shape,
    [3, 3],
  );
  assert.equal((await read('a\nNA\nb\n', { missingMarks: [''] })).columns.length, 2);
  assert.match(await message('a\n?\n', { missing: 'skip' }), /every row lacks a value$/);
});

test('other separators, and a file without a header, are read as stated', async () => {
  assert.match(await message('a;b\n1;2\n'), /expected columns, found "a;b" \(separator: ';'\?\)$/);
  const set = await read('"a;x";b\n1;"2"\n', { separator: ';' });
  assert.equal(
    set.columns.map(({ name }) => name),
    ['a;x', 'b'],
  );
  assert.equal(
    (await read('1\t2\n3\t4\n', { separator: '\t', columns: ['a', 'b'] })).shape,
    [2, 2],
  );
});

test('a test file takes columns, categories and classes from the training set', async () => {
  const train = await read(HOUSES, { label: 'kind', targets: ['price'] });
  const test = await read('kind,price,town,area\nhouse,1,Ulm,2\n', { like: train });
  assert.equal([Array.from(test.values), Array.from(test.labels)], [[2, 0, 1], [1]]);
  assert.equal([test.columns, test.classNames], [train.columns, train.classNames]);
  const unlabelled = await read('town,area\nUlm,2\n', { like: train });
  assert.equal([unlabelled.classNames, unlabelled.targets], [['unlabelled'], undefined]);
  assert.is(
    await message('town,area\nUlm,2\nKiel,2\n', { like: train }),
    'table.csv:3: unknown town: "Kiel" (known: Bonn, Bad, Ulm)',
  );
  assert.match(
    await message('town\nUlm\n', { like: train }),
    /unknown column: area \(known: town\)$/,
  );
});

test('what is stated twice, or would be a sample that is none, is refused', async () => {
  const rows = 'age,job\n31,cook\n40,nurse\n';
  assert.is(
    await message(rows, { label: 'job', classNames: ['cook', 'nurse', 'cook'] }),
    'invalid classNames: two classes are named "cook"',
  );
  const train = await read(rows, { label: 'job' });
  assert.is(
    await message(rows, { like: train, label: 'age' }),
    'label is stated beside like, which says it: leave one of them out',
  );
  assert.match(
    await message(rows, { columns: ['age', 'job'], types: { age: 'category' } }),
    /: the first row is a header: leave out columns$/,
  );
});

test('what makes no table is refused', async () => {
  const many = Array.from({ length: 60 }, (_, i) => `name ${i}`).join('\n');
  assert.match(
    await message(`who\n${many}\n`),
    /the column who has 60 different texts \(state its/,
  );
  const numbers = Array.from({ length: 60 }, (_, i) => i).join('\n');
  assert.match(
    await message(`n\n${numbers}\n1.O\n`),
    /:62: "1\.O" is no number, as others in the column n are/,
  );
  assert.match(await message('a,a\n1,2\n'), /two columns are named a$/);
  assert.match(await message('a,b\n'), /only a header$/);
  assert.match(await message('a,b\n1\n'), /:2: expected 2 columns, found 1$/);
  assert.match(await message('a\n1\n', { label: 'b' }), /unknown column: b \(known: a\)$/);
  assert.match(await message('a\n1\n', { features: ['a'], label: 'a' }), /a is both told and/);
  assert.match(
    await message('a,b\n1,x\n1,y\n', { label: 'b', classNames: ['x'] }),
    /:3: unknown b: "y" \(known: x\)$/,
  );
});

test('a table is split and selected like all sets, and its batches keep rows together', async () => {
  const rows = Array.from({ length: 20 }, (_, i) => `${i},${i % 2 ? 'odd' : 'even'},${10 * i}`);
  const set = await read(`i,parity,ten\n${rows.join('\n')}\n`, {
    label: 'parity',
    targets: ['ten'],
  });
  const { train } = split(set, { train: 10 }, { stratified: true });
  assert.is(train.labels.filter((id) => id === 1).length, 5);
  assert.equal(selectWhere(set, (id) => id === 0).shape, [10, 1]);
  await assertTensorsKept(() => {
    for (const batch of tableBatches(selectFirst(set, 7), { batchSize: 3, seed: 1 })) {
      const [x, y, ten] = [batch.x, batch.y, batch.targets.ten].map((tensor) => [
        ...tensor.dataSync(),
      ]);
      assert.equal(batch.x.shape, [x.length, 1]);
      assert.equal(
        y,
        x.map((i) => (i % 2 === 0 ? 0 : 1)),
      );
      assert.equal(
        ten,
        x.map((i) => 10 * i),
      );
      tf.dispose(batch);
    }
  });
});

test('the moments of the training set standardise every part; constants and categories stay', async () => {
  const rng = random(1);
  // Times in milliseconds, which 32 bits do not tell apart.
  const rows = Array.from(
    { length: 50 },
    () => `${1.7e12 + rng.integer(1000)},0.1,${rng.integer(2) ? 'x' : 'y'}`,
  );
  const set = await read(`time,constant,kind\n${rows.join('\n')}\n`);
  const moments = columnMoments(set);
  assert.equal(
    [moments.mean.slice(1), moments.std.slice(1)],
    [
      [0.1, 0, 0],
      [1, 1, 1],
    ],
  );
  const x = tableTensor(set, { normalise: moments });
  const { mean, variance } = tf.moments(x, 0);
  assertClose(Array.from(mean.dataSync()).slice(0, 2), [0, 0], { atol: 1e-5 });
  assertClose(Array.from(variance.dataSync()).slice(0, 2), [1, 0], { atol: 1e-4 });
  assert.is(new Set(Array.from(x.dataSync()).filter((_, i) => i % 4 === 0)).size > 40, true);
  const [part] = [...tableBatches(selectFirst(set, 1), { batchSize: 1, normalise: moments })];
  assertClose([...part.x.dataSync()], [...x.dataSync()].slice(0, 4));
  tf.dispose([x, mean, variance, part]);
  assert.throws(
    () => tableTensor(set, { normalise: { mean: [0], std: [1] } }),
    /table\.csv has 4 columns/,
  );
  assert.throws(
    () => tableTensor(set, { normalise: { mean: [0, 0, 0, 0], std: [1, 1, 0, 1] } }),
    /deviations above 0/,
  );
});

test('an identity of more digits than a number keeps is refused, and may be a category', async () => {
  const text = 'id,y\n9007199254740993,1\n9007199254740992,2\n';
  assert.is(
    await message(text),
    "table.csv:2: 9007199254740993 in the column id has more digits than a number keeps (types: { … 'category' }, or the features without it)",
  );
  const { columns } = await read(text, { types: { id: 'category' } });
  assert.is(columns.length, 3);
});

test('numbers with a comma are no categories', async () => {
  assert.match(
    await message('a;y\n1,5;x\n2,5;z\n', { label: 'y', separator: ';' }),
    /^table\.csv:2: "1,5" in the column a is a number with a comma \(write 1\.5/,
  );
});

for (const cells of [
  ['50%', '20 %'],
  ['$5', '-$1,200.50'],
  ['5 €', '1.200,50 €'],
  ["1'200", '7'],
  ['1 200', '7'],
  ['1_000', '7'],
  ['−1.5', '−2'],
  ['(5)', '6'],
  ['USD 5', 'USD 6'],
  ['5円', '6円'],
  ['5 kg', '6 kg'],
  ['inf', '-inf'],
]) {
  test(`${cells.join(' and ')} are no categories unless it is stated`, async () => {
    const text = `a;y\n${cells.join(';x\n')};z\n`;
    assert.match(
      await message(text, { label: 'y', separator: ';' }),
      /^table\.csv:2: ".*" (is no number|in the column a is a number with a (unit|comma))/,
    );
    const types = { a: 'category' as const };
    const { columns } = await read(text, { label: 'y', separator: ';', types });
    assert.is(columns.length, 2);
  });
}

test('texts that only begin with a number are categories', async () => {
  const text = 'a,y\n1st,x\n10-19,z\n1.2.3,x\n2020-01-31,x\n3 doors,x\n';
  const { columns } = await read(text, { label: 'y' });
  assert.is(columns.length, 5);
});

test('a column without a name, as pandas writes its row numbers, is no feature by itself', async () => {
  const text = ',a,y\n0,5,x\n1,6,z\n';
  assert.match(await message(text, { label: 'y' }), /^table\.csv: column 1 has no name/);
  const { values } = await read(text, { label: 'y', features: ['a'] });
  assert.equal(Array.from(values), [5, 6]);
});

test.run();
