import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));

// A bundled source file still finds its neighbours on disk (the addon, the .wasm files).
const ownFolder = {
  name: 'own-folder',
  setup(build) {
    build.onLoad({ filter: /lib\/notegrad\/src\/.*\.ts$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8'))
        .replace(/\b__dirname\b/g, JSON.stringify(dirname(path)))
        .replace(/\b__filename\b/g, JSON.stringify(path)),
      loader: 'ts',
    }));
  },
};

// It writes into tfjs-core's CommonJS exports, which its ES modules do not have. The specs call
// tfjs's functions, not what we put in front of them.
const withoutOverrides = {
  name: 'without-overrides',
  setup(build) {
    build.onLoad({ filter: /lib\/notegrad\/src\/engine\/tfjs-overrides\.ts$/ }, () => ({
      contents: '',
    }));
  },
};

/**
 * Bundles tfjs-core's specs with one backend. Everything of tfjs comes from its ES modules, so that
 * the specs, which import tfjs-core's inner files, and the backend share one tfjs-core.
 */
export async function bundleSpecs(backend, outfile) {
  await build({
    entryPoints: [here('specs.mjs')],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    mainFields: ['module', 'main'],
    ignoreAnnotations: true, // tfjs-core's package.json calls its specs free of side effects
    alias: { 'backend-under-test': here(`backends/${backend}.mjs`) },
    external: ['jasmine-core', '*.node'],
    plugins: [withoutOverrides, ownFolder],
    logLevel: 'error',
  });
}
