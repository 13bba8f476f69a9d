import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Walls } from '../../../lib/homework/src/confinement/walls';
import type { Outcome } from '../../../lib/homework/src/grading/grade-class';
import { packageFolder } from '../../../lib/homework/src/project';
import { temporaryFolder } from '../../support/temporary-folder';
import { HostileClass, messagesOf, wallsOr } from './hostile';

const folder = temporaryFolder();
const course = new HostileClass(folder);
const library = join(packageFolder, 'dist', 'cli.js');
const before = readFileSync(library, 'utf8');
const seconds = `${700 + Math.random()}`;
const secret = join(folder, 'secret');
const outside = join(folder, 'outside');
let connections = 0;
let walls: Walls | undefined;
let outcomes: ReadonlyMap<string, Outcome>;

/** Each of these is to fail; what does not is printed as a hole. */
const attack = (port: number) => `
const fs = require('node:fs');
const path = require('node:path');
const { spawn, execSync } = require('node:child_process');
const held: string[] = [];
const holes: string[] = [];
const attempt = async (name: string, work: () => unknown) => {
  try { await work(); holes.push(name); } catch { held.push(name); }
};
const neverEmpty = (text: string) => { if (text.trim() === '') throw new Error('nothing'); };
await attempt('read a secret', () => fs.readFileSync(${JSON.stringify(secret)}));
await attempt('read it by a link', () => {
  fs.symlinkSync(${JSON.stringify(secret)}, 'link');
  fs.readFileSync('link');
});
await attempt('read it by ..', () => fs.readFileSync(path.relative('.', ${JSON.stringify(secret)})));
await attempt('read the hidden tests', () => fs.readFileSync(${JSON.stringify(course.assignment.path)}));
await attempt('see other submissions', () => fs.readdirSync(${JSON.stringify(join(folder, 'in'))}));
await attempt('read the home of the grader', () => fs.readdirSync('/root'));
await attempt('read names of users', () => fs.readFileSync('/etc/passwd'));
await attempt('write outside', () => fs.writeFileSync(${JSON.stringify(outside)}, ''));
await attempt('write into the system', () => fs.writeFileSync('/usr/bin/planted', ''));
await attempt('append to the library', () => fs.appendFileSync(${JSON.stringify(library)}, '//'));
await attempt('change the package of notegrad', () =>
  fs.appendFileSync(require.resolve('notegrad/package.json'), ' '));
await attempt('connect to a listener', () => new Promise((resolve, reject) => {
  require('node:net').connect(${port}, '127.0.0.1', resolve).on('error', reject);
}));
await attempt('see processes of the grader', () => {
  const others = fs.readdirSync('/proc').filter((name: string) => /^\\d+$/.test(name));
  if (others.length < 20) throw new Error('only our own');
});
await attempt('write a file beyond its limit', () =>
  fs.writeFileSync('large', Buffer.alloc(48 * 2 ** 20)));
await attempt('become root', () => execSync('unshare -r true', { stdio: 'ignore' }));
await attempt('mount', () => execSync('mount -t tmpfs none /home', { stdio: 'ignore' }));
await attempt('see variables of the grader', () => neverEmpty(process.env.SECRET_TOKEN ?? ''));
spawn('setsid', ['sh', '-c', 'setsid sleep ${seconds} & exit'], { detached: true, stdio: 'ignore' }).unref();
const two = 2;
console.log(JSON.stringify({ held: held.length, holes }));`;

/** Tells what of the files beside it is there, and whether a package of theirs was taken for ours. */
const LOOK = `const fs = require('node:fs');
require('tslab');
require('notegrad');
const there = ['data', 'up', 'node_modules', 'json.py'].filter((name) => fs.existsSync(name));
console.log(JSON.stringify({ there, isPlanted: 'planted' in globalThis }));
const two = 2;`;

/** Puts links, packages and modules beside a student's notebook that are to take the place of ours. */
function plantIn(own: string): void {
  symlinkSync(secret, join(own, 'data'));
  symlinkSync('../..', join(own, 'up'));
  for (const name of ['tslab', 'notegrad']) {
    mkdirSync(join(own, 'node_modules', name), { recursive: true });
    writeFileSync(join(own, 'node_modules', name, 'index.js'), 'globalThis.planted = true;');
  }
  for (const name of ['json', 'nbconvert', 'nbformat', 'site']) {
    writeFileSync(join(own, `${name}.py`), `open(${JSON.stringify(outside)}, 'w')\n`);
  }
}

test.before(async () => {
  walls = await wallsOr((reason) => console.log(`skipped: ${reason}`));
  if (!walls) return;
  writeFileSync(secret, 'the secret of the grader');
  process.env.SECRET_TOKEN = 'token';
  const server = createServer(() => connections++);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  course.add('eve', attack((server.address() as AddressInfo).port));
  course.add('zoe', 'const two = 2;');
  truncateSync(course.addFile('large', ''), 200_000_000);
  course.addFile('deep', `${'['.repeat(100_000)}${']'.repeat(100_000)}`);
  course.addFile(
    'foreign',
    JSON.stringify({
      ...course.assignment.notebook,
      metadata: { kernelspec: { name: 'evil', argv: ['touch', outside] } },
    }),
  );
  for (const student of ['link', 'pipe']) mkdirSync(join(folder, 'in', student));
  symlinkSync(secret, course.linked('link'));
  execFileSync('mkfifo', [course.linked('pipe')]);
  plantIn(course.addFolder('planter', LOOK));
  outcomes = await course.grade(walls, 60);
  server.close();
  delete process.env.SECRET_TOKEN;
});

test('nothing outside of its folder can be read, written or reached', () => {
  if (!walls) return;
  assert.equal(JSON.parse(course.printedBy('eve')), { held: 17, holes: [] });
  assert.is(connections, 0);
  assert.not(existsSync(outside));
  assert.is(readFileSync(library, 'utf8'), before);
});

test('a daemon that was left behind ends with its notebook', () => {
  if (!walls) return;
  const { stdout } = spawnSync('ps', ['-eo', 'args'], { encoding: 'utf8' });
  assert.not.match(stdout, `sleep ${seconds}`);
});

test('files that are too large, too deep, a link, a pipe, or for another kernel fail alone and are named', () => {
  if (!walls) return;
  const told = (student: string) => messagesOf(outcomes.get(student));
  assert.match(told('large'), 'is larger than 100 MB');
  assert.match(told('deep'), 'is nested more than 200 levels deep');
  assert.match(told('link'), /is no regular file|is a symbolic link/);
  assert.not.match(told('link'), 'the secret');
  assert.match(told('pipe'), 'is no regular file');
  assert.match(told('foreign'), 'is written for the kernel evil');
});

test('links and packages of a folder that was handed in are left behind, and its modules are nothing to us', () => {
  if (!walls) return;
  const seen = JSON.parse(course.printedBy('planter'));
  assert.equal(seen, { there: ['json.py'], isPlanted: false });
});

test('who answers rightly has the points, and so has the next one', () => {
  if (!walls) return;
  for (const student of ['eve', 'planter', 'zoe']) {
    const record = outcomes.get(student)?.record;
    assert.is(record?.points, 2, `${student}: ${messagesOf(outcomes.get(student))}`);
    assert.is(record?.runtime.confined, true);
    assert.equal(record?.failures, []);
  }
});

test.run();
