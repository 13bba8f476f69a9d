import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  type Addon,
  loadAddon,
  type Values,
} from '../../../../lib/notegrad/src/engine/native/backend/addon';
import { inFolder } from '../../../support/folders';

const BUILD = join(__dirname, '../../../../lib/notegrad/build');

test('an addon that was not built is an error that says what to run and to install', () =>
  inFolder((folder) => {
    assert.throws(
      () => loadAddon([folder]),
      /not built: run "npx homework setup".*libdnnl-dev.*conda-forge/,
    );
  }));

test('an addon built for another processor is refused, naming what this one lacks', () =>
  inFolder((folder) => {
    copyFileSync(join(BUILD, 'notegrad.node'), join(folder, 'notegrad.node'));
    writeFileSync(join(folder, 'stamp.json'), JSON.stringify({ features: ['avx10_9'] }));
    assert.throws(() => loadAddon([folder]), /another processor \(this one has no avx10_9\)/);
  }));

test('an addon that the system cannot load is an error with its reason', () =>
  inFolder((folder) => {
    writeFileSync(join(folder, 'notegrad.node'), 'not a library');
    writeFileSync(join(folder, 'stamp.json'), JSON.stringify({ features: [] }));
    assert.throws(() => loadAddon([folder]), /does not load: .*(invalid ELF|file too short)/);
  }));

test('where one addon does not load the next does', () =>
  inFolder((folder) => {
    const [alien, broken] = ['alien', 'broken'].map((name) => join(folder, name));
    for (const place of [alien, broken]) mkdirSync(place);
    copyFileSync(join(BUILD, 'notegrad.node'), join(alien, 'notegrad.node'));
    writeFileSync(join(alien, 'stamp.json'), JSON.stringify({ features: ['avx10_9'] }));
    writeFileSync(join(broken, 'notegrad.node'), 'not a library');
    writeFileSync(join(broken, 'stamp.json'), JSON.stringify({ features: [] }));
    assert.ok(loadAddon([join(folder, 'absent'), alien, broken, BUILD]).names.length > 0);
    assert.throws(() => loadAddon([broken, alien]), /another processor/);
  }));

test('OpenBLAS chooses its kernels itself, whatever OPENBLAS_CORETYPE says', () => {
  process.env.OPENBLAS_CORETYPE = 'Prescott';
  const { core, openblas, onednn, sharedThreads } = loadAddon().libraries();
  assert.is.not(core, 'Prescott');
  assert.is(process.env.OPENBLAS_CORETYPE, 'Prescott');
  assert.match(openblas, /^\d+\.\d+\.\d+/);
  assert.match(onednn, /^\d+\.\d+\.\d+$/);
  assert.ok(sharedThreads);
});

test('an operation that fails names itself and its parameters', () => {
  const addon = loadAddon();
  assert.throws(() => addon.run(addon.names.length, 0), /no operation has the id/);
  const copy = () => addon.run(addon.names.indexOf('copy'), 0);
  assert.throws(copy, /^copy\(\): parameter 0 is missing/);
});

test('what is not an array of numbers is no buffer', () => {
  const addon = loadAddon();
  addon.params[0] = 4;
  const copy = () => addon.run(addon.names.indexOf('copy'), 1, [1] as never, {} as never);
  assert.throws(copy, /^copy\(4\): what is given is not a typed array$/);
});

const floats = (length: number) => new Float32Array(length);
const ints = (...values: number[]) => Int32Array.from(values);

function run(op: string, params: readonly number[], ...buffers: Values[]): void {
  const addon = loadAddon();
  addon.params.set(params);
  addon.run(addon.names.indexOf(op), params.length, ...buffers);
}

const THREE_TWICE = [0, 1, 3, 3]; // float32, one axis of 3 elements in both inputs

test('buffers of other numbers, types or lengths than the parameters call for are refused', () => {
  const add = (...buffers: Values[]) => run('add', THREE_TWICE, ...buffers);
  add(floats(3), floats(3), floats(3));
  const wrong: readonly [Values[], RegExp][] = [
    [[floats(3), floats(2), floats(3)], /^add\(0, 1, 3, 3\): input 1 must be 3 float32, not 2/],
    [[floats(3), floats(3), floats(2)], /output 0 must be 3 float32, not 2 float32/],
    [[floats(3), floats(3), floats(4)], /output 0 must be 3 float32, not 4 float32/],
    [[floats(3), ints(1, 2, 3), floats(3)], /input 1 must be 3 float32, not 3 int32/],
    [[floats(3), floats(3)], /takes 2 inputs and 1 output, not 2 buffers/],
    [[floats(3), floats(3), floats(3), floats(3)], /not 4 buffers/],
    [[floats(3), floats(3), new Float64Array(3) as never], /must be a Float32Array, an Int32Array/],
  ];
  for (const [buffers, message] of wrong) assert.throws(() => add(...buffers), message);
});

