import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const root = join(__dirname, '..', '..');

function testOne(args: readonly string[], calledIn = root) {
  return spawnSync(process.execPath, [join(root, 'scripts', 'test-one.mjs'), ...args], {
    encoding: 'utf8',
    env: { ...process.env, INIT_CWD: calledIn },
  });
}

test('a file is run by a part of its path', () => {
  const { status, stdout } = testOne(['samples/ascii.test']);
  assert.is(status, 0);
  assert.match(stdout, '• test/data/samples/ascii.test.ts');
  assert.match(stdout, /Passed: +[1-9]/);
});

test('a path means what it means where npm was called', () => {
  const { status, stdout } = testOne(['./ascii.test.ts'], join(root, 'test', 'data', 'samples'));
  assert.is(status, 0);
  assert.match(stdout, '• test/data/samples/ascii.test.ts');
});

test('where nothing matches, or no file is named, that is said', () => {
  const nothing = testOne(['no-such-room']);
  assert.is(nothing.status, 1);
  assert.match(nothing.stderr, 'no test file has no-such-room in its path');
  assert.is(testOne([]).status, 1);
});

test.run();
