import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type CsvOptions, readCsv } from '../../../lib/notegrad/src/data/files/csv';
import { errorOf, inFolder } from '../../support/folders';

const read = (content: string | Uint8Array, options?: CsvOptions) =>
  inFolder((folder) => {
    const file = join(folder, 'table.csv');
    writeFileSync(file, content);
    return readCsv(file, options);
  });

const message = async (content: string | Uint8Array, options?: CsvOptions) =>
  (await errorOf(() => read(content, options))).replace(/^.*table\.csv/, 'FILE');

const fields = async (content: string | Uint8Array) =>
  (await read(content)).map((row) => row.fields);

test('fields keep their text, whatever it looks like', async () => {
  assert.equal(await fields('12345,1\ntrue,0\n,1\nnull,NaN\n 007 ,1e3\n'), [
    ['12345', '1'],
    ['true', '0'],
    ['', '1'],
    ['null', 'NaN'],
    [' 007 ', '1e3'],
  ]);
});

test('quoted fields may hold commas, quotes and line breaks', async () => {
  assert.equal(await fields('"a, b","say ""hi"""\n"two\nlines",x\n'), [
    ['a, b', 'say "hi"'],
    ['two\nlines', 'x'],
  ]);
});

test('a quote inside an unquoted field is a character', async () => {
  assert.equal(await fields('5" tall,1\n'), [['5" tall', '1']]);
});

test('line ends may be LF or CRLF, even in one file, and the last may be missing', async () => {
  assert.equal(await fields('a,1\r\n"b","2"\r\nc,3\nd,4'), [
    ['a', '1'],
    ['b', '2'],
    ['c', '3'],
    ['d', '4'],
  ]);
});

test('a carriage return alone is part of a field', async () => {
  assert.equal(await fields('a\rb,1\n'), [['a\rb', '1']]);
});

test('lines that end in carriage returns alone are refused, and are not one long line', async () => {
  assert.is(
    await message('a,1\rb,2\r'),
    'FILE: expected lines that end in LF or CRLF, found CR alone (save it with LF)',
  );
  assert.equal(await fields('a,1\r'), [['a', '1']]);
});

test('a separator or an encoding that is none is refused, and its default does not hold', async () => {
  const others = { separator: '|', encoding: 'latin1' } as object;
  assert.is(
    await message('a|1\n', { ...others, encoding: 'latin-1' }),
    'unknown separator: "|" (known: ",", ";", "\\t")',
  );
  assert.is(
    await message('a,1\n', { ...others, separator: ',' }),
    'unknown encoding: latin1 (known: utf-8 or latin-1, latin-1)',
  );
});

test('a byte-order mark is left out, also before a quote', async () => {
  assert.equal(await fields('\ufeffa,1\n'), [['a', '1']]);
  assert.equal(await fields('\ufeff"a,b",1\n'), [['a,b', '1']]);
});

test('text is UTF-8, and Latin-1 where it cannot be that', async () => {
  assert.equal(await fields(Buffer.from('café ☕,1\n')), [['café ☕', '1']]);
  assert.equal(await fields(Buffer.from('caf\u00e9,1\n', 'latin1')), [['café', '1']]);
});

test('characters that lie across the edges of what is read at a time stay whole', async () => {
  const rows = await fields(`${'☕é'.repeat(100_000)},1\n`);
  assert.is(rows[0][0], '☕é'.repeat(100_000));
});

test('each row knows its line, past blank lines and line breaks in quotes', async () => {
  const rows = await read('\n\na,1\r\n\r\n"b\nb\r\nb",2\nc,3\n\n');
  assert.equal(
    rows.map(({ line, fields: [first] }) => [line, first]),
    [
      [3, 'a'],
      [5, 'b\nb\r\nb'],
      [8, 'c'],
    ],
  );
});

test('a file that is missing, a directory, empty, blank or binary is refused', async () => {
  assert.match(
    await errorOf(() => readCsv('no/such.csv')),
    /^no\/such\.csv: cannot be read: ENOENT/,
  );
  const directory = await inFolder((folder) => {
    mkdirSync(join(folder, 'd.csv'));
    return errorOf(() => readCsv(join(folder, 'd.csv')));
  });
  assert.match(directory, /d\.csv: expected a file, found a directory$/);
  assert.is(await message(''), 'FILE: expected rows, found an empty file');
  assert.is(await message('\n \r\n\n'), 'FILE: expected rows, found only blank lines');
  assert.is(
    await message('a,1\nb\0c,2\n'),
    'FILE:2: expected text, found a zero byte (a binary file?)',
  );
  assert.is(
    await message(Buffer.from('\ufeffa,1\n', 'utf16le')),
    'FILE: expected UTF-8, found UTF-16 (save it as UTF-8)',
  );
});

test('a quote that is never closed is an error at the line where it is opened', async () => {
  assert.is(
    await message('a,1\n"b\nb",2\n"c,3\nd,4\n'),
    'FILE:4: a quote is opened here and never closed',
  );
});

test('text after a closing quote is an error at its line', async () => {
  assert.is(
    await message('a,1\n"b"x,2\nc,3\n'),
    'FILE:2: expected a comma after a closing quote, found "x"',
  );
});

test('a long file with a quote that is never closed is refused quickly', async () => {
  assert.match(await message(`"${'a,1\n'.repeat(500_000)}`), /^FILE:1: a quote is opened here/);
});

test.run();
