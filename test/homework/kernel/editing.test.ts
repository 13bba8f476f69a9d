import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CellTypes } from '../../../lib/homework/src/kernel/cell-types';
import { completionsAt, describeAt } from '../../../lib/homework/src/kernel/editing';
import { ImportableNames } from '../../../lib/homework/src/kernel/importable-names';
import { packageFolder } from '../../../lib/homework/src/project';
import { inFolder } from '../../support/folders';

const types = new CellTypes(packageFolder, packageFolder);
const importable = new ImportableNames(types, packageFolder);
let number = 0;

function accept(code: string): void {
  const { complaints } = types.check(++number, code);
  assert.equal(complaints, []);
  types.accept(() => true);
}

/** The code with the cursor where the bar is; positions count characters, as Jupyter's do. */
function at(marked: string): { code: string; cursor: number } {
  return {
    code: marked.replace('|', ''),
    cursor: [...marked.slice(0, marked.indexOf('|'))].length,
  };
}

function complete(marked: string) {
  const { code, cursor } = at(marked);
  const { start, end, matches } = completionsAt(types, importable, code, cursor);
  return { replaced: [...code].slice(start, end).join(''), matches };
}

function describe(marked: string): string {
  const { code, cursor } = at(marked);
  return describeAt(types, code, cursor) ?? '';
}

test.before(() => {
  accept(`/** How far a step goes. */
const learningRate = 0.1;
/** A model of nothing. */
class Net {
  /** The weights, one a unit. */
  weights = [1, 2];
  /** One step.
   * @param size how far */
  step(size: number, twice = false): number { return size; }
}
interface Options {
  /** Counts from 1. */
  epochs: number;
}
const net = new Net();
const options: Options = { epochs: 3 };`);
});

test('names of earlier cells and members of their values are completed', () => {
  assert.equal(complete('learn|').matches, ['learningRate', 'learningCurves']);
  assert.is(complete('1 + learn|').replaced, 'learn');
  assert.equal(complete('net.|').matches, ['step', 'weights']);
  assert.equal(complete('net.w|').matches[0], 'weights');
  assert.equal(complete('net.st|').replaced, 'st');
  assert.equal(complete('const { ep| } = options').matches, ['epochs']);
});

test('positions count characters, not UTF-16 units: an emoji is one', () => {
  const { matches, replaced } = complete("const 雪 = '🎲🎲'; net.wei|");
  assert.equal([matches, replaced], [['weights'], 'wei']);
  assert.match(describe("'🎲🎲🎲'; learning|Rate"), 'How far a step goes.');
});

test('module specifiers are completed', () => {
  assert.ok(complete("import { tf } from 'note|'").matches.includes('notegrad'));
  assert.ok(complete("import fs from 'node:f|'").matches.includes('node:fs'));
});

test('packages are completed in a folder with capital letters, too', async () => {
  await inFolder((parent) => {
    const folder = join(parent, 'My Homework');
    const notes = join(folder, 'node_modules', 'notes');
    mkdirSync(notes, { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{ "dependencies": { "notes": "*" } }');
    writeFileSync(join(notes, 'package.json'), '{ "name": "notes", "types": "index.d.ts" }');
    writeFileSync(join(notes, 'index.d.ts'), 'export const note: string;');
    const code = "import { note } from 'no";
    const there = new CellTypes(folder, packageFolder);
    const names = new ImportableNames(there, folder);
    const { matches } = completionsAt(there, names, code, code.length);
    assert.ok(matches.includes('notes'), matches.join());
  });
});

test('what is hovered says its type and its documentation, members too', () => {
  assert.is(describe('learning|Rate'), 'const learningRate: 0.1\n\nHow far a step goes.');
  assert.match(
    describe('net.wei|ghts'),
    '(property) Net.weights: number[]\n\nThe weights, one a unit.',
  );
  assert.match(describe('options.epo|chs'), 'Counts from 1.');
  assert.match(describe('new Ne|t()'), 'A model of nothing.');
});

test('what JavaScript and Node bring along is documented, too', () => {
  assert.match(describe('[1].map|((n) => n)'), 'Calls a defined callback function on each element');
  assert.match(
    describe('Math.ma|x(1)'),
    'Returns the larger of a set of supplied numeric expressions',
  );
  assert.match(describe("parseInt('1', |)"), '@param string A string to convert into a number.');
  assert.match(
    describe("import { readFileSync } from 'node:fs'; read|FileSync"),
    'contents of the `path`',
  );
  assert.match(describe('const { PI } = Math; P|I'), 'const PI: number');
});

test('a name of a package that is not imported yet is completed, and then with its import', () => {
  assert.ok(complete('seedRan|').matches.includes('seedRandom'));
  assert.equal(complete("const 雪 = '🎲';\nseedRandom|"), {
    replaced: "const 雪 = '🎲';\nseedRandom",
    matches: ["import { seedRandom } from 'notegrad';\nconst 雪 = '🎲';\nseedRandom"],
  });
  assert.equal(complete('fs|').matches, ["import fs from 'node:fs';\nfs"]);
  assert.equal(complete('CellTypo|').matches, []);
  assert.equal(complete('net.fs|').matches, []);
  accept("import { seedRandom } from 'notegrad';");
  assert.equal(complete('seedRandom|').matches, ['seedRandom']);
});

test('members of classes and interfaces are documented in the cell that declares them, too', () => {
  const inClass = 'class Own {\n  /** What it has. */\n  has = 1;\n}\nnew Own().ha|s';
  assert.match(describe(inClass), 'What it has.');
  const inInterface =
    'interface Kind {\n  /** A name. */\n  name: string;\n}\n(k: Kind) => k.na|me';
  assert.match(describe(inInterface), 'A name.');
});

test("inside a call's parentheses, the call is described", () => {
  const said = describe('net.step(|)');
  assert.match(said, 'step(size: number, twice?: boolean): number');
  assert.match(said, '@param size how far');
});

test('code that is half written harms no later cell', () => {
  complete('const half = { a: net.|');
  describe('class Broken { |');
  accept('const whole = net.step(2);');
  assert.equal(complete('who|').matches, ['whole']);
});

test.run();
