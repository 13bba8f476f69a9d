import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readWhole, sha256, writeWhole } from '../../lib/src/data/whole-file';
import { errorOf, inFolder } from '../support/folders';

const abc = '0123456789abcdef'.repeat(5_000_000);

test('parts are written one after the other, and read back whole, past 64 MB', async () => {
  await inFolder(async (folder) => {
    const file = join(folder, 'file');
    await writeWhole(file, [Buffer.from('start '), Buffer.from(abc), new Uint8Array()]);
    const bytes = await readWhole(file);
    assert.is(bytes.length, 6 + abc.length);
    assert.is(bytes.toString('latin1', 0, 10), 'start 0123');
    assert.is(bytes.toString('latin1', bytes.length - 4), 'cdef');
    assert.equal(readdirSync(folder), ['file']);
  });
});

test('the hash of parts is the hash of the whole', () => {
  const expected = createHash('sha256').update(abc).update('end').digest('hex');
  assert.is(sha256(Buffer.from(abc), 'end'), expected);
});

test('a write that fails leaves the old file and nothing else', async () => {
  await inFolder(async (folder) => {
    const file = join(folder, 'file');
    writeFileSync(file, 'old');
    const parts = [Buffer.from('new'), null as unknown as Uint8Array];
    assert.is.not(await errorOf(() => writeWhole(file, parts)), '');
    assert.is(readFileSync(file, 'utf8'), 'old');
    assert.equal(readdirSync(folder), ['file']);
    mkdirSync(join(folder, 'taken'));
    assert.match(
      await errorOf(() => writeWhole(join(folder, 'taken'), parts.slice(0, 1))),
      /EISDIR/,
    );
    assert.equal(readdirSync(folder).sort(), ['file', 'taken']);
  });
});

test.run();
