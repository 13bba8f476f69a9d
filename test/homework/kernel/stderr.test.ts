import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { serve, withFileServer } from '../../support/file-server';
import { temporaryFolder } from '../../support/temporary-folder';
import { KernelSession, printedBy } from './kernel-session';

const folder = temporaryFolder();
const dist = join(__dirname, '../../../lib/notegrad/dist');

const content = Buffer.from('what a data set holds');

/** A notebook with what the library does, a cell each; it downloads from `url`. */
const cells = (engine: string, url: string, downloads: string): Record<string, string> => ({
  'the engine': `process.env.NOTEGRAD_ENGINE = '${engine}';
import { engine, fit, lines, mlp, show, tf } from 'notegrad';
(await engine()).name`,
  'a tensor': 'const x = tf.randomNormal([8, 4]); x',
  'a training': `const model = mlp({ inputShape: [4], hiddenSizes: [8], numClasses: 2 });
const optimizer = tf.train.adam(0.01);
const history = await fit({
  batches: () => [x.clone(), x.clone()],
  step: (batch) =>
    optimizer.minimize(() => tf.mean(tf.square(model.apply(batch) as tf.Tensor)) as tf.Scalar, true)!,
  numEpochs: 2,
});`,
  'a model': 'model',
  'a figure':
    "show(lines({ title: 'a line', xLabel: 'step', yLabel: 'loss', series: { loss: [3, 2, 1] } }))",
  'an image set': `const pixels = Uint8Array.from({ length: 4 * 8 * 8 }, (_, i) => i);
({ name: 'squares', source: 'here', pixels, shape: [4, 8, 8, 1], labels: new Uint8Array(4), classNames: ['square'] })`,
  'a download': `const { download } = require('${dist}/data/files/download.js');
await download(
  { name: 'test-set', title: 'A test set', homepage: 'none', licence: 'none', mirrors: ['${url}'], files: [] },
  { name: 'words', bytes: ${content.length}, sha256: '${createHash('sha256').update(content).digest('hex')}' },
  { folder: '${downloads}' },
)`,
});

for (const engine of ['native', 'wasm', 'cpu']) {
  test(`nothing that the library does on ${engine} goes to stderr`, async () => {
    const kernel = await KernelSession.start(folder, join(folder, `log of ${engine}`));
    try {
      await withFileServer(gzipSync(content), [serve], async ({ url }) => {
        for (const [what, code] of Object.entries(cells(engine, url, join(folder, engine)))) {
          const answer = await kernel.run(code);
          const { status, evalue = '' } = answer.reply;
          if (what === 'the engine' && evalue.startsWith('cannot load the engine')) {
            console.log(`skipped: ${evalue}`);
            return;
          }
          assert.is(status, 'ok', `${what}: ${answer.reply.traceback?.join('\n')}`);
          assert.is(printedBy(answer, 'stderr'), '', what);
        }
      });
      assert.is(kernel.ownWords(), '');
    } finally {
      await kernel.end();
    }
  });
}

test.run();
