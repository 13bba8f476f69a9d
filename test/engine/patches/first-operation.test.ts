import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const ROOT = join(__dirname, '../../..');

interface Outcome {
  readonly lines: string[];
  readonly status: number | null;
}

/** What a program prints that has `tf` and `engine`, in a process of its own. */
function run(program: string, engine = ''): Outcome {
  const source = `
    const { engine } = require('./lib/notegrad/src/engine/engine');
    const tf = require('./lib/notegrad/src/engine/tf');
    const sum = () => console.log(tf.add([1, 2], [3, 4]).dataSync().join(), tf.getBackend());
    (async () => { ${program} })().catch((error) => console.log('refused:', error.message));`;
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ['-r', 'esbuild-register', '-e', source],
    { cwd: ROOT, encoding: 'utf8', env: { ...process.env, NOTEGRAD_ENGINE: engine } },
  );
  return { lines: `${stdout}${stderr}`.split('\n').filter(Boolean), status };
}

test('the first operation chooses the native engine and says so, once', () => {
  const { lines } = run(`sum(); sum(); console.log((await engine()).name); sum();`);
  assert.match(lines[0], /^engine: native \(/);
  assert.equal(lines.slice(1), ['4,6 native', '4,6 native', 'native', '4,6 native']);
});

test('making a tensor is an operation as well', () => {
  const { lines } = run('const x = tf.tensor1d([1]); console.log(tf.getBackend());');
  assert.is(lines[1], 'native');
});

test('tf.ready() chooses as engine() does', () => {
  const { lines } = run('await tf.ready(); sum();', 'wasm');
  assert.equal(lines, ['engine: wasm (SIMD, 1 thread)', '4,6 wasm']);
});

test('an engine that must be waited for is not replaced by a slow one without a word', () => {
  const { lines } = run('sum();', 'wasm');
  assert.equal(lines, [
    'refused: call `await engine()` before the first tensor: wasm takes a moment to start',
  ]);
});

test('an operation that was too early does not spoil engine()', () => {
  const { lines } = run('try { sum(); } catch {} await engine(); sum();', 'wasm');
  assert.equal(lines, ['engine: wasm (SIMD, 1 thread)', '4,6 wasm']);
});

test('an operation while engine() is not awaited computes on it, or is refused', () => {
  assert.is(run('engine(); sum();', 'native').lines[0], '4,6 native');
  assert.match(
    run('const e = engine(); try { sum() } finally { await e }', 'wasm').lines.at(-1)!,
    /refused/,
  );
});

test('plain JavaScript is chosen where it is asked for', () => {
  const { lines } = run('sum();', 'cpu');
  assert.match(lines[0], /^engine: cpu \(plain JavaScript/);
  assert.equal(lines.slice(1), ['4,6 cpu']);
});

test('a backend that the program sets itself is left alone', () => {
  const { lines } = run(
    `tf.enableProdMode(); await tf.setBackend('cpu'); await tf.ready(); sum();`,
  );
  assert.equal(lines, ['4,6 cpu']);
});

test('an engine that is not known is refused at the first operation', () => {
  assert.match(run('sum();', 'webgl').lines[0], /refused: unknown engine: webgl \(.*native.*\)/);
});

test.run();
