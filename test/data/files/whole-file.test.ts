import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readWhole, sha256 } from '../../../lib/notegrad/src/data/files/whole-file';
import { inFolder } from '../../support/folders';

const abc = '0123456789abcdef'.repeat(5_000_000);

test('a file past 64 MB is read whole', async () => {
  await inFolder(async (folder) => {
    const file = join(folder, 'file');
    writeFileSync(file, `start ${abc}`);
    const bytes = await readWhole(file);
    assert.is(bytes.length, 6 + abc.length);
    assert.is(bytes.toString('latin1', 0, 10), 'start 0123');
    assert.is(bytes.toString('latin1', bytes.length - 4), 'cdef');
  });
});

test('the hash of parts is the hash of the whole', () => {
  const expected = createHash('sha256').update(abc).update('end').digest('hex');
  assert.is(sha256(Buffer.from(abc), 'end'), expected);
});

test.run();
