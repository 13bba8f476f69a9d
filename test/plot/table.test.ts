import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { random } from '../../lib/notegrad/src/data/random';
import { bundle } from '../../lib/notegrad/src/plot/bundle';
import { table } from '../../lib/notegrad/src/plot/table';

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

const column = (values: unknown[], options: object = {}) =>
  table(
    values.map((value) => ({ value })),
    options,
  )
    .text.split('\n')
    .slice(2);

test('numbers have four digits, large ones their thousands, small ones an exponent', () => {
  const values = [0.123456, 12.3456, 1234, 61578, 89610.25, 1e-7, -0.5, 0, Number.NaN, Infinity];
  assert.equal(
    column(values).map((text) => text.trim()),
    [
      '0.1235',
      '12.35',
      '1234',
      '61,578',
      '89,610',
      '1.00e-7',
      '-0.5000',
      '0.0000',
      'NaN',
      'Infinity',
    ],
  );
});

test('trailing zeros are kept, as many as the column needs within its digits', () => {
  assert.equal(column([0.9, 0.8846]), ['0.9000', '0.8846']);
  assert.equal(column([10, 9.5], { digits: 3 }), [' 10.0', '  9.5']);
  assert.equal(column([0.01, 0.1]), [' 0.01', ' 0.10']);
  assert.equal(column([128, 64]), ['  128', '   64']);
  assert.equal(column([0.9, 3], { decimals: { value: 2 } }), [' 0.90', ' 3.00']);
  assert.throws(() => column([1], { decimals: { other: 2 } }), 'unknown column: other');
  assert.throws(() => column([1], { decimals: { value: -1 } }), 'invalid decimals of value: -1');
});

test('the decimal points of a column stand one above the other, also of texts with units', () => {
  const { normal, integer } = random(8);
  for (let trial = 0; trial < 50; trial++) {
    const values = Array.from({ length: 8 }, () => normal() * 10 ** (integer(9) - 3));
    const points = column(values).map((text) => text.indexOf('.'));
    assert.is(new Set(points.filter((place) => place >= 0)).size, 1, values.join());
    column(values).forEach((text, i) => {
      const read = Number(text.replace(/,/g, ''));
      assert.ok(Math.abs(read - values[i]) <= 0.005 * Math.abs(values[i]), `${read}`);
    });
  }
  const texts = column(['99.34 %', '8.1 %', '0.90 ± 0.02']);
  assert.is(new Set(texts.map((text) => text.indexOf('.'))).size, 1);
  const [whole, decimal] = column(['10 ± 3', '0.90 ± 0.02']);
  assert.is(whole.indexOf(' ±'), decimal.indexOf('.'), 'also where one has none');
  const { html } = table([{ n: 1234 }, { n: 0.5 }]);
  assert.match(html, '>1234\u2008\u2007</td>');
  assert.match(html, '>0.5</td>');
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
