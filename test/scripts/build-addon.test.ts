import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { inFolder } from '../support/folders';

const ROOT = join(__dirname, '../..');

/** Runs the build in a copy of the project that has only `copy` besides what the core needs. */
function build(root: string, env: Record<string, string> = {}, ...options: string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['lib/notegrad/addon/build-addon.mjs', ...options],
    {
      cwd: root,
      encoding: 'utf8',
      env: { ...process.env, ...env },
    },
  );
  return { status, stdout, stderr };
}

function smallProject(root: string): void {
  const core = [
    ...['addon', 'copy', 'dtype', 'failure', 'held-buffers', 'libraries', 'napi', 'op', 'parallel'],
    ...['params', 'prepared', 'program', 'registry', 'signature', 'enums', 'operations'],
  ];
  cpSync(join(ROOT, 'lib/notegrad/addon'), join(root, 'lib/notegrad/addon'), {
    recursive: true,
    filter: (file) => !/\.(cc|h)$/.test(file) || core.some((name) => file.includes(`/${name}.`)),
  });
  symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'));
}

test('without a compiler the build says what to install and exits with 2', () =>
  inFolder((root) => {
    smallProject(root);
    const { status, stderr } = build(root, { PATH: '/nowhere', CXX: 'no-such-compiler' });
    assert.is(status, 2);
    assert.match(stderr, /no C\+\+ compiler \(tried no-such-compiler, g\+\+/);
    assert.match(stderr, /apt-get install g\+\+ libdnnl-dev libopenblas-dev libopenblas0-openmp/);
    assert.match(stderr, /conda install -c conda-forge cxx-compiler onednn-cpu-omp/);
  }));

test('a build is done once, and again for a changed source, which it names when it is wrong', () =>
  inFolder((root) => {
    smallProject(root);
    const first = build(root);
    assert.is(first.status, 0, first.stderr);
    assert.match(first.stdout, /compiling 8 of 8 files.*built in/s);
    assert.match(build(root).stdout, /up to date/);

    const source = join(root, 'lib/notegrad/addon/ops/copy.cc');
    const valid = readFileSync(source, 'utf8');
    writeFileSync(source, valid.replace('"copy"', '"copyBytes"'));
    assert.match(build(root).stdout, /compiling 1 of 8 files/);
    const { names } = require(join(root, 'lib/notegrad/build/notegrad.node')) as {
      names: string[];
    };
    assert.equal(names, ['copyBytes']);

    writeFileSync(source, valid.replace('class Copy', 'klass Copy'));
    const wrong = build(root);
    assert.is(wrong.status, 1);
    assert.match(wrong.stderr, /copy\.cc.*error.*1 files do not compile/s);
  }));

test('warnings of a compiler are for who asks for them', () =>
  inFolder((root) => {
    smallProject(root);
    const source = join(root, 'lib/notegrad/addon/ops/copy.cc');
    const text = `${readFileSync(source, 'utf8')}static int unused;\n`;
    writeFileSync(source, text);
    const quiet = build(root);
    assert.is(quiet.status, 0, quiet.stderr);
    assert.is(quiet.stderr, '');
    writeFileSync(source, `${text}\n`);
    assert.match(build(root, {}, '--warnings').stderr, /warning:.*unused/);
  }));

test.run();
