import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { wrongData } from '../../../lib/homework/src/submit/data-files';
import { inFolder } from '../../support/folders';

test('a data file can be handed in if it is there and is no folder', () =>
  inFolder((folder) => {
    const wrong = (path: string) => wrongData({ from: 'data file', path, to: 'a.csv' }, folder);
    mkdirSync(join(folder, 'data'));
    writeFileSync(join(folder, 'data', 'a.csv'), 'a,b\n');
    assert.is(wrong('data/a.csv'), undefined);
    assert.is(wrong('data/b.csv'), `a.csv: there is no data file ${join(folder, 'data/b.csv')}`);
    assert.is(wrong('data'), `a.csv: ${join(folder, 'data')} is a folder, not a data file`);
  }));

test.run();
