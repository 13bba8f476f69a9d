import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { random } from '../../../lib/notegrad/src/data/random';
import { syntheticTweets } from '../../../lib/notegrad/src/data/sets/synthetic-tweets';
import { readTweets, tweetFile, tweets } from '../../../lib/notegrad/src/data/sets/tweets';
import { DataError } from '../../../lib/notegrad/src/errors';
import { errorOf, inFolder } from '../../support/folders';

const given = process.env.NOTEGRAD_DATA;

/** Does `work` with these files in the data folder. */
const withFiles = <T>(files: Record<string, string>, work: () => Promise<T>): Promise<T> =>
  inFolder(async (data) => {
    mkdirSync(join(data, 'tweets'));
    for (const [name, text] of Object.entries(files)) {
      writeFileSync(join(data, 'tweets', name), text);
    }
    process.env.NOTEGRAD_DATA = data;
    try {
      return await work();
    } finally {
      if (given === undefined) delete process.env.NOTEGRAD_DATA;
      else process.env.NOTEGRAD_DATA = given;
    }
  });

const read = (text: string) =>
  inFolder((folder) => {
    const file = join(folder, 'tweets.csv');
    writeFileSync(file, text);
    return readTweets(file);
  });
const message = async (text: string) =>
  (await errorOf(() => read(text))).replace(/^.*tweets\.csv/, 'FILE');

test('tweets keep their text, and become ASCII ids with their labels', async () => {
  const csv = '12345,1\r\ntrue,0\r\n,1\r\n"well, ""café""",0\r\n';
  const set = await withFiles({ 'tweets_train.csv': csv }, () => tweets({ split: 'train' }));
  assert.equal(set.texts, ['12345', 'true', '', 'well, "café"']);
  assert.equal(Array.from(set.labels), [1, 0, 1, 0]);
  assert.equal(Array.from(set.offsets), [0, 5, 9, 9, 21]);
  assert.is(Buffer.from(set.ids).toString(), '12345truewell, "cafe"');
  assert.equal(set.nonAscii, { numCharacters: 1, numTexts: 1, rule: 'map' });
  assert.equal(set.classNames, ['negative', 'positive']);
  assert.is(set.source, 'data/tweets/tweets_train.csv');
});

test('texts can be rewritten before they become ids, real and generated ones', async () => {
  const csv = 'é @me,1\n@you there,0\n';
  const rewrite = (text: string) => text.replace(/@\w+/g, '@');
  const set = await withFiles({ 'tweets_test.csv': csv }, () => tweets({ split: 'test', rewrite }));
  assert.equal(set.texts, ['é @', '@ there']);
  assert.is(Buffer.from(set.ids).toString(), 'e @@ there');
  assert.is(set.nonAscii.numCharacters, 1);
  const loud = await withFiles({}, () =>
    tweets({ split: 'test', synthetic: true, limit: 3, rewrite: () => 'LOUD' }),
  );
  assert.equal(loud.texts, ['LOUD', 'LOUD', 'LOUD']);
});

test('a header is recognised in any order of its columns, and may have others', async () => {
  assert.equal(await read('tweet,sentiment\nhi,1\n'), [{ text: 'hi', label: 1 }]);
  assert.equal(await read('id,Label,Text\n7,0,hi\n'), [{ text: 'hi', label: 0 }]);
});

test('a first tweet about tweets is no header', async () => {
  assert.equal(await read('tweet,1\n'), [{ text: 'tweet', label: 1 }]);
});

test('a wrong label, column or file is refused with its line', async () => {
  assert.is(await message('a,1\nb,2\n'), 'FILE:2: expected the label 0 or 1, found "2"');
  assert.is(await message('a,1\n\nb,\n'), 'FILE:3: expected the label 0 or 1, found ""');
  assert.is(
    await message('a,1\n"b\nc",1\nd,e,1\n'),
    'FILE:4: expected 2 columns, found 3 (found "d,e,1")',
  );
  assert.is(await message('a\n'), 'FILE:1: expected 2 columns, found 1 (found "a")');
  assert.is(
    await message('tweet,mood\nhi,1\n'),
    'FILE:1: expected the columns tweet and sentiment, found "tweet,mood"',
  );
  assert.is(await message('tweet,label\n'), 'FILE: expected tweets, found only a header');
  assert.match(
    await message('\x89PNG\r\n\x1a\n\0\0\0'),
    /^FILE:3: expected text, found a zero byte/,
  );
});

