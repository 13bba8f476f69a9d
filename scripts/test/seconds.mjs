// @ts-check
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from '../setup/root.mjs';

const store = join(root, 'node_modules', '.cache', 'notegrad-test-seconds.json');

/**
 * How long each test file took last time, so that the longest can start first.
 *
 * @returns {Record<string, number>}
 */
export function lastSeconds() {
  try {
    return existsSync(store) ? JSON.parse(readFileSync(store, 'utf8')) : {};
  } catch {
    return {};
  }
}

export function keepSeconds(/** @type {Record<string, number>} */ seconds) {
  try {
    mkdirSync(dirname(store), { recursive: true });
    writeFileSync(store, JSON.stringify({ ...lastSeconds(), ...seconds }));
  } catch {
    // Of a checkout that cannot be written to, the order of the next tests is all that is lost.
  }
}
