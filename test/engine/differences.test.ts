import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { conventions, differences } from '../../lib/notegrad/src/engine/differences';
import { differencesPage, page } from '../../scripts/differences';

test('the page of differences from tfjs is that of the table', () => {
  assert.is(readFileSync(page, 'utf8'), differencesPage());
});

test('no difference is listed twice, and none is without its reason', () => {
  const all = [...differences, ...conventions];
  const ops = all.map(({ op, tfjs }) => `${op}: ${tfjs}`);
  assert.is(new Set(ops).size, all.length);
  for (const { op, tfjs, ours, why } of all) {
    for (const text of [op, tfjs, ours, why]) assert.ok(text.length > 0, op);
  }
});

test.run();