test('without their files, tweets say what is needed and what can be had', async () => {
  const error = await withFiles({}, () => errorOf(() => tweets({ split: 'test' })));
  assert.match(
    error,
    /^tweets need the file .*tweets_test\.csv, which is not there and cannot be redistributed \(assignment 5 of CS480 came with them; `synthetic: true`/,
  );
});

test('without their files, generated tweets say that they are', async () => {
  const set = await withFiles({}, () => tweets({ split: 'train', synthetic: true, limit: 500 }));
  assert.is(set.source, 'synthetic');
  assert.is(set.labels.length, 500);
});

test('real and generated tweets are never mixed', async () => {
  const files = { 'tweets_train.csv': 'a,1\n' };
  const train = await withFiles(files, () => tweets({ split: 'train', synthetic: true }));
  assert.equal(train.texts, ['a']);
  const error = await withFiles(files, () =>
    errorOf(() => tweets({ split: 'test', synthetic: true })),
  );
  assert.match(error, /^tweets need the file .*tweets_test\.csv/);
});

test('limit and seed choose tweets, and an unknown split is refused', async () => {
  const files = { 'tweets_test.csv': 'a,1\nb,0\nc,1\nd,0\n' };
  await withFiles(files, async () => {
    assert.equal((await tweets({ split: 'test', limit: 2 })).texts, ['a', 'b']);
    const all = (await tweets({ split: 'test', seed: 2 })).texts;
    assert.equal([...all].sort(), ['a', 'b', 'c', 'd']);
    assert.equal((await tweets({ split: 'test', seed: 2, limit: 2 })).texts, all.slice(0, 2));
  });
  const split = 'valid' as 'train';
  assert.match(await errorOf(() => tweets({ split })), /^unknown split of tweets: valid/);
});

test('generated tweets depend on seed and split alone', () => {
  const texts = (options: Parameters<typeof syntheticTweets>[0]) =>
    syntheticTweets({ count: 50, ...options })
      .map(({ text }) => text)
      .join('\n');
  assert.is(texts({ split: 'train', seed: 1 }), texts({ split: 'train', seed: 1 }));
  assert.is.not(texts({ split: 'train', seed: 1 }), texts({ split: 'train', seed: 2 }));
  assert.is.not(texts({ split: 'train', seed: 1 }), texts({ split: 'test', seed: 1 }));
});

/** How often naive Bayes, taught by generated tweets, is right about others. */
function naiveBayesAccuracy(labelNoise: number): number {
  const counts = new Map<string, [negative: number, positive: number]>();
  for (const { text, label } of syntheticTweets({ split: 'train', count: 4000, labelNoise })) {
    for (const word of text.split(' ')) {
      if (!counts.has(word)) counts.set(word, [1, 1]);
      counts.get(word)![label]++;
    }
  }
  const logOdds = (word: string) => {
    const [negative, positive] = counts.get(word) ?? [1, 1];
    return Math.log(positive / negative);
  };
  const others = syntheticTweets({ split: 'test', count: 2000, labelNoise });
  const right = others.filter(({ text, label }) => {
    const score = text.split(' ').reduce((sum, word) => sum + logOdds(word), 0);
    return score > 0 === (label === 1);
  });
  return right.length / others.length;
}

test('generated tweets can be learnt, up to their label noise', () => {
  assert.ok(naiveBayesAccuracy(0) > 0.8, `${naiveBayesAccuracy(0)}`);
  assert.ok(naiveBayesAccuracy(0.1) > 0.7 && naiveBayesAccuracy(0.1) < 0.93);
  assert.ok(Math.abs(naiveBayesAccuracy(0.5) - 0.5) < 0.06, `${naiveBayesAccuracy(0.5)}`);
});

test('10,000 mutated files each end in tweets or a DataError', async () => {
  const rng = random(3);
  const valid = Buffer.from('\ufefftweet,sentiment\r\n"a, ""b""\nc",1\r\ncafé,0\r\n\r\ntrue,1\r\n');
  const pieces = [',', '"', '\n', '\r', '\0', '1', 'é', '\ufeff'].map((piece) =>
    Buffer.from(piece),
  );
  const outcomes = { tweets: 0, error: 0 };
  await inFolder(async (folder) => {
    const file = join(folder, 'tweets.csv');
    for (let i = 0; i < 10_000; i++) {
      let bytes = valid;
      for (let n = rng.integer(4); n > 0; n--) {
        const at = rng.integer(bytes.length + 1);
        const cut = rng.integer(3);
        const insert =
          rng.uniform() < 0.5 ? pieces[rng.integer(pieces.length)] : [rng.integer(256)];
        bytes = Buffer.concat([
          bytes.subarray(0, at),
          Uint8Array.from(insert),
          bytes.subarray(at + cut),
        ]);
      }
      if (rng.uniform() < 0.1) bytes = bytes.subarray(0, rng.integer(bytes.length));
      writeFileSync(file, bytes);
      try {
        const result = await readTweets(file);
        assert.ok(result.every(({ text, label }) => typeof text === 'string' && label in [0, 1]));
        outcomes.tweets++;
      } catch (error) {
        assert.instance(error, DataError, (error as Error).stack);
        outcomes.error++;
      }
    }
  });
  assert.ok(outcomes.tweets > 1000 && outcomes.error > 1000, JSON.stringify(outcomes));
});

test("the course's own files give one label a tweet", async () => {
  if (!existsSync(tweetFile('train'))) {
    console.log('\nskipped: the real tweets are not in the data folder');
    return;
  }
  const set = await tweets({ split: 'train' });
  assert.ok(set.labels.length > 1000);
  const share = set.labels.filter((label) => label === 1).length / set.labels.length;
  assert.ok(share > 0.3 && share < 0.7, `${share}`);
  assert.ok(set.ids.every((id) => id > 0 && id < 128));
});

test.run();
