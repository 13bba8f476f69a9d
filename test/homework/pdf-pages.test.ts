import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { PDFDocument } from '@pdfme/pdf-lib';
import sharp from 'sharp';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { pagesOfNames } from '../../lib/homework/src/pdf/pages-of-names';
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

/** Of each page, the share between its margins that is empty at the foot; Poppler draws it. */
function emptyFeet(path: string): readonly number[] | undefined {
  const drawn = spawnSync('pdftoppm', ['-r', '20', '-gray', path], { maxBuffer: 1e9 });
  if (drawn.error) return undefined;
  const feet: number[] = [];
  for (let at = 0; at < drawn.stdout.length; ) {
    const [head, wide, high] = /^P5\s(\d+)\s(\d+)\s\d+\s/.exec(
      drawn.stdout.toString('latin1', at, at + 40),
    )!;
    const [width, height] = [Number(wide), Number(high)];
    const start = at + head.length;
    const top = Math.ceil((22 / 25.4) * 20);
    const end = height - Math.ceil((20 / 25.4) * 20);
    let last = top;
    for (let y = top; y < end; y++) {
      const row = drawn.stdout.subarray(start + y * width, start + (y + 1) * width);
      if (row.some((grey) => grey < 225)) last = y;
    }
    feet.push((end - last) / (end - top));
    at = start + width * height;
  }
  return feet;
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
  const feet = emptyFeet(path.replace('.ipynb', '.pdf'));
  if (!feet) return console.log('skipped: no pdftoppm (poppler-utils), which draws the pages');
  const large = feet.slice(0, -1).filter((foot) => foot > 0.25);
  assert.equal(large, [], feet.join(' '));
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
