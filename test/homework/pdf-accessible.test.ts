import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PDFDocument } from '@pdfme/pdf-lib';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { tagsIn } from '../../lib/homework/src/pdf/mend-tags';
import { printNotebook } from '../../lib/homework/src/pdf/print-notebook';
import { readTags } from '../../lib/homework/src/pdf/tag-tree';
import { contrast, sharesOf } from '../support/contrast';
import { temporaryFolder } from '../support/temporary-folder';
import { accessibilityFlaws } from './pdf-accessibility';
import { markdown, ran, shows, writeCells } from './pdf-notebooks';

const folder = temporaryFolder();
const RED_DOT =
  'iVBORw0KGgoAAAANSUhEUgAAAAUAAAAFCAYAAACNbyblAAAAHElEQVQI12P4//8/w38GIAXDIBKE0DHxgljNBAAO9TXL0Y4OHwAAAABJRU5ErkJggg==';
const SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20"><circle r="9"/></svg>';
const print = join(__dirname, '..', '..', 'lib', 'homework', 'share', 'print', 'print.css');

async function printCells(name: string, cells: Parameters<typeof writeCells>[2]) {
  const path = writeCells(folder, name, cells);
  const target = path.replace('.ipynb', '.pdf');
  const printed = await printNotebook({
    source: path,
    executed: path,
    target,
    name: 'Ada Ö. & Co',
  });
  const bytes = readFileSync(target);
  const pdf = await PDFDocument.load(bytes, { updateMetadata: false });
  return { ...printed, bytes, pdf, tags: tagsIn(readTags(pdf)!) };
}

test('a report of everything has no flaw that PDF/UA-1 knows', async () => {
  const { bytes, pdf, tags, notes } = await printCells('everything', [
    markdown(
      '# Title\n\nWords with **weight**, *stress*, `code` and a [link](https://example.org).',
    ),
    markdown('### Too deep\n\nInline $x^2$ and\n\n$$\\int_0^1 \\frac{x}{2}\\,dx$$\n\n## Second'),
    markdown('- one\n  - nested\n- two\n\n1. first\n\n> quoted\n\n[up](#Second) | and\n\n---'),
    markdown('| A | B |\n|---|---|\n| 1 | 2 |\n| 3 | |'),
    markdown(`![A dot](data:image/png;base64,${RED_DOT})\n\n\`\`\`ts\nconst a = 1;\n\`\`\``),
    ran('const b = 2;\nb', [
      { output_type: 'stream', name: 'stdout', text: 'printed\n' },
      shows({ 'image/png': RED_DOT }),
      shows({ 'image/svg+xml': SVG, 'text/plain': 'A circle' }),
      shows({ 'text/html': '<table><tr><td>no</td><td>header</td></tr></table>' }),
      shows({ 'text/html': '<math><msup><mi>y</mi><mn>3</mn></msup></math><p>after</p>' }),
      shows({ 'text/html': '<table><tr><th rowspan="2">x</th><td>1</td></tr><tr><td>2</table>' }),
    ]),
    markdown(`😀 ไทย 한국어 हिन्दी\n\n${'Words. '.repeat(600)}`),
  ]);
  assert.equal(await accessibilityFlaws(bytes), []);
  const spoken = tags.filter(({ type }) => type === 'Formula').map(({ alt }) => alt);
  assert.equal(spoken, ['x squared', 'the integral from 0 to 1 of x over 2 d x', 'y cubed']);
  const pictures = tags.filter(({ type }) => type === 'Figure').map(({ alt }) => alt);
  assert.equal(pictures, ['A dot', 'A picture of cell 1, without a description', 'A circle']);
  assert.is(notes.length, 1);
  assert.match(notes[0], 'cell 1: a picture has no words for those who cannot see it');
  const headings = tags.filter(({ type }) => /^H\d$/.test(type)).map(({ type }) => type);
  assert.equal(headings, ['H1', 'H2', 'H2']);
  assert.is(tags.filter(({ type }) => type === 'Table').length, 2);
  assert.is(pdf.getTitle(), 'Title');
  assert.is(pdf.getAuthor(), 'Ada Ö. & Co');
  assert.is(pdf.getProducer(), 'notegrad');
});

test('what is read comes in the order of the notebook, each cell by itself', async () => {
  const { tags } = await printCells('order', [
    markdown('# T'),
    ran('one;', [{ output_type: 'stream', name: 'stdout', text: '1\n' }]),
    ran('two;'),
    markdown('- a\n- b'),
    markdown('## S'),
  ]);
  const types = tags.map(({ type }) => type).filter((type) => !/^(?:LBody|Lbl|LI)$/.test(type));
  assert.equal(types, ['Document', 'H1', 'P', 'P', 'P', 'P', 'P', 'L', 'H2']);
});

test('the check finds what Chromium leaves out', async () => {
  const bare = await PDFDocument.create();
  bare.addPage();
  assert.equal(await accessibilityFlaws(await bare.save()), ['it has no tags']);
});

test('all words and code stand out from their paper by 4.5 : 1', () => {
  const css = readFileSync(print, 'utf8');
  const variable = (name: string) => new RegExp(`--${name}: (#\\w+)`).exec(css)![1];
  const inks = [...css.matchAll(/[^-]color: (#[0-9a-f]{6})/g)].map(([, colour]) => colour);
  const papers = ['#ffffff', variable('paper-of-code'), '#fdf5ec'];
  for (const ink of [...inks, variable('ink'), variable('quiet'), variable('accent')]) {
    for (const paper of papers) {
      const ratio = contrast(sharesOf(ink), sharesOf(paper));
      assert.ok(ratio >= 4.5, `${ink} on ${paper}: ${ratio}`);
    }
  }
});

test.run();
