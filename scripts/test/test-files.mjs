// @ts-check
import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { root } from '../setup/root.mjs';

/**
 * The test files, relative to the root; where words are given, those whose path contains one of them.
 *
 * @param {string[]} words
 * @returns {string[]}
 */
export function testFiles(words = []) {
  return readdirSync(join(root, 'test'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.test.ts'))
    .map((entry) => relative(root, join(entry.parentPath ?? entry.path, entry.name)))
    .filter((file) => words.length === 0 || words.some((word) => file.includes(word)))
    .sort();
}
