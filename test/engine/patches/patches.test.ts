import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const FOLDER = join(__dirname, '../../../lib/notegrad/src/engine/patches');

interface Report {
  readonly changed: readonly string[];
  readonly named: readonly string[];
  readonly isNativeThere: boolean;
}

const { stdout, stderr } = spawnSync(
  process.execPath,
  ['-r', 'esbuild-register', join(__dirname, 'changed-places.ts')],
  { encoding: 'utf8' },
);

function report(): Report {
  const json = /\{"changed".*\}$/.exec(stdout)?.[0];
  assert.ok(json, stderr);
  return JSON.parse(json);
}

const without = (names: readonly string[], others: readonly string[]) =>
  [...new Set(names)].filter((name) => !others.includes(name)).sort();

test('whatever the library changes in tfjs is named by a patch', () => {
  const { changed, named } = report();
  assert.ok(changed.length > 30, `only ${changed}`);
  assert.equal(without(changed, named), []);
});

test('whatever a patch names is changed', () => {
  const { changed, named, isNativeThere } = report();
  if (!isNativeThere) console.log('skipped: the native engine’s patches, for it is not built');
  assert.equal(without(named, changed), []);
});

test('every patch stands in a file of its own, and in a list', () => {
  const lists = ['index.ts', 'native/index.ts']
    .map((file) => readFileSync(join(FOLDER, file), 'utf8'))
    .join('\n');
  const files = ['', 'native'].flatMap((folder) =>
    readdirSync(join(FOLDER, folder), { withFileTypes: true })
      .filter((entry) => entry.isFile() && !['index.ts', 'patch.ts'].includes(entry.name))
      .map(({ name }) => join(folder, name)),
  );
  for (const file of files) {
    const patches = readFileSync(join(FOLDER, file), 'utf8').match(/: Patch(?: \{\n| = )/g) ?? [];
    assert.is(patches.length, 1, file);
    // It takes what the engine chooses by, and is applied there.
    if (file === 'first-operation.ts') continue;
    assert.ok(lists.includes(`./${file.replace(/^.*\//, '').replace('.ts', '')}'`), file);
  }
});

test.run();
