import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const root = join(__dirname, '..', '..');
const module = JSON.stringify(pathToFileURL(join(root, 'scripts', 'test', 'coverage.mjs')));

const counts = (covered: number, total: number) => ({
  lines: { total: 10 * total, covered: 10 * covered },
  branches: { total, covered },
});

test('files are added up by room, and those beside the rooms by package', () => {
  const files = {
    [join(root, 'lib/notegrad/src/data/csv.ts')]: counts(1, 4),
    [join(root, 'lib/notegrad/src/data/idx.ts')]: counts(4, 4),
    [join(root, 'lib/notegrad/src/engine/wasm/load.ts')]: counts(2, 3),
    [join(root, 'lib/homework/src/notebook.ts')]: counts(0, 0),
  };
  const script = `
    import { tableByRoom } from ${module};
    console.log(tableByRoom(${JSON.stringify(files)}));`;
  const args = ['--input-type=module', '--eval', script];
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  assert.is(stderr, '');
  const rows = stdout
    .trim()
    .split('\n')
    .map((row) => row.split(/\s{2,}/));
  assert.equal(rows, [
    ['covered', 'lines', 'branches'],
    ['homework', '–', '–'],
    ['notegrad/data', '62.5 %', '62.5 %'],
    ['notegrad/engine', '66.7 %', '66.7 %'],
  ]);
});

test.run();
