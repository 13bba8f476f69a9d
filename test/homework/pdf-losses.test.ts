import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { errorOf } from '../support/folders';
import { temporaryFolder } from '../support/temporary-folder';
import { type Json, markdown, printed, ran, shows, writeCells } from './pdf-notebooks';

const folder = temporaryFolder();
const PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const html = (text: string) => ran('0', [shows({ 'text/html': text })]);

function complaintAbout(name: string, ...cells: readonly Json[]): Promise<string> {
  return errorOf(() => printed(writeCells(folder, name, cells)));
}

const imagesIn = (plain: string) =>
  (plain.match(/\/Subtype \/Image/g)?.length ?? 0) - (plain.match(/\/SMask \d/g)?.length ?? 0);

test('whatever an output or a Markdown text leaves open ends with it', async () => {
  const open = [
    '<div style="color: red">open',
    '<table><tr><td>open',
    '<textarea>open',
    '<title>open',
    '<style>body { display: none } .part { opacity: 0 }</style>open',
    '</div></main></body></html>open',
    '<svg></svg><select><option>open',
    '<plaintext>open',
    '<template>open',
    '<b><i><a href="#x">open',
    '<details><summary>more</summary>open',
    '<p hidden>open',
    '<noscript>open',
  ];
  const cells = open.flatMap((text, i) => [html(`${text}${i}`), markdown(`next${i}`)]);
  const words = open.flatMap((text, i) => [markdown(`${text}W${i}`), markdown(`nextW${i}`)]);
  const { text } = await printed(writeCells(folder, 'open', [...cells, ...words]));
  open.forEach((source, i) => {
    for (const part of [`open${i}`, `next${i}`, `openW${i}`, `nextW${i}`]) {
      assert.ok(text.includes(part), `${part} of ${source} in ${text}`);
    }
  });
});

test('what is hidden, cut off or misplaced is an error that names the cell', async () => {
  const unseen = [
    '<div style="display:none">not seen',
    '<p style="opacity:0">not seen',
    '<p style="color:transparent">not seen',
    '<p style="font-size:0">not seen',
    '<p style="position:absolute;left:-9000px">not seen',
    '<p style="margin-top:-500px">not seen',
    '<style>:host { visibility: hidden }</style>not seen',
  ];
  const message = await complaintAbout('hidden', markdown('words'), ...unseen.map(html));
  unseen.forEach((source, i) => {
    const complaint = new RegExp(`cell ${i + 1}: a text (?:is hidden|lies outside its place): not`);
    assert.match(message, complaint, source);
  });
  assert.match(
    await complaintAbout('comment', html('before <!-- not seen')),
    'cell 1: an HTML comment is never closed',
  );
});

test('what scrolls is laid open, and lines that do not break are broken', async () => {
  const long = `<pre style="white-space:pre">${'line '.repeat(80)}LAST</pre>`;
  const scrolled = `<div style="height:40px;overflow:auto">${'scrolled '.repeat(300)}END</div>`;
  const wide = `<div style="width:3000px;white-space:nowrap">${'wide '.repeat(100)}EDGE</div>`;
  const { text } = await printed(writeCells(folder, 'laid-open', [long, scrolled, wide].map(html)));
  for (const part of ['LAST', 'END', 'EDGE']) assert.ok(text.includes(part), part);
});

test('beside a table on a turned page, long words break as elsewhere', async () => {
  const long = 'x'.repeat(400);
  const cell = markdown(`${long}end\n\n- ${long}\n\n| a | b |\n|---|---|\n| ${long} | last |`);
  const { text, notes } = await printed(writeCells(folder, 'turned', [cell]));
  assert.ok(text.includes('last') && text.includes(`${'x'.repeat(20)}end`), text);
  assert.match(notes[0], 'stands on a turned page');
});

