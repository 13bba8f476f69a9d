// `homework run --confined`, with what ran without walls when they were not there yet.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { packageFolder } from '../../../lib/homework/src/project';
import { inFolder } from '../../support/folders';
import { homework, printedIn, writeNotebook } from '../notebooks';
import { wallsOr } from './hostile';

test('a notebook writes its own folder alone, reads no secret, and reaches nobody', async () => {
  const walls = await wallsOr((reason) => console.log(`skipped: ${reason}`));
  if (!walls) return;
  let connections = 0;
  const server = createServer(() => connections++);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const library = join(packageFolder, 'dist', 'cli.js');
  const before = readFileSync(library, 'utf8');
  await inFolder(async (folder) => {
    const [own, secret, outside] = ['own', 'secret', 'outside'].map((name) => join(folder, name));
    mkdirSync(own);
    writeFileSync(secret, 'secret');
    const paths = JSON.stringify({ secret, outside, library });
    writeNotebook(own, 'attack', [
      `const fs = require('node:fs');
const { secret, outside, library } = ${paths};
const holes: string[] = [];
const attempt = async (name: string, work: () => unknown) => {
  try { await work(); holes.push(name); } catch {}
};
await attempt('read', () => fs.readFileSync(secret));
await attempt('append', () => fs.appendFileSync(library, '//'));
await attempt('connect', () => new Promise((resolve, reject) => {
  require('node:net').connect(${port}, '127.0.0.1', resolve).on('error', reject);
}));
// What lies above its folder is private, and goes.
try { fs.writeFileSync(outside, ''); } catch {}
fs.writeFileSync('mine', '');
console.log(JSON.stringify(holes));`,
    ]);
    const args = ['run', 'attack.ipynb', '--confined', '--no-pdf'];
    const { code, stdout, stderr } = await homework(own, args);
    assert.is(code, 0, stderr + stdout);
    assert.match(stdout, 'confined, and tried:');
    const executed = readFileSync(join(own, 'reports', 'attack.ipynb'), 'utf8');
    assert.equal(printedIn(JSON.parse(executed)), ['[]\n']);
    assert.equal(
      [outside, join(own, 'mine')].map((path) => existsSync(path)),
      [false, true],
    );
  });
  server.close();
  assert.is(connections, 0);
  assert.is(readFileSync(library, 'utf8'), before);
});

test.run();
