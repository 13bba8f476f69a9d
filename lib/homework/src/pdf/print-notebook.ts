import { rename, writeFile } from 'node:fs/promises';
import type { Browser } from 'puppeteer-core';
import { Mistake, reasonOf } from '../mistake';
import { readNotebook } from '../notebook';
import { withBrowser } from './browser';
import { findLost, type Lost } from './find-lost';
import { type Fitted, fitPage, SMALLEST_SCALE } from './fit-page';
import { type NotebookPage, notebookPage } from './notebook-page';
import { openPage } from './open-page';
import { pageCount } from './page-count';

export type Paper = 'a4' | 'letter';

export interface PrintOptions {
  /** The notebook whose folder relative images are in. */
  readonly source: string;
  /** The notebook whose outputs are printed; the source itself, or an executed copy. */
  readonly executed: string;
  readonly target: string;
  readonly paper: Paper;
  /** Seconds that all of it may take. Default 180. */
  readonly limit?: number;
}

export interface Printed {
  readonly pages: number;
  /** What a reader may wonder about, such as a turned page. */
  readonly notes: readonly string[];
}

const MILLIMETRES: Readonly<Record<Paper, readonly [wide: number, high: number]>> = {
  a4: [210, 297],
  letter: [215.9, 279.4],
};
const MARGIN = { top: 22, bottom: 20, side: 19 };
const PIXELS_A_MILLIMETRE = 96 / 25.4;
const COMPLAINTS_SHOWN = 10;

/**
 * Prints a notebook as a PDF with numbered pages, an outline and alternative texts.
 *
 * @throws {Mistake} where something of the notebook would not be seen in the PDF, naming its cell, or
 *   the time limit has passed
 */
export async function printNotebook(options: PrintOptions): Promise<Printed> {
  const { source, target, limit = 180 } = options;
  const late = AbortSignal.timeout(limit * 1000);
  try {
    const { pdf, notes } = await print(options, late);
    const pages = pageCount(pdf);
    if (pages === 0) throw new Mistake('Chromium gave a PDF without pages');
    await writeFile(`${target}.partial`, pdf);
    await rename(`${target}.partial`, target);
    return { pages, notes };
  } catch (error) {
    if (late.aborted) throw new Mistake(`${source}: printing takes more than ${limit} s`);
    if (error instanceof Mistake) throw new Mistake(`${source}: ${reasonOf(error)}`);
    throw error;
  }
}

async function print({ source, executed, paper }: PrintOptions, late: AbortSignal) {
  const notebook = readNotebook(executed);
  const page = await notebookPage(notebook, source, late);
  refuse(page.complaints);
  return withBrowser((browser) => printPage(browser, page, paper), late);
}

async function printPage(browser: Browser, { html, parts }: NotebookPage, paper: Paper) {
  const [wide, high] = MILLIMETRES[paper];
  const column = Math.floor((wide - 2 * MARGIN.side) * PIXELS_A_MILLIMETRE);
  const turnedColumn = Math.floor((high - 2 * MARGIN.side) * PIXELS_A_MILLIMETRE);
  const page = await browser.newPage();
  page.setDefaultTimeout(0);
  await page.setViewport({ width: column, height: 1000 });
  await page.emulateMediaType('print');
  await openPage(page, html);
  const run = (inPage: (...args: never[]) => unknown, ...args: readonly unknown[]) =>
    page.evaluate(`(${inPage.toString()})(...${JSON.stringify(args)})`);
  const fitted = (await run(fitPage, SMALLEST_SCALE, column, turnedColumn)) as Fitted[];
  const letters = parts.map((part) => part.letters);
  const lost = (await run(findLost, letters, column, turnedColumn)) as Lost[];
  const tooWide = fitted.filter(({ what }) => what === 'too wide');
  refuse([
    ...lost.map(({ part, what, text }) => `${parts[part].place}: ${LOST[what]}: ${text}`),
    ...tooWide.map(({ part }) => `${parts[part].place}: ${TOO_WIDE}`),
  ]);
  await page.addStyleTag({ content: pageStyle(paper) });
  const pdf = await page.pdf({
    preferCSSPageSize: true,
    displayHeaderFooter: true,
    headerTemplate: edge('<span class="title"></span>'),
    footerTemplate: edge(
      '<span style="margin: 0 auto"><span class="pageNumber"></span> / <span class="totalPages"></span></span>',
    ),
    printBackground: true,
    outline: true,
    tagged: true,
    timeout: 0,
  });
  const turned = [...new Set(fitted.map(({ part }) => part))].filter(
    (part) => !tooWide.some((other) => other.part === part),
  );
  const notes = turned.map((part) => `${parts[part].place}: is wide, and stands on a turned page`);
  return { pdf, notes };
}

const LOST: Readonly<Record<Lost['what'], string>> = {
  gone: 'it is not on the page as it should be',
  hidden: 'a text is hidden',
  outside: 'a text lies outside its place',
  glyph: 'no font has these characters (on Debian `npm run setup` installs Noto, which has them)',
  picture: 'an image cannot be shown',
};

const TOO_WIDE = `a table or formula is too wide, even on a turned page at ${SMALLEST_SCALE} of its size`;

function refuse(complaints: readonly string[]): void {
  const found = [...new Set(complaints)];
  if (found.length === 0) return;
  const more = found.length - COMPLAINTS_SHOWN;
  const shown = [...found.slice(0, COMPLAINTS_SHOWN), ...(more > 0 ? [`and ${more} more`] : [])];
  throw new Mistake(shown.join('; '));
}

function pageStyle(paper: Paper): string {
  const margin = `margin: ${MARGIN.top}mm ${MARGIN.side}mm ${MARGIN.bottom}mm`;
  const size = MILLIMETRES[paper].map((side) => `${side}mm`);
  return `@page { size: ${size.join(' ')}; ${margin} }
@page turned { size: ${[...size].reverse().join(' ')}; ${margin} }
.turned { page: turned }`;
}

/** A line at the head or the foot of each page; Chromium fills in the elements of its classes. */
function edge(content: string): string {
  const font = "font: 8px 'DejaVu Sans', Arial, sans-serif; color: #5c6370";
  return `<div style="${font}; width: 100%; margin: 0 ${MARGIN.side}mm; display: flex">${content}</div>`;
}
