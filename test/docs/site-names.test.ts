import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { root } from './pages';

/** What the plugin makes of a page, and of the order of a project's parts. */
function afterPlugin(page: string, parts: readonly { name: string; isDocument: boolean }[]) {
  const plugin = pathToFileURL(join(root, 'docs', 'site-names.mjs')).href;
  const code = `
    import { load } from ${JSON.stringify(plugin)};
    const handlers = {};
    const on = (event, handler) => { handlers[event] = handler; };
    const options = { getValue: () => ['guides/*.md', '../data/README.md'] };
    load({ converter: { on: () => {} }, renderer: { on }, options });
    const children = ${JSON.stringify(parts)}.map(({ name, isDocument }) => ({ name, isDocument: () => isDocument }));
    const project = { childrenIncludingDocuments: children, getReflectionsByKind: () => [] };
    handlers.beginRender({ project });
    const page = { contents: ${JSON.stringify(page)} };
    handlers.endPage(page);
    console.log(JSON.stringify({ contents: page.contents, names: children.map(({ name }) => name) }));`;
  const out = execFileSync(process.execPath, ['--input-type=module', '-e', code], {
    encoding: 'utf8',
  });
  return JSON.parse(out) as { contents: string; names: string[] };
}

test('a link to the start page names its file, as a folder is a list where there is no server', () => {
  const page = '<a href="../#hand-in">a</a> <a href="../../">b</a> <a href="../x.html#y">c</a>';
  assert.is(
    afterPlugin(page, []).contents,
    '<a href="../index.html#hand-in">a</a> <a href="../../index.html">b</a> <a href="../x.html#y">c</a>',
  );
});

test('documents stand in their order, and an entry point of the name of one where it was', () => {
  const parts = [
    { name: 'data', isDocument: true },
    { name: 'own-data', isDocument: true },
    { name: 'first-homework', isDocument: true },
    { name: 'check', isDocument: false },
    { name: 'data', isDocument: false },
    { name: 'train', isDocument: false },
  ];
  assert.equal(afterPlugin('', parts).names, [
    'first-homework',
    'own-data',
    'check',
    'data',
    'train',
    'data',
  ]);
});

test.run();
