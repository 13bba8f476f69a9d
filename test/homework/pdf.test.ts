import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Paper, printNotebook } from '../../lib/homework/src/pdf/print-notebook';
import { errorOf } from '../support/folders';
import { temporaryFolder } from '../support/temporary-folder';
import { homework, writeNotebook } from './notebooks';
import { pdfText, plainPdf } from './pdf-text';

const folder = temporaryFolder();
const PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
/** Another picture, as a PDF keeps what is shown twice only once. */
const RED_DOT =
  'iVBORw0KGgoAAAANSUhEUgAAAAUAAAAFCAYAAACNbyblAAAAHElEQVQI12P4//8/w38GIAXDIBKE0DHxgljNBAAO9TXL0Y4OHwAAAABJRU5ErkJggg==';

function print(path: string, paper: Paper = 'a4') {
  const target = path.replace('.ipynb', '.pdf');
  return printNotebook({ source: path, executed: path, target, paper });
}

function printWords(name: string, markdown: string) {
  return print(writeNotebook(folder, name, [{ markdown }, '1']));
}

function plain(name: string): Promise<Buffer> {
  return plainPdf(readFileSync(join(folder, name)));
}

/** Objects of a PDF as text, for what is written in plain letters. */
async function structure(name: string): Promise<string> {
  return (await plain(name)).toString('latin1');
}

const longLine = `const letters = "${'abcdefghij'.repeat(40)}END";`;

test('a run ends in a PDF with its words, the whole of a long line, and an image', async () => {
  writeFileSync(join(folder, 'dot.png'), Buffer.from(PNG, 'base64'));
  writeNotebook(folder, 'whole', [
    { markdown: '# Kernels & gradients\n\nAn equation: $$\\int_0^1 x^2\\,dx = \\frac{1}{3}$$' },
    { markdown: '## Second part\n\n![a dot](dot.png)' },
    longLine,
    'console.log("printed ".repeat(60) + "LAST");',
    `import { display } from 'tslab';\ndisplay.png(Buffer.from('${RED_DOT}', 'base64'));`,
  ]);
  const ended = await homework(folder, ['run', 'whole.ipynb']);
  assert.is(ended.code, 0, ended.stderr);
  assert.match(ended.stdout, /^whole +3\/3 +[\d.]+ +1 +ok$/m);
  assert.match(ended.stdout, /^whole: cell 3: a picture has no words/m);
  const pdf = await plain(join('reports', 'whole.pdf'));
  const text = pdfText(pdf);
  for (const part of [longLine, 'printed'.repeat(60), 'LAST', 'Secondpart', '1/1']) {
    assert.ok(text.includes(part.replaceAll(/\s/g, '')), `${part} in ${text}`);
  }
  assert.is(text.split('Kernels&gradients').length - 1, 2, 'the title is in the header, too');
  assert.not.match(text, /int_0|frac/);
  const objects = pdf.toString('latin1');
  const count = (what: RegExp) => objects.match(what)?.length ?? 0;
  assert.is(count(/\/Subtype \/Image/g) - count(/\/SMask \d/g), 2);
  assert.match(objects, '/MarkInfo');
  assert.match(objects, '/Outlines');
});

test('pages are A4 or Letter, and as many as are counted', async () => {
  const lines = `\n\nparagraph`.repeat(150);
  const path = writeNotebook(folder, 'pages', [{ markdown: `# Long${lines}` }, '1']);
  const a4 = await print(path);
  assert.match(await structure('pages.pdf'), /\/MediaBox \[ ?0 0 59[45][.\d]* 84[12]/);
  assert.ok(a4.pages > 2);
  assert.ok(pdfText(await plain('pages.pdf')).includes(`${a4.pages}/${a4.pages}`));
  await print(path, 'letter');
  assert.match(await structure('pages.pdf'), '/MediaBox [ 0 0 612 792 ]');
});

test('a table that is too wide is turned and scaled, to its last column', async () => {
  const columns = Array.from({ length: 40 }, (_, i) => `column${i}`);
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const table = [row(columns), row(columns.map(() => '---')), row(columns.map(() => '1'))];
  const { notes } = await printWords('wide', table.join('\n'));
  assert.match(notes.join(), /^the Markdown cell “.*”: is wide, and stands on a turned page$/);
  assert.match(await structure('wide.pdf'), /\/MediaBox \[ ?0 0 84[12][.\d]* 59[45]/);
  const text = pdfText(await plain('wide.pdf'));
  assert.ok(text.includes('column39'), text);
});

test('a formula that TeX cannot read fails, with what is wrong and where', async () => {
  const message = await errorOf(() => printWords('tex', 'Close to the start: $\\nosuchmacro{1}$'));
  assert.match(
    message,
    'tex.ipynb: the Markdown cell “Close to the start: $\\nosuchmacro{1}$”: a formula cannot be typeset: Undefined control sequence \\nosuchmacro',
  );
  assert.not.ok(existsSync(join(folder, 'tex.pdf')));
});

test('an image that is not there fails, naming it', async () => {
  const message = await errorOf(() => printWords('gone', '![gone](figures/gone.png)'));
  assert.match(message, `it shows figures/gone.png, which is not in ${folder}`);
});

test('an image that is no image fails, naming it', async () => {
  writeFileSync(join(folder, 'broken.png'), Buffer.from(PNG, 'base64').subarray(0, 20));
  const message = await errorOf(() => printWords('broken', '![what it shows](broken.png)'));
  assert.match(message, 'an image cannot be shown: what it shows');
});

test('anything from another machine fails, naming it', async () => {
  const message = await errorOf(() => printWords('far', '![far](https://example.org/far.png)'));
  assert.match(
    message,
    'it asks for https://example.org/far.png, and a PDF is made without the network',
  );
});

test('nothing is left behind', () => {
  const ours = readdirSync(tmpdir()).filter((name) => /^notegrad-(?:html|chromium)-/.test(name));
  assert.equal(ours, []);
});

test.run();
