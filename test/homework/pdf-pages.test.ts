import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PDFDocument } from '@pdfme/pdf-lib';
import sharp from 'sharp';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { around, type Box, markedBoxes } from '../../lib/homework/src/pdf/content-boxes';
import { tagsIn } from '../../lib/homework/src/pdf/mend-tags';
import { pagesOfNames } from '../../lib/homework/src/pdf/pages-of-names';
import { isMark, readTags } from '../../lib/homework/src/pdf/tag-tree';
import { errorOf } from '../support/folders';
import { temporaryFolder } from '../support/temporary-folder';
import { type Json, markdown, printed, ran, shows, writeCells } from './pdf-notebooks';

const folder = temporaryFolder();

/** A picture of so many pixels, each figure in a colour of its own. */
async function figure(width: number, height: number, red: number): Promise<Json> {
  const background = { r: red, g: 90, b: 160 };
  const png = await sharp({ create: { width, height, channels: 3, background } })
    .png()
    .toBuffer();
  return shows({ 'image/png': png.toString('base64'), 'text/plain': `figure ${red}` });
}

const POINTS_A_MILLIMETRE = 72 / 25.4;

/** Of each page, the share between its margins that is empty at the foot. */
function emptyFeet(pdf: PDFDocument): readonly number[] {
  const margin = { top: 22 * POINTS_A_MILLIMETRE, bottom: 20 * POINTS_A_MILLIMETRE };
  return pdf.getPages().map((page) => {
    const lowest = Math.min(...[...markedBoxes(page).values()].map(([, bottom]) => bottom));
    return (lowest - margin.bottom) / (page.getHeight() - margin.top - margin.bottom);
  });
}

/** Where each figure is, in points, as the tags say. */
function figureBoxes(pdf: PDFDocument): readonly (readonly number[])[] {
  const figures = tagsIn(readTags(pdf)!).filter(({ type }) => type === 'Figure');
  return figures.map(({ attributes }) => {
    return attributes.find(({ name }) => name === 'BBox')!.value as readonly number[];
  });
}

async function loaded(path: string): Promise<PDFDocument> {
  return PDFDocument.load(readFileSync(path.replace('.ipynb', '.pdf')), { updateMetadata: false });
}

test('figures that leave a large foot empty are made smaller, and it is said', async () => {
  const words = markdown(Array.from({ length: 14 }, () => 'Words of a line.').join('\n\n'));
  const cells = [words];
  for (let i = 0; i < 6; i++) cells.push(ran('draw();', [await figure(620, 560, 20 * i)]), words);
  const path = writeCells(folder, 'feet', cells);
  const { notes } = await printed(path);
  assert.ok(notes.length > 0);
  for (const note of notes) {
    const [, percent] = /^cell \d: a figure is at (\d+) % of its size, to fill a page$/.exec(note)!;
    assert.ok(Number(percent) >= 60 && Number(percent) < 100, note);
  }
  const pdf = await loaded(path);
  const feet = emptyFeet(pdf);
  const large = feet.slice(0, -1).filter((foot) => foot > 0.25);
  assert.equal(large, [], feet.join(' '));
  const scales = figureBoxes(pdf).map(([left, , right]) => (right - left) / (620 * 0.75));
  const said = notes.map((note) => Number(/(\d+) %/.exec(note)![1]) / 100);
  const smaller = scales.filter((scale) => scale < 0.99);
  assert.is(scales.length, 6);
  assert.is(smaller.length, said.length);
  for (const scale of said) {
    assert.ok(
      smaller.some((each) => Math.abs(each - scale) < 0.015),
      `${scale} in ${smaller}`,
    );
  }
});

