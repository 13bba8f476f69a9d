import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { COLORS, escapeMarkup } from '../../lib/notegrad/src/plot/house-style';
import { wrapped } from '../../lib/notegrad/src/plot/wrapped';

/** CIELAB of an sRGB colour, white D65 (CIE 15:2004). */
function lab(color: string): number[] {
  const [r, g, b] = [1, 3, 5].map((i) => {
    const value = Number.parseInt(color.slice(i, i + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  const x = (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505;
  const y = 0.2126 * r + 0.7152 * g + 0.0722 * b;
  const z = (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089;
  const f = (t: number) => (t > 216 / 24389 ? Math.cbrt(t) : (24389 / 27) * (t / 116) + 16 / 116);
  return [116 * f(y) - 16, 500 * (f(x) - f(y)), 200 * (f(y) - f(z))];
}

test('the colours of eleven classes and more differ', () => {
  assert.ok(COLORS.length >= 11);
  COLORS.forEach((color, i) => {
    for (const other of COLORS.slice(0, i)) {
      const [p, q] = [lab(color), lab(other)];
      const distance = Math.hypot(...p.map((value, axis) => value - q[axis]));
      assert.ok(distance > 20, `${color} and ${other}: ${distance}`);
    }
  });
});

test('text is shown as it is written: no tag, no entity, no formula', () => {
  assert.is(escapeMarkup('<b>&lt; $x$'), '&lt;b&gt;&amp;lt; &#36;x&#36;');
});

test('a text is broken at blanks, a long word within, and what is too much ends in an ellipsis', () => {
  assert.equal(wrapped('one two three', 7), ['one two', 'three']);
  assert.equal(wrapped('abcdefgh', 3), ['abc', 'def', 'gh']);
  assert.equal(wrapped('one two three four', 7, 2), ['one two', 'three…']);
  assert.equal(wrapped('', 5), ['']);
  assert.equal(wrapped('😀😀😀', 2), ['😀😀', '😀']);
});

test.run();
