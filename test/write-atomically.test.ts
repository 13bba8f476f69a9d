import { execFileSync } from 'node:child_process';
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { writeAtomically } from '../lib/notegrad/src/write-atomically';
import { errorOf, inFolder } from './support/folders';

test('chunks are written one after the other, past 64 MB, into a folder made for them', async () => {
  await inFolder(async (folder) => {
    const large = Buffer.alloc(80_000_000, 'abcd');
    const file = join(folder, 'new', 'file');
    writeAtomically(file, [Buffer.from('start '), large, new Uint8Array()]);
    assert.ok(readFileSync(file).equals(Buffer.concat([Buffer.from('start '), large])));
    assert.equal(readdirSync(join(folder, 'new')), ['file']);
  });
});

test('a write that fails leaves the old file and nothing else, and names the file', async () => {
  await inFolder(async (folder) => {
    const file = join(folder, 'file');
    writeFileSync(file, 'old');
    const chunks = [Buffer.from('new'), null as unknown as Uint8Array];
    assert.match(await errorOf(() => writeAtomically(file, chunks)), `cannot write ${file}: `);
    assert.is(readFileSync(file, 'utf8'), 'old');
    assert.equal(readdirSync(folder), ['file']);
    mkdirSync(join(folder, 'taken'));
    const taken = join(folder, 'taken');
    assert.match(await errorOf(() => writeAtomically(taken, [Buffer.from('new')])), /EISDIR/);
    assert.equal(readdirSync(folder).sort(), ['file', 'taken']);
  });
});

test('nothing is written through a link, whichever name it was planted under', async () => {
  await inFolder(async (folder) => {
    const [file, outside] = [join(folder, 'file'), join(folder, 'outside')];
    writeFileSync(outside, 'mine');
    const planted = [file, `${file}.${process.pid}.tmp`, `${file}.partial`];
    for (const path of planted) symlinkSync(outside, path);
    writeAtomically(file, [Buffer.from('new')]);
    assert.is(readFileSync(outside, 'utf8'), 'mine');
    assert.is(readFileSync(file, 'utf8'), 'new');
    assert.not(lstatSync(file).isSymbolicLink());
  });
});

test('a device is not replaced by a file', async () => {
  await inFolder(async (folder) => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const message = await errorOf(() => writeAtomically(pipe, [Buffer.from('new')]));
    assert.is(message, `cannot write ${pipe}: it is a device or a pipe`);
    assert.ok(lstatSync(pipe).isFIFO());
  });
});

test.run();
