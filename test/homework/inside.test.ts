import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { fileInside, flawInside, staysInside } from '../../lib/homework/src/inside';
import { temporaryFolder } from '../support/temporary-folder';

const outer = temporaryFolder();
const folder = join(outer, 'own');
mkdirSync(join(folder, 'models'), { recursive: true });
writeFileSync(join(folder, 'models', 'a.pt'), '');
writeFileSync(join(outer, 'secret'), '');
symlinkSync(join(folder, 'models', 'a.pt'), join(folder, 'alias.pt'));
symlinkSync('../secret', join(folder, 'out.pt'));
symlinkSync('..', join(folder, 'up'));

test('a path stays inside as long as it is relative and does not go up', () => {
  const paths = ['models/a.pt', './a', 'a..b', '..a'];
  assert.equal(paths.map(staysInside), [true, true, true, true]);
  const out = ['../../secret', '/etc/passwd', 'a/../../b', '..', 'a\\..\\b', 'a\0b'];
  assert.equal(
    out.map(staysInside),
    out.map(() => false),
  );
});

test('a file inside is found, also by a link that stays inside', () => {
  assert.ok(fileInside(folder, 'models/a.pt').endsWith('/own/models/a.pt'));
  assert.ok(fileInside(folder, 'alias.pt').endsWith('/own/models/a.pt'));
});

test('paths and links that lead out, folders and what is not there are refused', () => {
  assert.is(flawInside(folder, '../secret'), `../secret: leads out of ${folder}`);
  for (const path of ['out.pt', 'up/secret']) {
    const says = `${join(folder, path)}: is a link that leads out of ${folder}`;
    assert.is(flawInside(folder, path), says);
  }
  assert.is(flawInside(folder, 'models'), `${join(folder, 'models')}: is no file`);
  assert.match(String(flawInside(folder, 'absent')), 'ENOENT');
  assert.is(flawInside(folder, 'models/a.pt'), undefined);
});

test.run();
