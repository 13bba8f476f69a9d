import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as tf from '../../../lib/notegrad/src/engine/tf';
import { cases } from './cases';
import { nameSpaces, notDifferentiable, otherNameSpaces } from './not-differentiable';

/** The functions of an object, such as `tf` or `tf.image`. Classes begin with a capital letter. */
function functionsOf(exports: object): string[] {
  return Object.entries(exports)
    .filter(([name, value]) => typeof value === 'function' && /^[a-z]/.test(name))
    .map(([name]) => name);
}

const library: Readonly<Record<(typeof nameSpaces)[number], object>> = tf;
const exported = [
  ...functionsOf(tf),
  ...nameSpaces.flatMap((space) => functionsOf(library[space]).map((name) => `${space}.${name}`)),
];
const swept = new Set(cases.map(({ op }) => op));

test('every exported operation is in the sweep or has a reason not to be', () => {
  const missing = exported.filter((name) => !swept.has(name) && !(name in notDifferentiable));
  assert.equal(missing, []);
});

test('what is left out of the sweep is exported, and is left out of it', () => {
  const names = Object.keys(notDifferentiable);
  assert.equal(
    names.filter((name) => !exported.includes(name) || swept.has(name)),
    [],
  );
  assert.equal(
    [...swept].filter((name) => !exported.includes(name)),
    [],
  );
});

test('every name space of functions is looked through', () => {
  const spaces = Object.entries(tf)
    .filter(([name, value]) => typeof value === 'object' && value && /^[a-z]/.test(name))
    .map(([name]) => name)
    .filter((name) => !otherNameSpaces.includes(name));
  assert.equal(spaces.sort(), [...nameSpaces]);
});

test.run();