test('parameters that make no sense are refused', () => {
  const buffers = [floats(3), floats(3), floats(3)];
  const wrong: readonly [number[], RegExp][] = [
    [[0, 1, 3], /parameter 3 is missing/],
    [[0, 1, 3, 3, 3], /takes 4 parameters, not 5/],
    [[3, 1, 3, 3], /parameter 0 must be from 0 to 2: 3/],
    [[0, 17, 3, 3], /parameter 1 must be from 0 to 16: 17/],
    [[0, 1, Number.NaN, 3], /parameter 2 must be a whole number: nan/],
    [[0, 1, 3, -3], /parameter 3 must be at least 0: -3/],
    [[0, 1, 3, 2.5], /must be a whole number: 2\.5/],
    [[0, 1, 3, 2], /axes of 3 and 2 elements do not go together/],
    [[0, 2, 2 ** 40, 2 ** 40, 1, 1], /too many elements/],
  ];
  for (const [params, message] of wrong) {
    assert.throws(() => run('add', params, ...buffers), message);
  }
  const outside = () => run('stridedCopy', [4, 3, 1, 1, 3, 1], floats(3), floats(3));
  assert.throws(outside, /the strides leave the input/);
});

test('indices out of range are refused, in gradients too', () => {
  const loss = () => run('sparseSoftmaxCrossEntropy', [1, 3], ints(3), floats(3), floats(1));
  assert.throws(loss, /label out of range: 3 \(there are 3 classes\)/);
  const gradient = () =>
    run('sparseSoftmaxCrossEntropyGrad', [1, 3], floats(1), ints(-1), floats(3), floats(3));
  assert.throws(gradient, /label out of range: -1/);
  const gather = () => run('gather', [4, 1, 1, 2, 1], floats(2), ints(2), floats(1));
  assert.throws(gather, /index value 2 is not in \[0, 1\]/);
  const lstmGradient = (id: number, length: number) =>
    run(
      'charLstmGrad',
      [1, 1, 1, 2, 0],
      ...[floats(1), ints(id), ints(length), floats(4), floats(4), floats(2), floats(2)],
      ...[floats(8), floats(4), floats(4)],
    );
  lstmGradient(1, 1);
  assert.throws(() => lstmGradient(2, 1), /character id out of range: 2/);
  assert.throws(() => lstmGradient(0, 2), /length out of range: 2 \(of 1 steps\)/);
});

test('what fails on several threads at once is one error', () => {
  const images = 5000;
  const farOut = 2 ** 24;
  const stride = 2 ** 30;
  const window = [images, 1, 1, 1, 1, 1, 16, 1, 1, stride, stride, 1, 1, farOut, farOut];
  const epilogue = [0, 0, 0, 0, 0];
  const convolve = () =>
    run('conv2d', [...window, ...epilogue], floats(images), floats(16), floats(16 * images));
  const addon = loadAddon();
  const { threads } = addon.libraries();
  addon.setThreads(2);
  assert.throws(convolve, /^conv2d\(5000, .*: not enough memory$/);
  addon.setThreads(threads);
});

test('a program whose operation fails names the operation', () => {
  const { Program, names } = loadAddon();
  const program = new Program(
    [ints(3), floats(3), floats(1)],
    Uint32Array.of(names.indexOf('sparseSoftmaxCrossEntropy')),
    Uint32Array.of(2),
    Float64Array.of(1, 3),
    Uint32Array.of(3),
    Uint32Array.of(0, 1, 2),
  );
  assert.throws(() => program.run(), /^sparseSoftmaxCrossEntropy: label out of range: 3/);
});

/** A program of a + b, whose slots are those of a, b and the sum. */
function sumProgram(slots: (Values | null)[], params = THREE_TWICE, callSlots = [0, 1, 2]) {
  const { Program, names }: Addon = loadAddon();
  return new Program(
    slots,
    Uint32Array.of(names.indexOf('add')),
    Uint32Array.of(params.length),
    Float64Array.from(params),
    Uint32Array.of(callSlots.length),
    Uint32Array.from(callSlots),
  );
}

test('a program takes only buffers that fit, wherever they come in', () => {
  const sum = floats(3);
  const program = sumProgram([null, Float32Array.of(1, 2, 3), sum]);
  program.run(Float32Array.of(1, 1, 1));
  assert.equal([...sum], [2, 3, 4]);
  assert.throws(() => program.run(floats(2)), /slot 0 must be 3 float32, not 2 float32/);
  assert.throws(() => program.run(), /nothing is bound to slot 0/);
  assert.throws(() => program.bind(1, ints(1, 2, 3)), /slot 1 must be 3 float32, not 3 int32/);
  assert.throws(() => program.bind(3, floats(3)), /no such slot/);
  assert.throws(
    () => sumProgram([null, floats(4), sum]),
    /slot 1 must be 3 float32, not 4 float32/,
  );
  assert.throws(() => sumProgram([null, null, null], [0, 1, 3, 1], [0, 0, 1]), /slot 0 must be/);
  assert.throws(() => sumProgram([null, null, null], THREE_TWICE, [0, 1]), /not 2 buffers/);
  assert.throws(() => sumProgram([null, null, null], THREE_TWICE, [0, 1, 7]), /no slot 7/);
});

test('a program notices that the memory it was bound to is gone', () => {
  const b = new Float32Array(new ArrayBuffer(12));
  const program = sumProgram([null, b, floats(3)]);
  program.run(floats(3));
  structuredClone(b.buffer, { transfer: [b.buffer as ArrayBuffer] });
  assert.throws(() => program.run(floats(3)), /was transferred or made shorter/);
  program.bind(1, floats(3));
  program.run(floats(3));
});

test.run();