test('code that was broken before its figure is whole again where the smaller figure fits below it', async () => {
  const lines = Array.from({ length: 14 }, (_, i) => `const line${i} = ${i};`).join('\n');
  const words = markdown(Array.from({ length: 14 }, () => 'Words of a line.').join('\n\n'));
  const cells = [words, ran(lines, [await figure(620, 380, 0)]), words];
  const path = writeCells(folder, 'whole', cells);
  const { notes } = await printed(path);
  assert.match(notes.join(), 'cell 1: a figure is at ');
  const [first] = (await loaded(path)).getPages();
  assert.is(emptyFeet(await loaded(path)).length, 2);
  assert.ok(figureBoxes(await loaded(path))[0][1] < first.getHeight() / 2);
});

/** Stripes of a colour, 100 pixels high, below white ones, as a PNG. */
async function stripes(width: number, height: number, gap: number): Promise<Buffer> {
  const create = { width, height: 100, channels: 3 as const, background: '#205080' };
  const stripe = await sharp({ create }).png().toBuffer();
  const composite = Array.from({ length: Math.floor(height / (100 + gap)) }, (_, i) => {
    return { input: stripe, left: 0, top: gap + i * (100 + gap) };
  });
  return sharp({ create: { ...create, height, background: '#ffffff' } })
    .composite(composite)
    .png()
    .toBuffer();
}

test('a picture higher than a page is cut where it is empty, and keeps its size', async () => {
  const png = await stripes(600, 1800, 20);
  writeFileSync(join(folder, 'stripes.png'), png);
  const shown = shows({ 'image/png': png.toString('base64'), 'text/plain': 'stripes' });
  const path = writeCells(folder, 'cut', [
    ran('draw();', [shown]),
    markdown('![more stripes](stripes.png)'),
  ]);
  const { notes } = await printed(path);
  assert.is(notes.filter((note) => note.includes('is cut between its rows')).length, 2);
  const boxes = figureBoxes(await loaded(path));
  assert.ok(boxes.length > 8, `${boxes.length} slices`);
  for (const [left, bottom, right, top] of boxes) {
    assert.ok(Math.abs(right - left - 450) < 1, 'as wide as before');
    const rest = ((top - bottom) / 0.75) % 120;
    assert.ok(rest < 12 || rest > 88, `no stripe is cut: ${top - bottom}`);
  }
  const height = boxes.reduce((sum, [, bottom, , top]) => sum + top - bottom, 0);
  assert.ok(Math.abs(height - 2 * 1800 * 0.75) < 100, `all of it is there: ${height}`);
});

test('a picture higher than a page that is nowhere empty is made smaller, and it is said', async () => {
  const upright = await sharp(await stripes(1700, 600, 20))
    .rotate(90)
    .png()
    .toBuffer();
  const shown = shows({ 'image/png': upright.toString('base64'), 'text/plain': 'upright' });
  const path = writeCells(folder, 'small', [ran('draw();', [shown])]);
  const { notes } = await printed(path);
  assert.match(notes.join(), 'cell 1: a figure is at 50 % of its size, to fit on a page');
  const [[, bottom, , top]] = figureBoxes(await loaded(path));
  assert.ok(Math.abs(top - bottom - 225 * POINTS_A_MILLIMETRE) < 2);
});

test('each figure says where on its page it is, whether pixels or lines', async () => {
  const svg =
    '<svg xmlns="http://www.w3.org/2000/svg" width="400" height="200"><rect x="0" y="0" width="400" height="200" fill="#888"/><text x="20" y="50">words</text></svg>';
  const drawing = shows({ 'image/svg+xml': svg, 'text/plain': 'a drawing' });
  const path = writeCells(folder, 'boxes', [ran('1', [await figure(600, 300, 80), drawing])]);
  await printed(path);
  const pdf = await loaded(path);
  const boxes = figureBoxes(pdf);
  const sizes = boxes.map(([left, bottom, right, top]) => [right - left, top - bottom]);
  const expected = [
    [450, 225],
    [300, 150],
  ];
  assert.is(sizes.length, 2);
  sizes.flat().forEach((size, i) => {
    assert.ok(Math.abs(size - expected.flat()[i]) < 1, `${sizes} for ${expected}`);
  });
  const middles = boxes.map(([left, , right]) => (left + right) / 2);
  for (const middle of middles) assert.ok(Math.abs(middle - pdf.getPage(0).getWidth() / 2) < 2);
  assert.ok(boxes[0][1] > boxes[1][3], 'the first stands above the second');
});

