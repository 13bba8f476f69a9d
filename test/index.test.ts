import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { namesOf, rooms } from './support/public-face';

const root = join(__dirname, '..');
const snapshotFile = join(__dirname, 'public-names.txt');
const all = namesOf('.');

/** The texts of all files below a folder whose names end so. */
function textsIn(folder: string, ending: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith(ending) && !path.includes('node_modules'))
    .map((path) => readFileSync(join(root, folder, path), 'utf8'));
}

function wordsIn(texts: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts) {
    for (const [word] of text.matchAll(/[A-Za-z_]\w*/g)) {
      counts.set(word, (counts.get(word) ?? 0) + 1);
    }
  }
  return counts;
}

test('the public names are those of the snapshot (NOTEGRAD_UPDATE=1 writes it anew)', () => {
  const found = ['.', ...rooms].flatMap((room) =>
    namesOf(room).map(({ name, isType }) => `${room} ${isType ? 'type' : 'value'} ${name}`),
  );
  if (process.env.NOTEGRAD_UPDATE) writeFileSync(snapshotFile, `${found.join('\n')}\n`);
  assert.equal(found, readFileSync(snapshotFile, 'utf8').trimEnd().split('\n'));
});

test('every public name says what it is', () => {
  assert.equal(
    all.filter(({ isDocumented }) => !isDocumented).map(({ name }) => name),
    [],
  );
});

test('every public value is used in a notebook, a page or a test', () => {
  const used = wordsIn([
    ...textsIn('notebooks', '.ipynb'),
    ...textsIn('docs', '.md'),
    ...textsIn('test', '.ts'),
    ...['README.md', join('data', 'README.md')].map((file) =>
      readFileSync(join(root, file), 'utf8'),
    ),
  ]);
  const unused = all.filter(({ name, isType }) => !isType && !used.has(name));
  assert.equal(
    unused.map(({ name }) => name),
    [],
  );
});

test('every public type is used by another declaration or in a notebook, a page or a test', () => {
  const inSources = wordsIn(
    readdirSync(join(root, 'lib/notegrad/src'), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts') && !path.endsWith('index.ts'))
      .map((path) => readFileSync(join(root, 'lib/notegrad/src', path), 'utf8')),
  );
  const elsewhere = wordsIn([...textsIn('notebooks', '.ipynb'), ...textsIn('test', '.ts')]);
  const unused = all.filter(
    ({ name, isType }) => isType && (inSources.get(name) ?? 0) < 2 && !elsewhere.has(name),
  );
  assert.equal(
    unused.map(({ name }) => name),
    [],
  );
});

test('what a room exports, the whole exports too, and no two rooms the same name', () => {
  const ofRooms = rooms.flatMap((room) => namesOf(room).map(({ name }) => name));
  const names = all.map(({ name }) => name);
  assert.equal(
    ofRooms.filter((name) => !names.includes(name)),
    [],
  );
  assert.equal(
    ofRooms.filter((name, i) => ofRooms.indexOf(name) !== i),
    [],
  );
});

test('the package offers each public room by its name, with its types', () => {
  const { exports, typesVersions } = JSON.parse(
    readFileSync(join(root, 'lib/notegrad/package.json'), 'utf8'),
  );
  const offered = rooms.filter((room) => room !== 'weights');
  for (const room of offered) {
    assert.is(exports[`./${room}`], `./dist/${room}/index.js`);
    assert.equal(typesVersions['*'][room], [`dist/${room}/index.d.ts`]);
  }
  const others = Object.keys(exports).filter((path) => !offered.includes(path.slice(2)));
  assert.equal(others.sort(), ['.', './package.json', './tooling']);
});

test('every name of 0.1 is still there or stands in CHANGELOG.md with what it became', () => {
  const former: string[] = JSON.parse(readFileSync(join(__dirname, 'names-of-0.1.json'), 'utf8'));
  const changelog = readFileSync(join(root, 'CHANGELOG.md'), 'utf8');
  const rows = [...changelog.matchAll(/^\| (`.*?) \| (`.*?) \|/gm)];
  const replaced = wordsIn(rows.map(([, before]) => before));
  const names = new Set(all.map(({ name }) => name));
  assert.equal(
    former.filter((name) => !names.has(name) && !replaced.has(name)),
    [],
  );
});

test.run();
