import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const ROOT = join(__dirname, '../..');
const LIBRARY = JSON.stringify(join(ROOT, 'lib/notegrad/src/engine/tf'));

/** What a program prints that is run in the project, with TypeScript's files in reach. */
function printed(program: string): string {
  const args = ['-r', 'esbuild-register', '--input-type=module', '-e', program];
  const { stdout, stderr, status } = spawnSync(process.execPath, args, {
    cwd: ROOT,
    encoding: 'utf8',
  });
  assert.is(status, 0, stderr);
  return stdout.trim();
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

test.run();
