import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as notegrad from '../lib/notegrad/src';
import { temporaryFolder } from './support/temporary-folder';
import { validArguments } from './support/valid-arguments';

// A wrong path is one here.
process.chdir(temporaryFolder());
const { tf } = notegrad;
const { NotegradError, ExpectationError } = notegrad;

/** What takes nothing, opens windows, asks a person, downloads, or draws for seconds. */
const LEFT_OUT = [
  'check',
  'engine',
  'fashionMnist',
  'openWindow',
  'randomState',
  'savePng',
  'show',
];

/** How JavaScript, and not the library, says that something is wrong. */
const RAW =
  /Cannot (read|destructure|convert|access|use)|is not a function|is not iterable|Invalid (typed )?array|must be of type/;

type Labelled = readonly [label: string, value: unknown];

/** What somebody might give in place of a value. */
function inPlaceOf(value: unknown): readonly Labelled[] {
  const nothing: readonly Labelled[] = [['null', null]];
  if (typeof value === 'number') {
    const numbers = [Number.NaN, -1, 0, 0.5, Number.POSITIVE_INFINITY];
    return [
      ...nothing,
      ...numbers.map((one): Labelled => [`${one}`, one]),
      ['"x"', 'x'],
      ['{}', {}],
    ];
  }
  if (typeof value === 'string')
    return [...nothing, ['3', 3], ['""', ''], ['"x"', 'x'], ['{}', {}]];
  if (typeof value === 'boolean') return [...nothing, ['"x"', 'x']];
  if (typeof value === 'function') return [...nothing, ['3', 3], ['"x"', 'x'], ['{}', {}]];
  const something: readonly Labelled[] = [
    ...nothing,
    ['undefined', undefined],
    ['3', 3],
    ['"x"', 'x'],
    ['{}', {}],
  ];
  if (value instanceof tf.Tensor) {
    return [
      ...something,
      ['a disposed tensor', disposed()],
      ['a scalar', tf.scalar(1)],
      ['a tensor of five axes', tf.ones([1, 1, 1, 1, 2])],
      ['a tensor of text', tf.tensor1d(['a', 'b', 'c'])],
      ['an empty tensor', tf.zeros([0, 2])],
    ];
  }
  if (!Array.isArray(value)) return [...something, ['[]', []]];
  const lists: readonly unknown[][] = [
    [],
    [null],
    [Number.NaN],
    ['x'],
    [-1],
    [0.5],
    [[]],
    [[1, 2], [1]],
  ];
  return [...something, ...lists.map((one): Labelled => [shown(one), one])];
}

function shown(list: readonly unknown[]): string {
  return `[${list.map((one) => (Array.isArray(one) ? shown(one) : String(one))).join(', ')}]`;
}

function disposed(): notegrad.tf.Tensor {
  const tensor = tf.ones([3, 2]);
  tensor.dispose();
  return tensor;
}

/** All calls with one wrong argument, or one wrong option. */
function* wrongCalls(make: () => unknown[]): Generator<readonly [label: string, given: unknown[]]> {
  yield ['no argument', []];
  for (const [i, argument] of make().entries()) {
    for (const [label, wrong] of inPlaceOf(argument)) {
      yield [`argument ${i + 1} = ${label}`, make().with(i, wrong)];
    }
    if (!isPlain(argument)) continue;
    for (const [name, option] of Object.entries(argument)) {
      for (const [label, wrong] of inPlaceOf(option)) {
        const given = make();
        given[i] = { ...(given[i] as object), [name]: wrong };
        yield [`${name} = ${label}`, given];
      }
    }
  }
}

function isPlain(value: unknown): value is object {
  return (
    typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
  );
}

/** What comes of a call: of what is gone through, the first; of a promise, its value. */
async function outcome(name: string, given: readonly unknown[]): Promise<unknown> {
  const called: unknown = Reflect.get(notegrad, name);
  if (typeof called !== 'function') throw new Error(`there is no ${name}`);
  const result: unknown = await called(...given);
  if (typeof result !== 'object' || result === null || Array.isArray(result)) return result;
  if (Symbol.asyncIterator in result) {
    for await (const one of result as AsyncIterable<unknown>) return one;
  }
  if (Symbol.iterator in result && !ArrayBuffer.isView(result)) {
    for (const one of result as Iterable<unknown>) return one;
  }
  return result;
}

