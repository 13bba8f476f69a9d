import { mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { flawOfFolder } from '../../../lib/homework/src/grading/hand-in-limits';
import { inFolder } from '../../support/folders';

test('an ordinary folder has no flaw, and links are not followed', async () => {
  await inFolder((folder) => {
    mkdirSync(join(folder, 'data'));
    writeFileSync(join(folder, 'data', 'a.csv'), 'a');
    symlinkSync('/', join(folder, 'root'));
    symlinkSync('.', join(folder, 'circle'));
    assert.is(flawOfFolder(folder), undefined);
  });
});

test('a folder that is too large, too deep or too full is named', async () => {
  await inFolder((folder) => {
    const [large, deep, full] = ['large', 'deep', 'full'].map((name) => join(folder, name));
    for (const one of [large, full]) mkdirSync(one);
    writeFileSync(join(large, 'file'), '');
    truncateSync(join(large, 'file'), 2 ** 31);
    assert.is(flawOfFolder(large), `${large}: is larger than 1024 MiB`);
    mkdirSync(join(deep, ...Array(40).fill('d')), { recursive: true });
    assert.is(flawOfFolder(deep), `${deep}: its folders are nested more than 32 deep`);
    for (let n = 0; n <= 10_000; n++) writeFileSync(join(full, String(n)), '');
    assert.is(flawOfFolder(full), `${full}: holds more than 10000 files`);
  });
});

test('a name that is no text, as zips of other systems have it, is named and not tripped over', async () => {
  if (process.platform !== 'linux') return;
  await inFolder((folder) => {
    const latin = Buffer.concat([Buffer.from(`${folder}/`), Buffer.from('\xdcbung.csv', 'latin1')]);
    writeFileSync(latin, '');
    assert.is(flawOfFolder(folder), `${folder}: the name of Übung.csv is not UTF-8: rename it`);
    rmSync(latin);
  });
});

test.run();
