import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { temporaryFolder } from '../support/temporary-folder';
import { isPrebuilt, type Packed, pack } from './packed';

const packages = pack(temporaryFolder());

function packed(name: string): Packed {
  const found = packages.find((one) => one.name === name);
  assert.ok(found, `${name} was packed`);
  return found;
}

/** The files of a package that none of the patterns allows. */
const others = ({ files }: Packed, allowed: readonly RegExp[]) =>
  files.map(({ path }) => path).filter((path) => !allowed.some((pattern) => pattern.test(path)));

function assertHas({ files }: Packed, required: readonly string[]): void {
  const paths = new Set(files.map(({ path }) => path));
  assert.equal(
    required.filter((path) => !paths.has(path)),
    [],
  );
}

const TFJS =
  /^node_modules\/@tensorflow\/tfjs-[a-z-]+\/(package\.json|LICENSE|.*\.d\.ts|dist\/[\w.-]+\.(node\.js|wasm))$/;
const ALWAYS = [/^package\.json$/, /^LICENSE$/, /^README\.md$/];

test('the library has its build, its data sets, the sources of its addon, and nothing else', () => {
  const library = packed('notegrad');
  assertHas(library, [
    ...['LICENSE', 'data-sets.json', 'dist/index.js', 'dist/index.d.ts', 'dist/tooling.js'],
    ...['addon/build-addon.mjs', 'addon/binding/addon.cc', 'addon/cpu-features.js'],
    ...['vendor/tfjs-gradients.js', 'vendor/tfjs-gradients.d.ts'],
    ...['vendor/dejavu-sans/DejaVuSans.ttf', 'vendor/dejavu-sans/LICENSE'],
  ]);
  const allowed = [
    ...[...ALWAYS, /^data-sets\.json$/, /^dist\/.*\.(js|d\.ts)$/],
    ...[/^addon\/.*\.(cc|h|mjs|js|d\.ts)$/, /^vendor\//, TFJS],
  ];
  assert.equal(others(library, allowed), []);
  assert.ok(library.size < 5e6, `${library.size} bytes`);
});

test('of tfjs, the library has what Node and TypeScript read, its licence, and nothing else', () => {
  const paths = packed('notegrad').files.map(({ path }) => path);
  const builds = paths.filter((path) => TFJS.test(path) && path.endsWith('.js'));
  assert.equal(builds.map((path) => path.slice('node_modules/@tensorflow/'.length)).sort(), [
    'tfjs-backend-cpu/dist/tf-backend-cpu.node.js',
    'tfjs-backend-wasm/dist/tf-backend-wasm.node.js',
    'tfjs-core/dist/tf-core.node.js',
    'tfjs-data/dist/tf-data.node.js',
    'tfjs-layers/dist/tf-layers.node.js',
  ]);
  assertHas(packed('notegrad'), [
    ...builds.map((path) => path.replace(/dist\/.*/, 'LICENSE')),
    ...builds.map((path) => path.replace(/dist\/.*/, 'dist/index.d.ts')),
    'node_modules/@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm',
  ]);
});

test('the homework has its build, kernel, runner and template, and nothing else', () => {
  const homework = packed('@notegrad/homework');
  // By these Jupyter knows the PDF entries of its File menu.
  const entries = `python/lab/notegrad_pdf-${homework.version}.dist-info`;
  assertHas(homework, [
    ...['LICENSE', 'bin/homework.js', 'dist/cli.js', 'dist/kernel/tslab-front.js'],
    ...['python/run_notebook.py', 'python/texts_to_html.py', 'share/print/print.css'],
    ...['share/jupyter/kernels/tslab/kernel.json', 'share/jupyter/kernels/tslab/kernel.js'],
    ...['python/lab/notegrad_pdf.py', `${entries}/METADATA`, `${entries}/entry_points.txt`],
    ...['share/jupyter/labextensions/notegrad/package.json', 'share/nbgrader/nbgrader_config.py'],
    ...['share/jupyter/config/nbconfig/notebook.d/notegrad.json'],
    ...['package.json', 'tsconfig.json', 'gitignore', 'environment.yml', 'README.md'].map(
      (name) => `template/${name}`,
    ),
    ...['template/notebooks/first.ipynb', 'template/data/README.md'],
  ]);
  const allowed = [
    ...[...ALWAYS, /^dist\/.*\.(js|d\.ts)$/, /^bin\/.*\.(js|d\.ts)$/],
    ...[/^python\/(lab\/)?\w+\.py$/, /^python\/lab\/notegrad_pdf-[\d.]+\.dist-info\/\w+(\.txt)?$/],
    ...[
      /^share\//,
      /^template\//,
      /^node_modules\/(tslab|zeromq|cmake-ts|mathjax|speech-rule-engine)\//,
    ],
    /^node_modules\/(puppeteer-core|@puppeteer\/browsers|proxy-agent)\//,
  ];
  assert.equal(others(homework, allowed), []);
  // Half of it is ZeroMQ, compiled for nine platforms.
  assert.ok(homework.size < 10e6, `${homework.size} bytes`);
});

if (isPrebuilt) {
  test('the compiled addon comes with its libraries, a licence for each, and nothing else', () => {
    const addon = packed('@notegrad/linux-x64');
    const paths = addon.files.map(({ path }) => path);
    const libraries = paths.filter((path) => path.startsWith('libraries/'));
    for (const name of ['libdnnl', 'libopenblas', 'libgomp']) {
      assert.ok(
        libraries.some((path) => path.startsWith(`libraries/${name}.so`)),
        name,
      );
    }
    assertHas(addon, [
      ...libraries.map((path) => `licences/${path.slice('libraries/'.length)}.txt`),
      ...['v3', 'v4'].flatMap((level) => [
        `x86-64-${level}/notegrad.node`,
        `x86-64-${level}/stamp.json`,
      ]),
    ]);
    const allowed = [/^x86-64-v[34]\//, /^libraries\/lib\w+\.so\.\d+$/, /^licences\/[\w.]+\.txt$/];
    assert.equal(others(addon, [...ALWAYS, ...allowed]), []);
    assert.ok(addon.size < 30e6, `${addon.size} bytes`);
  });
} else {
  console.log('skipped: @notegrad/linux-x64 is not filled (npm run prebuilt)');
}

test.run();
