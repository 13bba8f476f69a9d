import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { dataFolder, projectDataFolder } from '../../../lib/notegrad/src/data/files/folder';
import {
  manifestSet,
  parseManifest,
  readManifest,
} from '../../../lib/notegrad/src/data/files/manifest';
import { random } from '../../../lib/notegrad/src/data/random';
import { DataError } from '../../../lib/notegrad/src/errors';
import { errorOf, inFolder } from '../../support/folders';

const file = { name: 'a-file', bytes: 3, sha256: '0'.repeat(64) };
const set = {
  title: 'A set',
  homepage: 'https://example.org',
  licence: 'MIT',
  npmFolder: '@scope/package/data',
  systemFolder: '/usr/share/a-set',
  systemPackage: 'a-set',
  mirrors: ['https://example.org/a/'],
  files: [file],
};
const manifest = (changes: object) =>
  JSON.stringify({ version: 1, sets: { 'a-set': { ...set, ...changes } } });

test('a manifest gives its sets by name', () => {
  const sets = parseManifest(manifest({}), 'manifest.json');
  assert.equal([...sets], [['a-set', { name: 'a-set', ...set }]]);
});

test("the project's manifest has MNIST and Fashion-MNIST with two mirrors each", () => {
  const sets = readManifest();
  assert.equal([...sets.keys()], ['mnist', 'fashion-mnist']);
  for (const { files, mirrors } of sets.values()) {
    assert.is(files.length, 4);
    assert.is(mirrors.length, 2);
  }
});

test('what is wrong in a manifest is named by its place', async () => {
  const message = (text: string) => errorOf(() => parseManifest(text, 'manifest.json'));
  assert.match(await message('{'), /^manifest\.json: expected JSON: /);
  assert.is(await message('[]'), 'manifest.json: expected an object at the top, found []');
  assert.is(
    await message('{"version":2,"sets":{}}'),
    'manifest.json: expected 1 at version, found 2',
  );
  assert.is(
    await message('{"version":1}'),
    'manifest.json: expected an object at sets, found nothing',
  );
  for (const [changes, expected] of [
    [{ title: undefined }, 'expected a text at sets.a-set.title, found nothing'],
    [{ title: '' }, 'expected a text that matches /./ at sets.a-set.title, found ""'],
    [{ files: {} }, 'expected a list at sets.a-set.files, found {}'],
    [{ files: [] }, 'expected at least one file at sets.a-set.files, found []'],
    [
      { files: [{ ...file, bytes: -1 }] },
      'expected a number of bytes above 0 at sets.a-set.files[0].bytes, found -1',
    ],
  ] as const) {
    assert.is(await message(manifest(changes)), `manifest.json: ${expected}`);
  }
  assert.match(
    await message(manifest({ files: [{ ...file, sha256: 'ABC' }] })),
    /at sets\.a-set\.files\[0\]\.sha256, found "ABC"$/,
  );
});

test('nothing in a manifest reaches out of its folder or off HTTPS', async () => {
  const message = (changes: object) => errorOf(() => parseManifest(manifest(changes), 'm'));
  for (const changes of [
    { files: [{ ...file, name: '../secret' }] },
    { files: [{ ...file, name: '/etc/passwd' }] },
    { files: [{ ...file, name: '' }] },
    { npmFolder: '../../..' },
    { npmFolder: 'package/../../..' },
    { npmFolder: '/etc' },
    { systemFolder: 'relative' },
    { mirrors: ['http://example.org/'] },
    { mirrors: ['file:///etc/'] },
    { mirrors: ['http://127.0.0.1:80@example.org/'] },
    { mirrors: ['https://example.org/without-end'] },
  ]) {
    assert.match(
      await message(changes),
      /^m: expected a text that matches/,
      JSON.stringify(changes),
    );
  }
  const outside = JSON.stringify({ version: 1, sets: { '../a': set } });
  assert.match(await errorOf(() => parseManifest(outside, 'm')), /a plain folder name as the key/);
});

test('a set that the manifest does not have is an error that names those it has', () => {
  assert.throws(
    () => manifestSet('minst'),
    /^the manifest of data sets has no minst \(it has mnist, fashion-mnist\)$/,
  );
});

test('a manifest that is not there is an error', async () => {
  assert.match(
    await errorOf(() => readManifest('no/such.json')),
    /^cannot read the manifest of data sets: ENOENT/,
  );
});

test('data lies in the nearest project upwards, else in the present folder, or where NOTEGRAD_DATA says', async () => {
  await inFolder((folder) => {
    const inner = join(folder, 'a', 'b');
    mkdirSync(inner, { recursive: true });
    assert.is(projectDataFolder(inner), join(inner, 'data'));
    writeFileSync(join(folder, 'a', 'package.json'), '{}');
    assert.is(projectDataFolder(inner), join(folder, 'a', 'data'));
    rmSync(join(folder, 'a', 'package.json'));
    mkdirSync(join(folder, 'data'));
    writeFileSync(join(folder, 'data', 'manifest.json'), '{}');
    assert.is(projectDataFolder(inner), join(folder, 'data'));
    process.env.NOTEGRAD_DATA = join(folder, 'elsewhere');
    assert.is(dataFolder(), join(folder, 'elsewhere'));
    delete process.env.NOTEGRAD_DATA;
    assert.is(dataFolder(), projectDataFolder());
  });
});

test('20,000 mutated manifests each end in sets or a DataError', () => {
  const rng = random(5);
  const valid = Buffer.from(manifest({}));
  const pieces = ['"', '{', '}', '[', ']', ',', ':', '-', '1e999', 'null', '__proto__', '\\u0000'];
  const outcomes = { sets: 0, error: 0 };
  for (let i = 0; i < 20_000; i++) {
    let text = valid.toString();
    for (let n = 1 + rng.integer(3); n > 0; n--) {
      const at = rng.integer(text.length);
      const insert =
        rng.uniform() < 0.5
          ? String.fromCharCode(32 + rng.integer(95))
          : pieces[rng.integer(pieces.length)];
      text = text.slice(0, at) + insert + text.slice(at + rng.integer(3));
    }
    try {
      for (const { name, files } of parseManifest(text, 'm').values()) {
        assert.ok(!name.includes('/') && files.every((one) => !one.name.includes('/')));
      }
      outcomes.sets++;
    } catch (error) {
      assert.instance(error, DataError, `${(error as Error).stack}\n${text}`);
      outcomes.error++;
    }
  }
  assert.ok(outcomes.sets > 1000 && outcomes.error > 1000, JSON.stringify(outcomes));
});

test.run();