function hasNaN(value: unknown, depth = 0): boolean {
  if (typeof value === 'number') return Number.isNaN(value);
  if (depth > 3 || typeof value !== 'object' || value === null) return false;
  if (value instanceof tf.Tensor) return value.dtype === 'float32' && hasNaN(value.dataSync());
  if (ArrayBuffer.isView(value)) return Array.from(value as Float32Array).some(Number.isNaN);
  return (
    (Array.isArray(value) || isPlain(value)) &&
    Object.values(value).some((one) => hasNaN(one, depth + 1))
  );
}

/** Whether the sentence is ours, or tfjs's about its own; never JavaScript's about a line of the library. */
function isSentence(error: unknown): boolean {
  if (!(error instanceof Error) || RAW.test(error.message)) return false;
  if (error instanceof NotegradError || error instanceof ExpectationError) return true;
  return !(error instanceof TypeError || error instanceof RangeError);
}

test('every function is called with wrong arguments here', () => {
  const functions = Object.entries(notegrad)
    .filter(([name, value]) => typeof value === 'function' && !name.endsWith('Error'))
    .map(([name]) => name);
  assert.equal(
    functions.filter((name) => !(name in validArguments) && !LEFT_OUT.includes(name)),
    [],
  );
});

test("a flag that is a text, as the 'false' of a file of settings, is refused and not taken for true", async () => {
  const taken: string[] = [];
  let numFlags = 0;
  for (const [name, make] of Object.entries(validArguments)) {
    for (const [i, argument] of make().entries()) {
      if (!isPlain(argument)) continue;
      for (const [option, value] of Object.entries(argument)) {
        if (typeof value !== 'boolean') continue;
        numFlags++;
        const given = make().with(i, { ...argument, [option]: 'false' });
        const expected = `invalid ${option}: the string false (expected true or false)`;
        const message = await outcome(name, given).then(
          () => 'nothing is said',
          (error: Error) => error.message,
        );
        if (message !== expected) taken.push(`${name}, ${option}: ${message}`);
      }
    }
  }
  assert.equal(taken, []);
  assert.ok(numFlags > 20, `${numFlags}`);
});

/** Options that are one of a few words. */
const CHOICES: Readonly<Record<string, readonly string[]>> = {
  imageFolder: ['fit', 'onBad'],
  galaxies: ['labels', 'onBad'],
  readTable: ['missing'],
  sequenceBatches: ['padTo'],
  tweets: ['nonAscii'],
  mlp: ['activation', 'initialization'],
  cnn: ['padding', 'initialization'],
  binaryCrossEntropy: ['per'],
  squaredError: ['per'],
  fit: ['onNaN'],
  filterGrid: ['normaliseBy'],
  heatMap: ['colors'],
  histogram: ['height'],
  latentScatter: ['names', 'order', 'view'],
  learningCurves: ['against', 'yScale', 'diverged'],
  lines: ['xScale', 'yScale'],
  scatter: ['names', 'order', 'view'],
  smallMultiples: ['share'],
};

test('a word that is no choice is refused with those that are, and no default holds', async () => {
  const taken: string[] = [];
  for (const [name, options] of Object.entries(CHOICES)) {
    for (const option of options) {
      const given = validArguments[name]();
      const at = given.findLastIndex(isPlain);
      given[at] = { ...(given[at] as object), [option]: 'other' };
      const message = await outcome(name, given).then(
        () => 'nothing is said',
        (error: Error) => error.message,
      );
      if (!message.startsWith(`unknown ${option}: other (known: `)) {
        taken.push(`${name}, ${option}: ${message}`);
      }
    }
  }
  assert.equal(taken, []);
});

for (const [name, make] of Object.entries(validArguments)) {
  test(`${name} answers wrong arguments with a sentence, and never with NaN`, async () => {
    const faults: string[] = [];
    for (const [label, given] of wrongCalls(make)) {
      try {
        if (hasNaN(await outcome(name, given)) && !/NaN/.test(label)) faults.push(`${label}: NaN`);
      } catch (error) {
        if (!isSentence(error)) faults.push(`${label}: ${error}`);
      }
    }
    assert.equal(faults, []);
  });
}

test.run();