test('every page has the title and the authors at its head', async () => {
  const path = writeCells(folder, 'head', [markdown(`# About\n\n${'Words.\n\n'.repeat(90)}`)]);
  const { text, pages } = await printed(path, undefined, { name: 'Ada <b> & Co' });
  assert.ok(pages > 1);
  assert.is(text.split('Ada<b>&Co').length - 1, pages + 1, 'and below the title');
  assert.is(text.split('About').length - 1, pages + 1);
});

test('no page ends with the head of a table', async () => {
  const rows = Array.from({ length: 16 }, (_, i) => `<tr><td>${i}<td>b`).join('');
  const table = `<table><caption>Its words</caption><thead><tr><th>a<th>b</thead>${rows}</table>`;
  const shown = (html: string, ...tags: string[]) =>
    ran('show();', [shows({ 'text/html': html })], { tags: ['remove-input', ...tags] });
  // Each on a page of its own, ever nearer to its foot.
  const cells = Array.from({ length: 14 }, (_, i) => [
    shown(`<div style="height: ${780 + 10 * i}px">Words.</div>`, 'question'),
    shown(table),
  ]);
  const path = writeCells(folder, 'tables', cells.flat());
  await printed(path, undefined, { questionPages: true });
  const tables = tagsIn(readTags(await loaded(path))!).filter(({ type }) => type === 'Table');
  assert.is(tables.length, 14);
  for (const table of tables) {
    const [head, first] = tagsIn(table)
      .filter(({ type }) => type === 'TR')
      .map((row) => tagsIn(row).flatMap(({ kids }) => kids.filter(isMark))[0].page);
    assert.is(head, first);
  }
});

test('the ground of code ends with its lines, where the rest goes on on the next page', async () => {
  const code = Array.from({ length: 30 }, (_, i) => `const line${i} = ${i};`).join('\n');
  const words = markdown(Array.from({ length: 12 }, () => 'Words of a line.').join('\n\n'));
  const path = writeCells(folder, 'ground', [words, ran(code, [await figure(620, 640, 60)])]);
  const { pages } = await printed(path);
  assert.is(pages, 2);
  const pdf = await loaded(path);
  const [foot] = emptyFeet(pdf);
  assert.ok(foot > 0.1, `the figure takes lines of its code along: ${foot}`);
  // The date, the words, and the code as two boxes.
  const paragraphs = tagsIn(readTags(pdf)!).filter(({ type }) => type === 'P');
  assert.is(paragraphs.length, 1 + 12 + 2);
});

test('more than ten pages begin with their contents, with the pages that headings are on', async () => {
  const cells = [markdown('# The title')];
  for (let i = 1; i <= 12; i++) {
    cells.push(markdown(`## Chapter ${i}: $x_{${i}}$`));
    cells.push(markdown(Array.from({ length: 30 + i }, () => 'Words.').join('\n\n')));
    // Tables and turned pages shift what follows.
    if (i === 5) cells.push(ran('1', [shows({ 'text/html': wideTable() })]));
  }
  const path = writeCells(folder, 'contents', cells);
  const { text, pages } = await printed(path);
  assert.ok(pages > 12);
  const pdf = await PDFDocument.load(readFileSync(path.replace('.ipynb', '.pdf')));
  const places = Object.values(pagesOfNames(pdf)).sort((a, b) => a - b);
  assert.is(places.length, 12);
  places.forEach((page, i) => {
    // Between a heading and its page is the formula, whose index is small.
    assert.match(
      text,
      new RegExp(`Chapter${i + 1}:.{1,3}${i + 1}${page}(?:Chapter|Words|\\D)`, 'u'),
    );
  });
});