test('what a program wrote over is not printed, nor a formula that only defines', async () => {
  const says = (text: string) => ({ output_type: 'stream', name: 'stdout', text });
  const { text } = await printed(
    writeCells(folder, 'shown', [
      markdown(
        'sets $\\newcommand{\\R}{\\mathbb{R}}$ and $$\\def\\two{2}$$ uses $\\R^{\\two}$ words',
      ),
      ran('0', [says('step 1\rstep 2\n\u{1b}]8;;http://x.org\u{7}link\u{1b}]8;;\u{7}\n')]),
    ]),
  );
  assert.match(text, /setsanduses.*words/s);
  assert.ok(text.includes('step2link') && !text.includes('step1'), text);
});

test('a drawing that uses what another one defines has it, and the other is no picture', async () => {
  const { text } = await printed(
    writeCells(folder, 'sprites', [
      html(
        `<svg style="display:none"><symbol id="sign"><text y="20" fill="url(#red)">symbol</text></symbol></svg>
        <svg width="0" height="0"><defs><linearGradient id="red"><stop stop-color="red"/></linearGradient></defs></svg>
        <p>before</p><svg width="90" height="30"><use href="#sign"/><use href="#nothing"/></svg><p>end</p>`,
      ),
    ]),
  );
  assert.match(text, /before.*end/s);
  assert.match(text, 'symbol');
});

test('every type of output that can be drawn is drawn', async () => {
  const figure = { data: [{ type: 'bar', x: ['a', 'b'], y: [1, 3] }], layout: { title: 'Bars' } };
  const gif = 'R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7';
  const svg = '<svg width="90" height="30"><text y="20">SVG words</text></svg>';
  const { text, plain } = await printed(
    writeCells(folder, 'types', [
      ran('0', [
        shows({ 'application/vnd.plotly.v1+json': figure }),
        shows({ 'image/gif': gif }),
        shows({ 'image/png': PNG }),
        shows({ 'image/svg+xml': svg }),
        shows({ 'application/json': { key: ['JSON words'] } }),
        shows({ 'text/latex': '$\\mathrm{latex}$' }),
        shows({ 'text/markdown': '**strong**' }),
        shows({ 'text/plain': 'plain words' }),
        { output_type: 'error', ename: 'RangeError', evalue: 'too far', traceback: [] },
      ]),
    ]),
  );
  for (const part of ['SVGwords', 'JSONwords', 'latex', 'strong', 'plainwords', 'toofar']) {
    assert.ok(text.includes(part), `${part} in ${text}`);
  }
  assert.is(imagesIn(plain), 3);
});

test('a picture that is none, and a figure without traces, are errors that name the cell', async () => {
  const plotly = 'application/vnd.plotly.v1+json';
  const message = await complaintAbout(
    'no-picture',
    html('<img> seen'),
    ran('1', [shows({ [plotly]: null })]),
    ran('2', [shows({ 'image/gif': 'AAAA' })]),
  );
  assert.match(message, 'cell 1: it has an <img> that names no picture');
  assert.match(message, `cell 2: an output of the type ${plotly} has no list of traces`);
  assert.match(message, 'cell 3: a picture cannot be read');
});

test('a type of output that cannot be drawn is an error that names the cell and the type', async () => {
  for (const type of [
    'application/vnd.bokehjs_exec.v0+json',
    'application/pdf',
    'video/mp4',
    'application/x-unknown',
  ]) {
    const value = type.endsWith('json') ? {} : 'AAAA';
    const output = shows({
      [type]: value,
      ...(!/unknown/.test(type) && { 'text/plain': '<Figure>' }),
    });
    const message = await complaintAbout('unprintable', ran('0'), ran('1', [output]));
    assert.match(message, `unprintable.ipynb: cell 2: an output is of the type ${type} alone`);
  }
  for (const name of ['iframe', 'video', 'canvas', 'object']) {
    const message = await complaintAbout('moving', html(`seen <${name}></${name}>`));
    assert.match(message, `cell 1: a <${name}> cannot be printed`);
  }
});

