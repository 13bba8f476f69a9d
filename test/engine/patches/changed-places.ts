/** Prints, as JSON, what of tfjs is another once the library and its engines are loaded. */
// Not `import * as`, which may be a copy of the exports. Before the library: tfjs as it is taken from its parts.
import tf = require('../../../lib/notegrad/src/engine/tfjs');
import cpu = require('@tensorflow/tfjs-backend-cpu');
import wasm = require('@tensorflow/tfjs-backend-wasm');

import type { Patch } from '../../../lib/notegrad/src/engine/patches/patch';

/** Everything callable, and every flag, by the name of its place. */
type Places = Map<string, unknown>;

const isObject = (value: unknown): value is object =>
  (typeof value === 'object' || typeof value === 'function') && value !== null;

function places(): Places {
  const found: Places = new Map();
  const seen = new Set<unknown>();

  const visitPrototype = (name: string, prototype: object | null) => {
    if (prototype === null || prototype === Object.prototype || seen.has(prototype)) return;
    seen.add(prototype);
    for (const [key, property] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
      if (key === 'constructor') continue;
      const { get, set, value } = property;
      found.set(`${name}.prototype.${key}`, get ?? set ?? value);
    }
    const parent = Object.getPrototypeOf(prototype);
    if (parent !== null) visitPrototype(parent.constructor.name, parent);
  };
  const visit = (prefix: string, namespace: object, depth = 0) => {
    if (seen.has(namespace)) return;
    seen.add(namespace);
    for (const [key, value] of Object.entries(namespace)) {
      const name = `${prefix}${key}`;
      if (typeof value === 'function') {
        found.set(name, value);
        if (isObject(value.prototype)) visitPrototype(name, value.prototype);
        visit(`${name}.`, value, depth + 1);
      } else if (isObject(value) && depth < 3) {
        found.set(name, value);
        if ([Object.prototype, null].includes(Object.getPrototypeOf(value)))
          visit(`${name}.`, value, depth + 1);
      }
    }
  };
  visit('', tf);
  visit('', cpu);
  visit('', wasm);

  const { classNameMap } = tf.serialization.SerializationMap.getMap();
  for (const [className, entry] of Object.entries(classNameMap)) {
    found.set(`SerializationMap.${className}`, entry);
    visitPrototype(`layers.${className}`, entry[0].prototype);
  }
  const engine = tf.engine();
  for (const [key, value] of Object.entries(engine)) {
    if (typeof value === 'function') found.set(`engine().${key}`, value);
  }
  visitPrototype('Engine', Object.getPrototypeOf(engine));
  for (const flag of flags) found.set(`env().${flag}`, tf.env().get(flag));
  return found;
}

/** Those that need neither WebGL nor time. */
const flags = Object.keys(Reflect.get(tf.env(), 'flagRegistry')).filter(
  (flag) => !/^(WASM|WEBGL)_/.test(flag),
);

async function main(): Promise<void> {
  const before = places();
  const { patches }: typeof import('../../../lib/notegrad/src/engine/patches') =
    require('../../../lib/notegrad/src/engine/patches');
  const {
    firstOperation,
  }: typeof import('../../../lib/notegrad/src/engine/patches/first-operation') =
    require('../../../lib/notegrad/src/engine/patches/first-operation');
  require('../../../lib/notegrad/src/engine/engine');
  const all: Patch[] = [...patches, firstOperation({ now() {}, async inTime() {} })];
  const isNativeThere = changeForNative(all);
  const { loadWasm }: typeof import('../../../lib/notegrad/src/engine/wasm/load') =
    require('../../../lib/notegrad/src/engine/wasm/load');
  await loadWasm();
  const { complex }: typeof import('../../../lib/notegrad/src/engine/patches/wasm/complex') =
    require('../../../lib/notegrad/src/engine/patches/wasm/complex');
  all.push(complex);
  const after = places();
  const changed = [...after.keys()].filter((name) => before.get(name) !== after.get(name));
  const named = all.flatMap(({ changes }) => changes);
  process.stdout.write(JSON.stringify({ changed, named, isNativeThere }));
}

/** Registers the native engine, if it is built. */
function changeForNative(all: Patch[]): boolean {
  const { registerNative }: typeof import('../../../lib/notegrad/src/engine/native/register') =
    require('../../../lib/notegrad/src/engine/native/register');
  const { nativePatches }: typeof import('../../../lib/notegrad/src/engine/patches/native') =
    require('../../../lib/notegrad/src/engine/patches/native');
  try {
    registerNative();
  } catch {
    return false;
  }
  all.push(...nativePatches);
  return true;
}

void main();
