import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { loadAddon } from '../../../lib/src/engine/native/addon';
import { inFolder } from '../../support/folders';

const BUILD = join(__dirname, '../../../lib/build');

test('an addon that was not built is an error that says what to run and to install', () =>
  inFolder((folder) => {
    assert.throws(() => loadAddon(folder), /not built: run "npm start".*libdnnl-dev.*conda-forge/);
  }));

test('an addon built for another processor is refused, naming what this one lacks', () =>
  inFolder((folder) => {
    copyFileSync(join(BUILD, 'notegrad.node'), join(folder, 'notegrad.node'));
    writeFileSync(join(folder, 'stamp.json'), JSON.stringify({ features: ['avx10_9'] }));
    assert.throws(() => loadAddon(folder), /another processor \(this one has no avx10_9\)/);
  }));

test('an addon that the system cannot load is an error with its reason', () =>
  inFolder((folder) => {
    writeFileSync(join(folder, 'notegrad.node'), 'not a library');
    writeFileSync(join(folder, 'stamp.json'), JSON.stringify({ features: [] }));
    assert.throws(() => loadAddon(folder), /does not load: .*(invalid ELF|file too short)/);
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

test.run();
