import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { withText } from '../../../lib/homework/src/kernel/value-display';

function textBeside(data: Readonly<Record<string, unknown>>): unknown {
  const shown = withText({ data, metadata: {} });
  assert.equal({ ...shown.data, 'text/plain': undefined }, { ...data, 'text/plain': undefined });
  return shown.data['text/plain'];
}

test('every output has a text, for front ends that trust it no further', () => {
  assert.is(textBeside({ 'text/markdown': 'Some **prose**' }), 'Some **prose**');
  assert.is(textBeside({ 'text/latex': '$x^2$' }), '$x^2$');
  assert.is(textBeside({ 'application/json': { a: 1 } }), '{"a":1}');
  assert.is(textBeside({ 'image/png': 'iVBORw0KGgo=' }), 'picture');
  assert.is(textBeside({ 'text/plain': 'own', 'text/html': '<b>x</b>' }), 'own');
  assert.is(textBeside({}), '');
});

test('the text of HTML is what a reader sees of it, in lines', () => {
  const html = `<style>b { color: red }</style><!-- not <b>this</b> --><h2>Title</h2>
<table><tr><th>a</th><th>b</th></tr><tr><td>1 &lt; 2</td><td>&amp;lt;</td></tr></table>
<script>alert('</b>')</script><p>one<br>two</p>`;
  assert.is(textBeside({ 'text/html': html }), 'Title\na  b\n1 < 2  &lt;\none\ntwo');
});

test.run();
