import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { sequenceBatches } from '../../../lib/notegrad/src/data/batches/sequence-batches';
import {
  type CsvTextOptions,
  SENTIMENT140,
  textSet,
} from '../../../lib/notegrad/src/data/sets/text-set';
import { readTweets } from '../../../lib/notegrad/src/data/sets/tweets';
import { split } from '../../../lib/notegrad/src/data/transforms/split';
import * as tf from '../../../lib/notegrad/src/engine/tf';
import { errorOf, inFolder } from '../../support/folders';

const read = (content: string | Uint8Array, options: Omit<CsvTextOptions, 'csv'>) =>
  inFolder((folder) => {
    const csv = join(folder, 'texts.csv');
    writeFileSync(csv, content);
    return textSet({ csv, ...options });
  });
const message = async (content: string, options: Omit<CsvTextOptions, 'csv'>) =>
  (await errorOf(() => read(content, options))).replace(/^.*\//, '');

const REVIEWS = 'stars,review\n5,"good, ""very"""\n1,bad\n10,\n5,"two\nlines"\n';

test('texts and classes are columns of a file, and classes what stands there', async () => {
  const set = await read(REVIEWS, { text: 'review', label: 'stars' });
  assert.equal(set.texts, ['good, "very"', 'bad', '', 'two\nlines']);
  assert.equal(
    [set.classNames, Array.from(set.labels)],
    [
      ['1', '5', '10'],
      [1, 0, 2, 1],
    ],
  );
  assert.is(Buffer.from(set.ids).toString(), 'good, "very"badtwo\nlines');
  assert.equal(Array.from(set.offsets), [0, 12, 15, 15, 24]);
});

test('a stated mapping names classes, joins them, leaves rows out and refuses others', async () => {
  const classes = { 1: 'bad', 5: 'good', 10: 'good' };
  const joined = await read(REVIEWS, { text: 'review', label: 'stars', classes });
  assert.equal(
    [joined.classNames, Array.from(joined.labels)],
    [
      ['bad', 'good'],
      [1, 0, 1, 1],
    ],
  );
  const without = await read(REVIEWS, {
    text: 'review',
    label: 'stars',
    classes: { 1: null, 5: 'good', 10: 'best' },
  });
  assert.equal([without.texts.length, without.numSkipped], [3, 1]);
  assert.equal(
    [without.classNames, Array.from(without.labels)],
    [
      ['good', 'best'],
      [0, 1, 0],
    ],
  );
  assert.is(
    await message(REVIEWS, { text: 'review', label: 'stars', classes: { 1: 'bad', 5: 'good' } }),
    'texts.csv:4: unknown stars: "10" (known: 1, 5)',
  );
});

test('Sentiment140’s own files: six columns, no header, Latin-1, quoted line breaks', async () => {
  const row = (target: number, text: string) =>
    `"${target}","1467810369","Mon Apr 06 22:19:45 PDT 2009","NO_QUERY","someone","${text}"`;
  // In Latin-1 "Ã©" has the bytes of UTF-8's "é".
  const rows = [
    row(0, 'sad, ""very""'),
    row(4, 'caf\u00c3\u00a9'),
    row(2, 'so so'),
    row(4, 'two\nlines'),
  ];
  const bytes = Buffer.from(`${rows.join('\n')}\n`, 'latin1');
  const set = await read(bytes, SENTIMENT140);
  assert.equal(set.texts, ['sad, "very"', 'cafÃ©', 'two\nlines']);
  assert.equal(
    [set.classNames, Array.from(set.labels)],
    [
      ['negative', 'positive'],
      [0, 1, 1],
    ],
  );
  assert.equal([set.numSkipped, set.nonAscii.numTexts], [1, 1]);
  assert.is(
    await message(`${row(0, 'a')}\n${row(3, 'b')}\n`, SENTIMENT140),
    'texts.csv:2: unknown target: "3" (known: 0, 2, 4)',
  );
  await inFolder(async (folder) => {
    const file = join(folder, 'tweets.csv');
    writeFileSync(file, bytes);
    assert.match(
      await errorOf(() => readTweets(file)),
      /found 6 .*; textSet reads Sentiment140’s own/,
    );
  });
});

test('a text without a class is an error, and no class of its own', async () => {
  const rows = 'text,label\none,pos\ntwo,\n';
  const columns = { text: 'text', label: 'label' };
  assert.match(
    await message(rows, columns),
    /:3: the column label is empty \(state classes, with '': null/,
  );
  const classes = { pos: 'positive', '': null };
  const set = await read(rows, { ...columns, classes });
  assert.equal([set.numSkipped, set.texts], [1, ['one']]);
});

test('lines of a file for each class are texts, and blank ones are none', async () => {
  await inFolder(async (folder) => {
    const [good, bad] = [join(folder, 'good.txt'), join(folder, 'bad.txt')];
    writeFileSync(good, '\ufeffgreat, "really"\r\n\r\nnice\r\n');
    writeFileSync(bad, Buffer.from('caf\u00e9', 'latin1'));
    const set = await textSet({ lines: { good, bad } });
    assert.equal(set.texts, ['great, "really"', 'nice', 'café']);
    assert.equal(
      [set.classNames, Array.from(set.labels)],
      [
        ['good', 'bad'],
        [0, 0, 1],
      ],
    );
    const plain = await textSet({ lines: good });
    assert.equal([plain.classNames, Array.from(plain.labels)], [['unlabelled'], [0, 0]]);
    writeFileSync(bad, '\n \n');
    assert.match(
      await errorOf(() => textSet({ lines: bad })),
      /bad\.txt: expected texts, found only/,
    );
    writeFileSync(bad, 'a\nb\0');
    assert.match(await errorOf(() => textSet({ lines: bad })), /bad\.txt:2: .* zero byte/);
  });
});

test('texts are rewritten, ordered, split and batched like tweets', async () => {
  const rows = Array.from({ length: 20 }, (_, i) => `${i % 2},@text ${i}`).join('\n');
  const options = { text: 'text', label: 'label', rewrite: (text: string) => text.slice(1) };
  const set = await read(`label,text\n${rows}\n`, { ...options, seed: 1, limit: 10 });
  assert.is(set.texts.length, 10);
  set.texts.forEach((text, i) => {
    assert.is(set.labels[i], Number(/^text (\d+)$/.exec(text)![1]) % 2);
  });
  const { part } = split(set, { part: 4 });
  const [batch] = [...sequenceBatches(part, { batchSize: 4, shuffle: false })];
  assert.equal([batch.x.shape[0], [...batch.y.dataSync()]], [4, [...part.labels]]);
  tf.dispose(batch);
});

test('classes that differ in capitals alone are refused until they are stated', async () => {
  const rows = 'text,label\na,spam\nb,Spam\nc,ham\n';
  const columns = { text: 'text', label: 'label' };
  assert.match(
    await message(rows, columns),
    /^texts\.csv: the classes Spam and spam differ in capitals alone \(state classes/,
  );
  const classes = { ham: 'ham', spam: 'spam', Spam: 'spam' };
  assert.equal(Array.from((await read(rows, { ...columns, classes })).labels), [1, 1, 0]);
  const letters = await read('text,label\na,A\nb,a\n', columns);
  assert.equal(letters.classNames, ['A', 'a']);
});

test('a rewriting that takes more than the text is given the text alone', async () => {
  const rewrite = (text: string, limit = 2) => text.slice(0, limit);
  const set = await read('text\nlong\nlonger\n', { text: 'text', rewrite });
  assert.equal(set.texts, ['lo', 'lo']);
});

test('what would silently be a text, a class or nothing is refused', async () => {
  const columns = { text: 'text', label: 'label' };
  assert.match(await message('text,label,text\na,b,c\n', columns), /: two columns are named text$/);
  assert.match(
    await message('text\na\n', { text: 'text', label: 'text' }),
    /is both text and label$/,
  );
  assert.match(
    await message('text,label\na,b\n', { ...columns, columns: ['text', 'label'] }),
    /: the first row is a header: leave out columns$/,
  );
  assert.match(
    await message('text,label\na,b\n', { ...columns, classes: { b: null } }),
    /: every text is of a class that is left out$/,
  );
  assert.match(await errorOf(() => textSet({ lines: {} })), /^textSet needs lines of a file/);
});

test('a column that is not there, a row of another length or a header alone is refused', async () => {
  assert.is(
    await message('a,b\n1,2\n', { text: 'c' }),
    'texts.csv: unknown column: c (known: a, b)',
  );
  assert.match(await message('a,b\n1,2\n', { text: 'a', label: 'c' }), /unknown column: c/);
  assert.match(await message('a,b\n1\n', { text: 'a' }), /:2: expected 2 columns, found 1$/);
  assert.match(await message('a,b\n', { text: 'a' }), /found only a header$/);
  assert.equal((await read('a,b\n1,2\n', { text: 'b' })).classNames, ['unlabelled']);
});

test.run();