test('formulas have text in the PDF, in tables, before their labels and beside dollar signs', async () => {
  const { text } = await printed(
    writeCells(folder, 'formulas', [
      markdown('See \\eqref{later}.\n\n| a | b |\n|---|---|\n| $|p|$ | $\\|q\\|$ |\n'),
      markdown('\\begin{equation}\\label{later} r + s \\end{equation}\n\nIt costs \\$7, not `$8`.'),
      markdown('    $ npm start\n'),
    ]),
  );
  for (const part of ['See(1)', '|p|', '∥q∥', 'costs$7', '$8', '$npmstart']) {
    assert.ok(text.includes(part), `${part} in ${text}`);
  }
});

test('lists begin with the number that they are given, and no number of a sentence is lost to one', async () => {
  const { text } = await printed(
    writeCells(folder, 'numbers', [
      markdown('7. seven\n8. eight\n\nThen\n\n9. _nine_ and\n   more\n10. ten $x$'),
      markdown('Distances are 218 and\n182. **A generator** learns.\n\n1. one\n5. two'),
      markdown(
        'Code:\n\n```text\nno list:\n41. code\n```\n\n    42. indented\n\n- a\n\n    3. inner',
      ),
      markdown('> In 1999 and\n> 2000. Both.\n\n12. # Head\n'),
    ]),
  );
  for (const part of [
    '7.seven',
    '8.eight',
    '9.nineandmore',
    '10.ten',
    '218and182.Agenerator',
    '1.one',
    '2.two',
    '41.code',
    '42.indented',
    '3.inner',
    '1999and2000.Both.',
  ]) {
    assert.ok(text.includes(part), `${part} in ${text}`);
  }
  assert.not.match(text, /math\w+list|\\/);
});

test('lists in lists and tables in lists are such, as Jupyter has them', async () => {
  const levels = Array.from({ length: 12 }, (_, i) => `${'  '.repeat(i)}- level${i}`);
  const table = '1. one\n\n   | left | right |\n   |---|---|\n   | three | four |\n2. two';
  const { text } = await printed(
    writeCells(folder, 'nested', [markdown(levels.join('\n')), markdown(table)]),
  );
  assert.not.match(text, '-level');
  assert.not.match(text, '|');
  for (const word of ['level11', 'right', 'four', 'two']) assert.ok(text.includes(word), word);
});

