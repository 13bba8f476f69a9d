import { spawnSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { temporaryFolder } from '../support/temporary-folder';

const ROOT = join(__dirname, '../..');
const LIBRARY = JSON.stringify(join(ROOT, 'lib/notegrad/src/engine/tf'));

/** How a program ends that is run in a folder, with TypeScript's files in reach. */
function run(program: string, cwd: string) {
  const hook = join(ROOT, 'node_modules/esbuild-register/register.js');
  const args = ['-r', hook, '--input-type=module', '-e', program];
  return spawnSync(process.execPath, args, { cwd, encoding: 'utf8' });
}

/** What a program prints that succeeds. */
function printed(program: string, cwd: string = ROOT): string {
  const { stdout, stderr, status } = run(program, cwd);
  assert.is(status, 0, stderr);
  return stdout.trim();
}

/** A project that has copies of tfjs's parts of its own. */
function projectWithCopies(): string {
  const project = temporaryFolder();
  const parts = { 'tfjs-core': 'tf-core', 'tfjs-layers': 'tf-layers' };
  for (const [part, build] of Object.entries(parts)) {
    for (const file of ['package.json', `dist/${build}.node.js`]) {
      const path = join('node_modules/@tensorflow', part, file);
      cpSync(join(ROOT, path), join(project, path));
    }
  }
  return project;
}

const gradientsAndMethods = `
  const { getGradient, Tensor } = require('@tensorflow/tfjs-core');
  const now = () => [getGradient('BatchMatMul'), getGradient('LogSoftmax'), getGradient('AvgPool'),
    Tensor.prototype.norm, Tensor.prototype.logSoftmax, Tensor.prototype.add];
`;

test('the whole of tfjs that is asked for later leaves our gradients and operations as they are', () => {
  for (const later of [
    `require('@tensorflow/tfjs')`,
    `await import('@tensorflow/tfjs')`,
    `require('danfojs-node')`,
  ]) {
    const same = printed(`
      import { createRequire } from 'node:module';
      const require = createRequire(${JSON.stringify(join(ROOT, 'package.json'))});
      const tf = require(${LIBRARY});
      ${gradientsAndMethods}
      const before = now();
      ${later};
      console.log(now().every((one, i) => one !== undefined && one === before[i]));
    `);
    assert.is(same, 'true', later);
  }
});

test('tensors of the whole of tfjs are ours, before and after', () => {
  for (const order of [
    `const tf = require(${LIBRARY}); const whole = require('@tensorflow/tfjs');`,
    `const whole = require('@tensorflow/tfjs'); const tf = require(${LIBRARY});`,
  ]) {
    const says = printed(`
      import { createRequire } from 'node:module';
      const require = createRequire(${JSON.stringify(join(ROOT, 'package.json'))});
      ${order}
      tf.setBackend('cpu');
      const sum = tf.add(whole.tensor1d([1, 2]), tf.tensor1d([3, 4]));
      console.log(sum instanceof tf.Tensor, whole.tensor1d([1]) instanceof tf.Tensor, [...sum.dataSync()].join());
    `);
    assert.match(says, /true true 4,6$/);
  }
});

test('a copy of a part that a project has is ours too where it is asked for later', () => {
  const says = printed(
    `
    import { createRequire } from 'node:module';
    const require = createRequire(process.cwd() + '/main.js');
    const tf = require(${LIBRARY});
    const core = require('@tensorflow/tfjs-core');
    const { layers } = await import('@tensorflow/tfjs-layers');
    console.log(core.Tensor === tf.Tensor, layers === tf.layers);`,
    projectWithCopies(),
  );
  assert.is(says, 'true true');
});

test('a copy of a part that was loaded before is refused in one sentence', () => {
  const { stderr, status } = run(
    `
    import { createRequire } from 'node:module';
    const require = createRequire(process.cwd() + '/main.js');
    require('@tensorflow/tfjs-core');
    require(${LIBRARY});`,
    projectWithCopies(),
  );
  assert.is(status, 1);
  assert.match(
    stderr,
    'EngineError: another @tensorflow/tfjs-core was loaded before notegrad: import notegrad first',
  );
});

test.run();
