import { execFileSync } from 'node:child_process';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ROOT } from './packed';

/** Which modules of the library's rooms, and which packages, are loaded after a program. */
function loadedBy(program: string): readonly string[] {
  const code = `${program};
    const parts = Object.keys(require.cache).map((file) =>
      /node_modules[\\\\/]((?:@[^\\\\/]+[\\\\/])?[^\\\\/]+)/.exec(file)?.[1] ??
      /dist[\\\\/](\\w+[\\\\/].*)[.]js$/.exec(file)?.[1].replaceAll('\\\\', '/'));
    console.log(JSON.stringify([...new Set(parts.filter(Boolean))]));`;
  const printed = execFileSync(process.execPath, ['-e', code], { cwd: ROOT, encoding: 'utf8' });
  return JSON.parse(printed);
}

const ROOM = /^(check|data|engine|models|plot|statistics|train|weights)\//;

test('importing the library loads nothing that is not used', () => {
  const loaded = loadedBy("require('notegrad')");
  // An index only lists names; tfjs is told of our model files.
  const inUse = /^engine\/|\/index$|^weights\/tfjs-files$/;
  assert.equal(
    loaded.filter((part) => ROOM.test(part) && !inUse.test(part)),
    [],
  );
  const unused = [
    ...[
      'sharp',
      'danfojs-node',
      'nodeplotlib',
      '@napi-rs/canvas',
      '@resvg/resvg-js',
      'jsdom',
      'plotly.js-dist-min',
      'umap-js',
    ],
    ...['@tensorflow/tfjs-backend-webgl', '@tensorflow/tfjs-backend-wasm', 'puppeteer-core'],
  ];
  assert.ok(loaded.includes('engine/tf'));
  assert.equal(
    unused.filter((part) => loaded.includes(part)),
    [],
  );
});

test('a name that is used brings its own part, and Node finds all names for import', () => {
  assert.ok(loadedBy("const { lines } = require('notegrad'); lines").includes('plot/lines'));
  const names = `import * as all from 'notegrad'; import { createRequire } from 'node:module';
    const required = createRequire(process.cwd() + '/x.js')('notegrad');
    console.log(Object.keys(required).every((name) => all[name] === required[name] && required[name] !== undefined));`;
  const args = ['--input-type=module', '-e', names];
  assert.is(execFileSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' }), 'true\n');
});

test.run();
