import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { findFormulas, type Markup } from '../../lib/homework/src/pdf/find-formulas';
import { seededRandom } from '../support/mutations';

/** Formulas in brackets, stray dollars as !, written ones as \$, words as they are. */
function read(text: string, markup: Markup = 'markdown'): string {
  return findFormulas(text, markup)
    .map((stretch) => {
      if (stretch.kind === 'formula') return `[${stretch.display ? 'D' : 'I'}:${stretch.tex}]`;
      return stretch.kind === 'stray dollar' ? '!' : stretch.source;
    })
    .join('');
}

test('formulas are found between dollars, brackets and the ends of an environment', () => {
  assert.is(read('a $x_1$ b $$y$$ c'), 'a [I:x_1] b [D:y] c');
  assert.is(read('$a$$b$'), '[I:a][I:b]');
  assert.is(read('\\\\(x\\\\) and \\\\[y\\\\]'), '[I:x] and [D:y]');
  assert.is(read('\\(x\\) and \\[y\\]', 'plain'), '[I:x] and [D:y]');
  const lines = '\\begin{align}a\\\\b\\end{align}';
  assert.is(read(`see ${lines}`), `see [D:${lines}]`);
  assert.is(read('by \\eqref{e:1}.'), 'by [I:\\eqref{e:1}].');
  assert.is(read('$\\text{if $x$ is odd}$'), '[I:\\text{if $x$ is odd}]');
  assert.is(read('$a < b$ and $|x|$'), '[I:a < b] and [I:|x|]');
});

test('a dollar sign is only that where it is escaped, in code and in tags', () => {
  for (const text of [
    '\\$5',
    '`$x$`',
    '``a ` $x$``',
    '```sh\n$ ls $\n```',
    '~~~\n$x$',
    '<a b="$x$">',
  ]) {
    assert.is(read(text), text);
  }
});

test('a dollar sign without its partner in the paragraph is stray', () => {
  assert.is(read('costs $5'), 'costs !5');
  assert.is(read('one $x\n\nand $y$'), 'one !x\n\nand [I:y]');
  assert.is(read('$$'), '!!');
});

test('the sources of all stretches are the text, whatever it is', () => {
  const random = seededRandom(3);
  const pieces = [
    '$',
    '$$',
    '`',
    '```',
    '\n',
    '\n\n',
    '\\',
    '{',
    '}',
    'x',
    '<b>',
    '<!--',
    '> ',
    '\\begin{a}',
    '\\end{a}',
  ];
  for (let i = 0; i < 2000; i++) {
    const length = Math.floor(random() * 30);
    const text = Array.from({ length }, () => pieces[Math.floor(random() * pieces.length)]).join(
      '',
    );
    for (const markup of ['markdown', 'plain'] as const) {
      const joined = findFormulas(text, markup)
        .map(({ source }) => source)
        .join('');
      assert.is(joined, text);
    }
  }
});

test.run();
