import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { fromAscii, toAscii } from '../../../lib/notegrad/src/data/samples/ascii';

test('ASCII characters are their own ids', () => {
  const { ids, numForeign } = toAscii('Hi ~\t');
  assert.equal(Array.from(ids), [72, 105, 32, 126, 9]);
  assert.is(numForeign, 0);
});

test('other characters become the nearest ASCII, or a question mark, and are counted', () => {
  for (const [text, ascii, count] of [
    ['café', 'cafe', 1],
    ['“it’s”', '"it\'s"', 3],
    ['wait… ½', 'wait... ?', 2],
    ['naïve ☕ 😀', 'naive ? ?', 3],
    ['ﬁn 日本', 'fin ??', 3],
  ] as const) {
    const { ids, numForeign } = toAscii(text);
    assert.is(fromAscii(ids), ascii);
    assert.is(numForeign, count);
  }
});

test('other characters are left out on request, and counted', () => {
  const { ids, numForeign } = toAscii('café 😀!', 'drop');
  assert.is(fromAscii(ids), 'caf !');
  assert.is(numForeign, 2);
});

test('every id is below 128, whatever the text', () => {
  for (let code = 0; code < 0x3000; code++) {
    assert.ok(toAscii(String.fromCodePoint(code)).ids.every((id) => id < 128));
  }
  assert.ok(toAscii('\ud800').ids.every((id) => id < 128));
});

test('an unknown rule is refused, and a text may be as long as a book', () => {
  assert.throws(
    () => toAscii('é', 'remove' as 'drop'),
    /^unknown nonAscii: remove \(known: map, drop\)$/,
  );
  const book = 'abcd'.repeat(100_000);
  assert.is(fromAscii(toAscii(book).ids), book);
});

test('padding at the end is not part of the text', () => {
  assert.is(fromAscii([72, 105, 0, 0]), 'Hi');
});

test.run();
