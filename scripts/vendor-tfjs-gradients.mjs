// @ts-check
// Makes lib/notegrad/vendor/tfjs-gradients.js from the sources of the tfjs-core that is installed: its
// gradients and the operations as methods of tensors. tfjs-core publishes these as ES modules without
// saying so, which Node does not load; bundled for Node they are in @tensorflow/tfjs alone, which
// brings WebGL and every browser's bundle along: 164 MB. To be run when the version of tfjs changes.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { root } from './setup/root.mjs';

const require = createRequire(import.meta.url);
const core = dirname(require.resolve('@tensorflow/tfjs-core/package.json'));
const { version } = JSON.parse(readFileSync(join(core, 'package.json'), 'utf8'));
// tfjs-core itself first: the class of tensors is that of whoever comes first.
const modules = [
  '@tensorflow/tfjs-core',
  join(core, 'dist/register_all_gradients.js'),
  join(core, 'dist/public/chained_ops/register_all_chained_ops.js'),
];

await build({
  stdin: {
    contents: modules.map((name) => `import ${JSON.stringify(name)};`).join('\n'),
    resolveDir: core,
  },
  outfile: join(root, 'lib', 'notegrad', 'vendor', 'tfjs-gradients.js'),
  bundle: true,
  minifySyntax: true,
  minifyWhitespace: true,
  keepNames: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  external: ['@tensorflow/tfjs-core', 'node-fetch', 'util'],
  legalComments: 'none',
  banner: {
    js: `// From @tensorflow/tfjs-core ${version} by scripts/vendor-tfjs-gradients.mjs. Copyright Google LLC, Apache-2.0.`,
  },
});
