import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import ts from 'typescript';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const ROOT = join(__dirname, '..');
const LIB = join(ROOT, 'lib');
const SOURCES = ['notegrad/src', 'homework/src', 'notegrad/addon'];

/** A file and what it imports, by their paths in lib. */
type Imports = ReadonlyMap<string, readonly string[]>;

function filesIn(folder: string): string[] {
  return readdirSync(join(LIB, folder), { encoding: 'utf8', recursive: true })
    .map((name) => join(folder, name))
    .filter((name) => statSync(join(LIB, name)).isFile());
}

const isFile = (name: string) => statSync(name, { throwIfNoEntry: false })?.isFile() === true;

/** What a file names in `import`, `export … from`, `require` and `import()`, types included. */
function specifiersOf(fileName: string, text: string): string[] {
  const found: string[] = [];
  const note = (node: ts.Node | undefined) => {
    if (node && ts.isStringLiteralLike(node)) found.push(node.text);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) note(node.moduleSpecifier);
    else if (ts.isExternalModuleReference(node)) note(node.expression);
    else if (ts.isImportTypeNode(node)) {
      if (ts.isLiteralTypeNode(node.argument)) note(node.argument.literal);
    } else if (ts.isCallExpression(node)) {
      const { expression } = node;
      const isImport = expression.kind === ts.SyntaxKind.ImportKeyword;
      const isRequire = ts.isIdentifier(expression) && expression.text === 'require';
      if (isImport || isRequire) note(node.arguments[0]);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(fileName, text, ts.ScriptTarget.Latest, true));
  return found;
}

function importsOfTypeScript(file: string): string[] {
  const text = readFileSync(join(LIB, file), 'utf8');
  return specifiersOf(file, text).flatMap((specifier) => {
    if (!specifier.startsWith('.')) return [];
    const target = join(LIB, dirname(file), specifier);
    const candidates = [target, `${target}.ts`, `${target}.js`, join(target, 'index.ts')];
    const found = candidates.find(isFile);
    assert.ok(found, `${file} imports ${specifier}, which is not there`);
    return [relative(LIB, found)];
  });
}

function importsOfCpp(file: string): string[] {
  const text = readFileSync(join(LIB, file), 'utf8');
  return [...text.matchAll(/^#include "([^"]+)"/gm)].map(([, header]) =>
    join('notegrad/addon', header),
  );
}

/** A source and its header are one. */
const withoutExtension = (file: string) =>
  /\.(cc|h)$/.test(file) ? file.replace(/\.(cc|h)$/, '') : file;

const files = SOURCES.flatMap(filesIn).filter((file) => /(?<!\.d)\.(ts|cc|h)$/.test(file));

function readImports(): Imports {
  const imports = new Map<string, string[]>();
  for (const file of files) {
    const targets = file.endsWith('.ts') ? importsOfTypeScript(file) : importsOfCpp(file);
    const name = withoutExtension(file);
    const others = targets.map(withoutExtension).filter((target) => target !== name);
    imports.set(name, [...(imports.get(name) ?? []), ...others]);
  }
  return imports;
}

const imports = readImports();

/** The first circle found, from a file back to itself; null if there is none. */
function circleIn(graph: Imports): string[] | null {
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (file: string): string[] | null => {
    const start = path.indexOf(file);
    if (start >= 0) return [...path.slice(start), file];
    if (done.has(file)) return null;
    path.push(file);
    for (const target of graph.get(file) ?? []) {
      const circle = visit(target);
      if (circle !== null) return circle;
    }
    path.pop();
    done.add(file);
    return null;
  };
  for (const file of graph.keys()) {
    const circle = visit(file);
    if (circle !== null) return circle;
  }
  return null;
}

test('no file comes back to itself by what it imports', () => {
  assert.is(circleIn(imports)?.join(' →\n'), undefined);
});

test('a circle would be found, whatever kind of import closes it', () => {
  const kinds = [
    `import { b } from './b';`,
    `import type { B } from './b';`,
    `export * from './b';`,
    `export type { B } from './b';`,
    `const b = import('./b');`,
    `const b = require('./b');`,
    `import b = require('./b');`,
    `let b: import('./b').B;`,
    `const { b }: typeof import('./b') = other;`,
  ];
  for (const text of kinds) assert.equal(specifiersOf('a.ts', text), ['./b'], text);
  const graph = new Map([
    ['first', ['a']],
    ['a', ['b', 'c']],
    ['b', []],
    ['c', ['a']],
  ]);
  assert.equal(circleIn(graph), ['a', 'c', 'a']);
});

interface Room {
  readonly mayUse: readonly string[];
}

/** The table of ARCHITECTURE.md: rooms by their folders. */
function readRooms(): Map<string, Room> {
  const text = readFileSync(join(ROOT, 'ARCHITECTURE.md'), 'utf8');
  const rows = text
    .split('\n')
    .filter((line) => /^\| `/.test(line))
    .map((line) => line.split('|').map((cell) => cell.trim()));
  const namesIn = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name);
  return new Map(rows.map(([, room, , uses]) => [namesIn(room)[0], { mayUse: namesIn(uses) }]));
}

const rooms = readRooms();
const roomOf = (file: string) =>
  dirname(file).replace('notegrad/src', 'notegrad').replace('homework/src', 'homework');

test('ARCHITECTURE.md names every folder, and none that is not there', () => {
  const folders = new Set(files.map(roomOf));
  assert.equal([...rooms.keys()].sort(), [...folders].sort());
});

test('a room uses those that ARCHITECTURE.md says, and no others', () => {
  const used = new Map([...rooms.keys()].map((room) => [room, new Set<string>()]));
  for (const [file, targets] of imports) {
    for (const target of targets) {
      const [room, other] = [roomOf(file), roomOf(target)];
      if (room === other || target.endsWith('.js')) continue;
      used.get(room)?.add(other);
      const allowed = rooms.get(room)?.mayUse.includes(other);
      assert.ok(allowed, `${file} imports ${target}: ${room} may not use ${other}`);
    }
  }
  for (const [room, { mayUse }] of rooms) {
    const idle = mayUse.filter((other) => !used.get(room)?.has(other));
    assert.equal(idle, [], `ARCHITECTURE.md says that ${room} uses what it does not`);
  }
});

test.run();
