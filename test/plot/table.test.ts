import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { bundle } from '../../lib/src/plot/bundle';
import { table } from '../../lib/src/plot/table';

test('a table is one output with HTML and text', () => {
  const { data, metadata } = bundle(table([{ model: 'MLP', accuracy: 0.88456 }]));
  assert.equal(Object.keys(data), ['text/html', 'text/plain']);
  assert.equal(metadata, {});
  assert.is(data['text/plain'], 'model  accuracy\n-----  --------\nMLP      0.8846');
});

test('all text of a table is escaped', () => {
  const evil = '<script>"\'&';
  const { html } = table([{ [evil]: evil }], { caption: evil });
  const escaped = '&lt;script&gt;&quot;&#39;&amp;';
  assert.is(html.split(escaped).length - 1, 3);
  assert.not.match(html, '<script');
});

test('columns of numbers stand right, all others left', () => {
  const { html } = table([
    { name: 'a', n: 1, mixed: 1 },
    { name: 'b', n: null, mixed: 'x' },
  ]);
  assert.match(html, '<td style="text-align: left">a</td>');
  assert.match(html, '<td style="text-align: right">1</td>');
  assert.match(html, '<td style="text-align: right"></td>');
  assert.match(html, '<td style="text-align: left">x</td>');
});

test('numbers have four digits, large ones their thousands, small ones an exponent', () => {
  const values = [0.123456, 12.3456, 1234, 61578, 89610.25, 1e-7, -0.5, 0, Number.NaN, Infinity];
  const texts = table(values.map((value) => ({ value })))
    .text.split('\n')
    .slice(2);
  assert.equal(
    texts.map((text) => text.trim()),
    ['0.1235', '12.35', '1234', '61,578', '89,610', '1.00e-7', '-0.5', '0', 'NaN', 'Infinity'],
  );
});

test('a record without a column has an empty cell', () => {
  const { text } = table([{ a: 1 }, { b: 2 }]);
  assert.is(text, 'a  b\n-  -\n1\n   2');
});

test('a long table says how many rows are left out', () => {
  const { html, text } = table(
    Array.from({ length: 1234 }, (_, i) => ({ i })),
    { maxRows: 2 },
  );
  assert.is(html.match(/<tr>/g)?.length, 1 + 2 + 1);
  assert.match(text, '… 1,232 more rows');
});

test('chosen columns come in their order, and an unknown one is refused', () => {
  const rows = [{ a: 1, b: 2 }];
  assert.is(table(rows, { columns: ['b', 'a'] }).text, 'b  a\n-  -\n2  1');
  assert.throws(() => table(rows, { columns: ['c'] }), 'unknown column: c (known: a, b)');
  assert.throws(() => table([]), 'a table without columns: there is no row');
});

test('a danfo DataFrame is a table, also with one column', () => {
  const { DataFrame }: typeof import('danfojs-node') = require('danfojs-node');
  const frame = new DataFrame([
    { model: 'MLP', params: 89610 },
    { model: 'CNN', params: 29034 },
  ]);
  const expected = 'model  params\n-----  ------\nMLP    89,610\nCNN    29,034';
  assert.is(table(frame as never).text, expected);
  const single = new DataFrame([[1], [2]], { columns: ['x'] });
  assert.is(table(single as never).text, 'x\n-\n1\n2');
});

test.run();