test('what stands in an element, after an empty line, is Markdown, as Jupyter has it', async () => {
  const inside = '**bold**\n\n- item\n\n| left | right |\n|---|---|\n| three | $x_4$ |';
  const { text } = await printed(
    writeCells(folder, 'elements', [
      markdown(`<details open>\n<summary>Hint</summary>\n\n${inside}\n\n</details>\n\n*beyond*`),
      markdown(`- point\n\n  <div>\n\n  # Heading\n\n  </div>\n\n<div>\n**as it is**\n</div>`),
      markdown('<DETAILS>\n<summary>More</summary>\n\nlast *word*\n</DETAILS>'),
      markdown('<div>\n<pre>\nfirst\n\nsecond\n</pre>\n</div>'),
    ]),
  );
  assert.not.match(text.replace('**asitis**', '').replace('**as it is**', ''), /[*|#<>]|-item/);
  assert.match(text, '**');
  for (const word of ['Hint', 'bold', 'item', 'right', 'beyond', 'Heading', 'word', 'second']) {
    assert.ok(text.includes(word), word);
  }
});

test('a footnote that nothing refers to, and words in the place of a part of a table, are there', async () => {
  const { text } = await printed(
    writeCells(folder, 'aside', [
      markdown('Words[^a].\n\n[^a]: noted\n\n[^b]: lonely\n\n[^a]: again\n\n```\n[^c]: code\n```'),
      html('<col>column <tr>row <td>cell <caption>caption'),
      html('<style>p::first-letter { font-size: 0 }</style><p>Zebra</p>'),
      html('<div style="display: contents">contents</div>'),
      html('<listing>listed<template>templated'),
      html(
        '<map>mapped</map> <noembed>fallback</noembed> <a class="anchor-link">anchored</a> <ruby>kanji<rp>(</rp><rt>read</ruby>',
      ),
      markdown('```\nopen\n\n[^d]: fenced'),
    ]),
  );
  for (const part of [
    'noted',
    '[^b]:lonely',
    '[^a]:again',
    'column',
    'row',
    'cell',
    'caption',
    'Zebra',
    'contents',
    'listed',
    'templated',
    'mapped',
    'fallback',
    'anchored',
    'kanji',
    '[^d]:fenced',
  ]) {
    assert.ok(text.includes(part), `${part} in ${text}`);
  }
  assert.match(text, /(?<!\\)\[\^c\]:code/);
});

test('a formula that is not whole, or refers to nothing, is an error that names the cell', async () => {
  assert.match(
    await complaintAbout('stray', markdown('Costs $5.')),
    'the Markdown cell “Costs $5.”: a formula is opened or closed by a $ that has no partner',
  );
  assert.match(
    await complaintAbout('reference', markdown('As in \\eqref{nowhere}.')),
    'a formula cannot be typeset: no equation has the label nowhere',
  );
});

test('pictures are found in attachments, by names with spaces, and in folders of the repository', async () => {
  const repository = join(folder, 'repository');
  mkdirSync(join(repository, '.git'), { recursive: true });
  mkdirSync(join(repository, 'notebooks'));
  writeFileSync(join(repository, 'a dot.png'), Buffer.from(PNG, 'base64'));
  const attachments = { 'my dot.png': { 'image/png': PNG } };
  const cell = markdown(
    '[r]: attachment:my%20dot.png\n\n![x][r] [![x](attachment:my%20dot.png)](http://x.org/) ![x](../a%20dot.png) ![x](attachment:my%20dot.png) ![x](attachment:my dot.png) <img src="attachment:my dot.png" width="9"> words',
    { attachments },
  );
  const { text, plain } = await printed(
    writeCells(join(repository, 'notebooks'), 'pictures', [cell]),
  );
  assert.is(text.split('words').length, 2);
  assert.ok(imagesIn(plain) >= 1);
  assert.match(
    await complaintAbout('absent', markdown('![x](attachment:other.png)')),
    'it shows the attachment other.png, which the cell does not have',
  );
});

test('no file outside is read, not through a link either, and nothing but pictures', async () => {
  const outside = temporaryFolder();
  writeFileSync(join(outside, 'secret.png'), Buffer.from(PNG, 'base64'));
  symlinkSync(join(outside, 'secret.png'), join(folder, 'link.png'));
  writeFileSync(join(folder, 'notes.txt'), 'words');
  for (const name of [join(outside, 'secret.png'), 'link.png']) {
    assert.match(await complaintAbout('outside', markdown(`![x](${name})`)), 'which lies outside');
  }
  assert.match(await complaintAbout('text', markdown('![x](notes.txt)')), 'which is no picture');
});

test('no script runs, nothing is asked for, and no link leads to a script or a file', async () => {
  const graded = "document.body.textContent = 'graded: 100/100'";
  const { text, plain } = await printed(
    writeCells(folder, 'scripts', [
      markdown(`true words <img src="data:image/png;base64,${PNG}" onload="${graded}">`),
      markdown(`said <script>${graded}; while (true) {}</script>`),
      ran('0', [shows({ 'application/javascript': graded })]),
      html(
        `kept <script>alert(1); ${graded}</script><meta http-equiv="refresh" content="0;url=/">`,
      ),
      html(
        '<form action="http://127.0.0.1:9/"><input autofocus onfocus="alert(2)" value="typed"></form>',
      ),
      html(
        '<link rel="preconnect" href="http://127.0.0.1:9/"><base href="http://127.0.0.1:9/">based',
      ),
      html(
        '<a href="java&#10;script:alert(1)">one</a> <a href="file:///etc/passwd">two</a> <a href="http://x.org/">three</a>',
      ),
      markdown('$\\href{javascript:alert(1)}{four} \\style{display:none}{five}$'),
      ran('0', [
        shows({
          'image/svg+xml': `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9" onload="${graded}"><script>${graded}</script></svg>`,
        }),
      ]),
    ]),
    60,
  );
  for (const part of [
    'truewords',
    'kept',
    'typed',
    'based',
    'one',
    'two',
    'three',
    'four',
    'five',
  ]) {
    assert.ok(text.includes(part), `${part} in ${text}`);
  }
  assert.not.match(text, /graded/);
  assert.not.match(plain, /javascript:|file:|\/JavaScript/i);
  assert.match(plain, 'http://x.org/');
  assert.match(
    await complaintAbout('only-script', html('<div></div><script>draw()</script>')),
    'cell 1: it shows nothing without its script',
  );
  assert.match(
    await complaintAbout('css', html('<p style="background:url(http://127.0.0.1:9/a.png)">x')),
    'its style asks for http://127.0.0.1:9/a.png',
  );
});

test('tags and folds of cells are honoured', async () => {
  const says = (word: string) => [{ output_type: 'stream', name: 'stdout', text: `out${word}` }];
  const cell = (word: string, metadata: Json) => ran(`in${word}`, says(word), metadata);
  const { text } = await printed(
    writeCells(folder, 'tags', [
      cell('A', { tags: ['remove-input'] }),
      cell('B', { tags: ['remove-output'] }),
      cell('C', { tags: ['remove-cell'] }),
      cell('D', { tags: ['hide-input'] }),
      cell('E', { jupyter: { source_hidden: true } }),
      cell('F', { jupyter: { outputs_hidden: true } }),
      cell('G', { collapsed: true }),
      cell('H', { tags: ['prose'] }),
      cell('I', {}),
    ]),
  );
  const shown = text.match(/(?:in|out)[A-I]/g)?.join(' ');
  assert.is(shown, 'outA inB outD outE inF inG outH inI outI');
});

test("emoji and the world's scripts are drawn", async () => {
  const { stdout } = spawnSync('fc-list', [':', 'family'], { encoding: 'utf8' });
  if (!/Noto Color Emoji/.test(stdout ?? '') || !/Noto Sans CJK/.test(stdout)) {
    console.log("skipped: Noto's fonts are not installed");
    return;
  }
  const words = ['Žižek', '한글', '漢字'];
  const marks = ['עברית', 'สวัสดี', 'नमस्ते', '😀', '👩‍🔬'];
  const cell = markdown([...words, ...marks].join(' '));
  const { text } = await printed(writeCells(folder, 'letters', [cell]));
  for (const word of words) assert.ok(text.includes(word), `${word} in ${text}`);
});

test('half a character is printed as the sign for what is none, and the rest is there', async () => {
  const half = '\ud83d';
  const path = writeCells(folder, 'half', [
    markdown(`text ${half} one`),
    ran(`// code ${half} two`, [
      { output_type: 'stream', name: 'stdout', text: `stream ${half} three` },
      shows({ 'text/html': `<p>html ${half} four</p>` }),
    ]),
  ]);
  const { text } = await printed(path);
  for (const part of ['text\ufffdone', 'code\ufffdtwo', 'stream\ufffdthree', 'html\ufffdfour']) {
    assert.ok(text.includes(part), `${part} in ${text}`);
  }
});

test('a character that no font has is an error that names the cell', async () => {
  assert.match(
    await complaintAbout('tofu', markdown('Unassigned: \u{e5678}')),
    'no font has these characters',
  );
});

test('the whole print has one time limit', async () => {
  const path = writeCells(folder, 'late', [markdown('words')]);
  assert.match(
    await errorOf(() => printed(path, 0.05)),
    /late.ipynb: printing takes more than .* s.* \(--print-limit gives it more\)/,
  );
  assert.not.ok(existsSync(join(folder, 'late.pdf')));
});

test.run();
