import { spawnSync } from 'node:child_process';
import os from 'node:os';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const REGISTER = `
  const { registerNative } = require('./lib/notegrad/src/engine/native/register');
  console.log(registerNative());
  console.log(registerNative());
  const tf = require('./lib/notegrad/src/engine/tf');
  tf.backend();
  console.log(tf.getBackend());`;

function register(threads: string): { lines: string[]; error: string } {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['-r', 'esbuild-register', '-e', REGISTER],
    { encoding: 'utf8', env: { ...process.env, NOTEGRAD_THREADS: threads } },
  );
  return { lines: stdout.trim().split('\n'), error: stderr };
}

test('registering says what computes, twice the same, and native becomes the first choice', () => {
  const [first, second, chosen] = register('').lines;
  assert.match(first, /^native \(oneDNN [\d.]+, OpenBLAS [\d.]+, \d+ threads?, [-\w ]+\)$/);
  assert.ok(first.includes(`${os.availableParallelism()} thread`));
  assert.is(second, first);
  assert.is(chosen, 'native');
});

test('NOTEGRAD_THREADS sets the threads', () => {
  assert.match(register('1').lines[0], / 1 thread,/);
  assert.match(register('3').lines[0], / 3 threads,/);
});

test('a number of threads that is none is refused', () => {
  for (const wrong of ['0', '-1', '1.5', 'many', '10000']) {
    assert.match(register(wrong).error, `from 1 to 9999: ${wrong}`);
  }
});

test.run();
