import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Addon, loadAddon } from '../../../../lib/notegrad/src/engine/native/backend/addon';
import {
  ACTIVATIONS,
  DTYPES,
  type OperationName,
  operations,
  paramsOf,
  SCHEMA,
} from '../../../../lib/notegrad/src/engine/native/backend/operations';
import { generated, readSchema, type Schema } from '../../../../scripts/operations';

const schema = readSchema();

test('the files that are made of the schema are those that it makes now', () => {
  for (const { file, text } of generated(schema)) {
    assert.is(readFileSync(file, 'utf8'), text, `${file}: npm run operations`);
  }
});

/** Parameters in their order, each with a value of its own: what none confuses with another. */
function sample(params: Readonly<Record<string, string>>, next = counter()): object {
  const entries = Object.entries(params).flatMap(([name, type]): [string, unknown][] => {
    if (type === 'rank' || type === 'count') return [];
    if (type in schema.structs) return [[name, sample(schema.structs[type], next)]];
    if (type.endsWith(']')) return [[name, [0, 1, 2].map(() => element(type.split('[')[0], next))]];
    return [[name, element(type, next)]];
  });
  return Object.fromEntries(entries);
}

function element(type: string, next: () => number): unknown {
  const number = next();
  if (type === 'flag') return number % 2 === 1;
  if (type === 'DType') return DTYPES[number % DTYPES.length];
  if (type === 'Activation') return ACTIVATIONS[number % ACTIVATIONS.length];
  return number;
}

function counter(): () => number {
  let last = 0;
  return () => ++last;
}

function* everyOperation(): Generator<[op: OperationName, group: Schema['operations'][string]]> {
  for (const group of Object.values(schema.operations)) {
    for (const name of group.names) yield [name as OperationName, group];
  }
}

test('what is written by name is read by name, for every operation', () => {
  for (const [op, { params }] of everyOperation()) {
    const named = sample(params);
    const numbers = paramsOf(op, named as never);
    assert.ok(numbers.every(Number.isFinite), op);
    assert.equal(operations[op].read(numbers), named, op);
    const array = new Float64Array(numbers.length + 1).fill(-1);
    assert.is(operations[op].write(array, named as never), numbers.length, op);
    assert.equal([...array], [...numbers, -1], op);
  }
});

let addon: Addon | undefined;
try {
  addon = loadAddon();
} catch (error) {
  console.log(`skipped: the schema of the addon: ${(error as Error).message}`);
}

if (addon !== undefined) {
  const { names, schema: builtFrom } = addon;

  test('the addon has the operations of the schema', () => {
    assert.is(builtFrom, SCHEMA);
    assert.equal(names, [...everyOperation()].map(([op]) => op as string).sort());
  });

  test('the addon takes as many numbers as are written', () => {
    const { run, params } = addon!;
    for (const [op, group] of everyOperation()) {
      const numbers = paramsOf(op, sample(group.params) as never);
      const isOpen = Object.values(group.params).some((type) => type.endsWith('[]'));
      if (isOpen) continue;
      params.set([...numbers, 0]);
      const oneMore = () => run(names.indexOf(op), numbers.length + 1);
      assert.throws(oneMore, new RegExp(`takes ${numbers.length} parameters, not`), op);
      const oneLess = () => run(names.indexOf(op), numbers.length - 1);
      assert.throws(oneLess, new RegExp(`parameter ${numbers.length - 1} is missing`), op);
    }
  });

  test('an addon that was built from another schema is refused in one sentence', () => {
    const folder = join(__dirname, '../../../../lib/notegrad/build');
    assert.throws(
      () => loadAddon([folder], 'another'),
      /^the native engine was built from other sources than these: run "npx homework setup" to build it anew$/,
    );
  });
}

test.run();