function wideTable(): string {
  const cells = Array.from({ length: 30 }, (_, i) => `column${i}`);
  const row = (tag: string) =>
    `<tr>${cells.map((cell) => `<${tag}>${cell}</${tag}>`).join('')}</tr>`;
  return `<table><thead>${row('th')}</thead>${row('td')}</table>`;
}

test('a short report has no contents', async () => {
  const { pages, plain } = await printed(
    writeCells(folder, 'short', [markdown('# T\n\n## One\n\n## Two')]),
  );
  assert.is(pages, 1);
  assert.not.match(plain, '/Subtype /Link');
});

test('the first page names the authors and the date, and says what it is told to say', async () => {
  const path = writeCells(folder, 'byline', [markdown('# About\n\nText.')]);
  const notebook = JSON.parse(readFileSync(path, 'utf8'));
  notebook.metadata = { authors: [{ name: 'Ada Lovelace' }, 'Emmy Noether'], date: '1 May 2026' };
  writeFileSync(path, JSON.stringify(notebook));
  const own = await printed(path, undefined, { firstPageNotes: ['Of the full run.'] });
  assert.match(own.text, 'AboutAdaLovelace,EmmyNoether1May2026Ofthefullrun.Text.');
  const named = await printed(path, undefined, { name: 'Sophie' });
  assert.match(named.text, 'AboutSophie1May2026Text.');
});

/** Where each formula is, in points, by the marks on its first page. */
function formulaBoxes(pdf: PDFDocument): readonly Box[] {
  const formulas = tagsIn(readTags(pdf)!).filter(({ type }) => type === 'Formula');
  return formulas.map(({ kids }) => {
    const marks = kids.filter(isMark);
    const page = pdf.getPages().find(({ ref }) => ref === marks[0].page)!;
    const boxes = markedBoxes(page);
    return marks
      .map(({ mark }) => boxes.get(mark))
      .filter((box) => box !== undefined)
      .reduce(around);
  });
}

test('a formula that is too wide for its line breaks at its signs, upright and at its size', async () => {
  const sum = Array.from({ length: 70 }, (_, i) => `x_{${i}}`).join(' + ');
  const path = writeCells(folder, 'signs', [
    markdown(`short $y = x_0$ and long $y = ${sum}$ in a text`),
    markdown(`$$y = ${sum}$$`),
  ]);
  const { notes, pages } = await printed(path);
  assert.equal(notes, []);
  assert.is(pages, 1);
  const pdf = await loaded(path);
  const [[, low, , high], ...long] = formulaBoxes(pdf);
  assert.is(long.length, 2);
  for (const [left, bottom, right, top] of long) {
    assert.ok(left > 50 && right < pdf.getPage(0).getWidth() - 50, `${left} to ${right}`);
    assert.ok(top - bottom > 3 * (high - low), `several lines: ${top - bottom}`);
  }
});

test('a formula that is higher than a page goes on between its rows', async () => {
  const rows = Array.from({ length: 60 }, (_, i) => `x_{${i}} &= \\sum_{j} w_{${i} j}`);
  const path = writeCells(folder, 'rows', [
    markdown(`# Title\n\n\\begin{align}\n${rows.join('\\\\\n')}\n\\end{align}`),
  ]);
  // What is cut through stands on both pages.
  const { text } = await printed(path);
  assert.is(text.split('∑').length - 1, 60);
});

