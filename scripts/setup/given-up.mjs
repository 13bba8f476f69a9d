// @ts-check
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from './root.mjs';

const note = join(root, 'lib', 'notegrad', 'build', 'packages-not-installable.txt');

/**
 * Optional packages that apt could not bring, so that not every start tries again; removing the
 * file does.
 */
export function givenUp() {
  return existsSync(note) ? readFileSync(note, 'utf8').split('\n').filter(Boolean) : [];
}

export function giveUp(/** @type {string[]} */ packages) {
  mkdirSync(dirname(note), { recursive: true });
  writeFileSync(note, packages.map((name) => `${name}\n`).join(''));
}
