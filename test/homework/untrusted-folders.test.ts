import { spawnSync } from 'node:child_process';
import {
  existsSync,
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
import { inFolder } from '../support/folders';
import { homework, writeNotebook } from './notebooks';

test('modules and packages beside a notebook take the place of none of ours', async () => {
  await inFolder(async (folder) => {
    const planted = (name: string) => `open(${JSON.stringify(join(folder, name))}, 'w')\n`;
    for (const name of ['json', 'nbconvert', 'nbformat', 'site', 'importlib']) {
      writeFileSync(join(folder, `${name}.py`), planted(`python-${name}`));
    }
    for (const name of ['notegrad', 'tslab']) {
      const own = join(folder, 'node_modules', name);
      mkdirSync(own, { recursive: true });
      writeFileSync(join(own, 'package.json'), JSON.stringify({ name, main: 'index.js' }));
      const mark = JSON.stringify(join(folder, `node-${name}`));
      writeFileSync(join(own, 'index.js'), `require('fs').writeFileSync(${mark}, '')`);
    }
    writeNotebook(folder, 'plain', [
      { markdown: '# Words' },
      "import * as ng from 'notegrad';\nimport { display } from 'tslab';\ndisplay.text(typeof ng.tf);",
    ]);
    const ran = await homework(folder, ['run', 'plain.ipynb', '--no-pdf', '--in-place']);
    assert.is(ran.code, 0, ran.stderr);
    await homework(folder, ['pdf', 'plain.ipynb']);
    await homework(folder, ['setup']);
    const marks = readdirSync(folder).filter((name) => /^(?:python|node)-/.test(name));
    assert.equal(marks, []);
  });
});

test('what stands under the names of results is replaced, and nothing is written through a link', async () => {
  await inFolder(async (folder) => {
    writeNotebook(folder, 'fine', ['40 + 2']);
    const outside = join(folder, 'outside');
    writeFileSync(outside, 'mine');
    mkdirSync(join(folder, 'reports'));
    const names = ['fine.ipynb', 'fine.pdf', 'fine.pdf.partial'];
    for (const name of names) symlinkSync(outside, join(folder, 'reports', name));
    const ended = await homework(folder, ['run', 'fine.ipynb']);
    assert.is(ended.code, 0, ended.stderr);
    assert.is(readFileSync(outside, 'utf8'), 'mine');
    assert.not(lstatSync(join(folder, 'reports', 'fine.pdf')).isSymbolicLink());
    assert.match(readFileSync(join(folder, 'reports', 'fine.ipynb'), 'utf8'), '"42"');
  });
});

test('wrong notebooks and names that stand twice fail alone, by name', async () => {
  await inFolder(async (folder) => {
    for (const name of ['one', 'two', 'three']) mkdirSync(join(folder, name));
    writeNotebook(join(folder, 'one'), 'good', [{ markdown: '# Good' }, '1']);
    writeNotebook(join(folder, 'one'), 'twice', ['1']);
    writeNotebook(join(folder, 'two'), 'twice', ['2']);
    writeFileSync(join(folder, 'three', 'damaged.ipynb'), '{"cells": [');
    symlinkSync('/etc/passwd', join(folder, 'three', 'link.ipynb'));
    const given = [
      ...['one/good.ipynb', 'one/twice.ipynb', 'two/twice.ipynb'],
      ...['three/damaged.ipynb', 'three/link.ipynb', 'three/absent.ipynb'],
    ];
    for (const command of [['run', '--no-pdf'], ['pdf'], ['claims']]) {
      const { code, stdout, stderr } = await homework(folder, [...command, ...given]);
      assert.is(code, 1, stderr);
      assert.match(stderr, 'three/damaged.ipynb: not a notebook: it is not JSON');
      assert.match(stderr, 'three/link.ipynb: is a symbolic link');
      assert.match(stderr, 'three/absent.ipynb: no such notebook');
      assert.match(stderr, 'one/twice.ipynb and two/twice.ipynb would write the same report');
      assert.not.match(stderr, 'root:');
      if (command[0] === 'run') assert.match(stdout, /^good +1\/1 .* ok$/m);
      if (command[0] === 'run') assert.match(stdout, /^damaged .* not run$/m);
      if (command[0] === 'pdf') assert.ok(existsSync(join(folder, 'reports', 'good.pdf')), stderr);
    }
  });
});

test('daemons that a cell detaches end with the run, whatever their environment', async () => {
  await inFolder(async (folder) => {
    const seconds = `${600 + Math.random()}`;
    writeNotebook(folder, 'daemon', [
      `const { spawn } = require('child_process');
const start = (command: string, args: string[], env: NodeJS.ProcessEnv) =>
  spawn(command, args, { detached: true, stdio: 'ignore', env }).unref();
start('sleep', ['${seconds}'], process.env);
start('setsid', ['sh', '-c', 'setsid sleep ${seconds} & exit'], { PATH: process.env.PATH });
await new Promise((resolve) => setTimeout(resolve, 300));
require('child_process').execSync("ps -ef | grep -c 'sleep ${seconds}' || true").toString().trim()`,
    ]);
    const ended = await homework(folder, ['run', 'daemon.ipynb', '--no-pdf']);
    assert.is(ended.code, 0, ended.stderr);
    const { stdout } = spawnSync('ps', ['-eo', 'args'], { encoding: 'utf8' });
    assert.not.match(stdout, `sleep ${seconds}`);
  });
});

test('when the command line is killed, its kernel ends, too', async () => {
  await inFolder(async (folder) => {
    const mark = join(folder, 'pid');
    writeNotebook(folder, 'long', [
      `require('fs').writeFileSync(${JSON.stringify(mark)}, String(process.pid));`,
      'while (true) {}',
    ]);
    let sent = false;
    // What is killed does not tidy up: its temporary folder goes with this one.
    const { TMPDIR } = process.env;
    process.env.TMPDIR = folder;
    const ended = homework(folder, ['run', 'long.ipynb', '--no-pdf'], (stdout, pid) => {
      if (sent || !stdout.includes('cell 2 of 2')) return;
      sent = true;
      process.kill(pid, 'SIGKILL');
    });
    process.env.TMPDIR = TMPDIR;
    await ended;
    const kernel = readFileSync(mark, 'utf8');
    const isAlive = () => {
      const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', kernel], { encoding: 'utf8' });
      return stdout.trim() !== '' && !stdout.trim().startsWith('Z');
    };
    for (let tries = 0; tries < 200 && isAlive(); tries++) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    assert.not(isAlive());
  });
});

test.run();