test('a formula without signs to break at is turned, and refused where that does not do', async () => {
  const row = (length: number) =>
    `$$\\begin{pmatrix}${'\\alpha & '.repeat(length)}\\end{pmatrix}$$`;
  const turned = await printed(writeCells(folder, 'row', [markdown(row(60))]));
  assert.match(turned.notes.join(), 'is wide, and stands on a turned page');
  const message = await errorOf(() => printed(writeCells(folder, 'row', [markdown(row(120))])));
  assert.match(
    message,
    'too wide, even on a turned page at 0.6 of its size: break it (\\\\ in \\begin{aligned})',
  );
});

test('grids and rows of boxes that are too wide are made smaller, then turned, then refused', async () => {
  const boxes = (count: number) =>
    Array.from({ length: count }, (_, i) => `<div style="flex:none;width:100px">box${i}</div>`);
  const grid = (count: number, style = '') =>
    `<div style="display:grid;grid-template-columns:repeat(${count},100px);${style}">${boxes(count).join('')}</div>`;
  const cases = [
    grid(9),
    grid(9, 'direction:rtl'),
    `<section><div style="display:flex">${boxes(9).join('')}</div></section>`,
    `<style>.row { display: flex; overflow: auto }</style><div class="row">${boxes(9).join('')}</div>`,
    `<div style="display:grid;grid-template-columns:900px"><p style="float:right">box8</p></div>`,
  ];
  const outputs = cases.map((html) => shows({ 'text/html': html }));
  const { text, pages, notes } = await printed(
    writeCells(folder, 'boxes', [ran('0', outputs), markdown('end')]),
  );
  assert.is(text.split('box8').length, 1 + cases.length, text);
  assert.equal({ pages, notes }, { pages: 1, notes: [] });
  const inText = markdown(`# Head\n\nbefore\n\n${grid(14)}\n\nend`);
  const turned = await printed(writeCells(folder, 'boxes-turned', [inText]));
  for (const word of ['before', 'box0', 'box13', 'end']) assert.match(turned.text, word);
  assert.match(turned.notes[0], 'is wide, and stands on a turned page');
  assert.match(
    await errorOf(() => printed(writeCells(folder, 'boxes-refused', [markdown(grid(30))]))),
    'a table, formula or box is too wide, even on a turned page at 0.6 of its size',
  );
});

test('each question starts a page where that is asked: by headings, or by cells with the tag', async () => {
  const cells = ['# Homework', '## Question 1', 'One.', '## Question 2', 'Two.', '### Part', '.'];
  const path = writeCells(
    folder,
    'questions',
    cells.map((cell) => markdown(cell)),
  );
  assert.is((await printed(path)).pages, 1);
  assert.is((await printed(path, undefined, { questionPages: true })).pages, 3);
  const tagged = cells.map((cell) => {
    return markdown(cell, { metadata: { tags: cell.startsWith('##') ? ['question'] : [] } });
  });
  const other = writeCells(folder, 'tagged', tagged);
  assert.is((await printed(other, undefined, { questionPages: true })).pages, 4);
});

test('pictures of few colours keep every pixel, and photographs as many as is asked', async () => {
  const noise = Buffer.from(
    Array.from({ length: 200 * 200 * 3 }, (_, i) => ((i * 2654435761) >>> 13) % 251),
  );
  const photograph = await sharp(noise, { raw: { width: 200, height: 200, channels: 3 } })
    .blur(1.5)
    .png()
    .toBuffer();
  const photo = shows({ 'image/png': photograph.toString('base64'), 'text/plain': 'p' });
  const cells = [ran('1', [photo, await figure(300, 200, 40)])];
  const path = writeCells(folder, 'quality', cells);
  const sizes: number[] = [];
  for (const quality of ['high', 'normal', 'low'] as const) {
    const { plain } = await printed(path, undefined, { quality });
    sizes.push(readFileSync(path.replace('.ipynb', '.pdf')).length);
    assert.is(/DCTDecode/.test(plain), quality !== 'high', quality);
    assert.match(plain, '/Indexed', quality);
  }
  assert.ok(sizes[0] > sizes[1] && sizes[1] > sizes[2], sizes.join());
});

test.run();
