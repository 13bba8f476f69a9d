import { PDFDocument } from '@pdfme/pdf-lib';
import { escapeHtml, NotegradError, writeAtomically } from 'notegrad/tooling';
import type { Browser, PDFOptions } from 'puppeteer-core';
import { Mistake, reasonOf } from '../mistake';
import { readNotebook, titleOf } from '../notebook';
import { withBrowser } from './browser';
import { cutTallPictures, LEAST_SCALE_OF_WHOLE, type TallPicture } from './cut-tall-pictures';
import { deepenInk, LEAST_CONTRAST } from './deepen-ink';
import { figureDrawer } from './figure-packages';
import { type Filled, fillPages, LARGEST_FOOT, type PageBox, SMALLEST_FIGURE } from './fill-pages';
import { findLost, type Lost } from './find-lost';
import { finishPdf } from './finish-pdf';
import {
  addContents,
  authorsOf,
  dateOf,
  numberContents,
  PAGES_WITHOUT_CONTENTS,
} from './first-page';
import { type Fitted, fitPage, SMALLEST_SCALE } from './fit-page';
import { limitPrint } from './limit-print';
import { type NotebookPage, notebookPage } from './notebook-page';
import { openPage } from './open-page';
import { pagesOfNames } from './pages-of-names';
import { startQuestions } from './question-pages';
import { quickNotes } from './quick-note';
import type { Quality } from './shrink-images';
import { spellFormulas } from './spell-formulas';

export type Paper = 'a4' | 'letter';

/** What a report looks like; the defaults are those of `homework pdf`. */
export interface PrintStyle {
  /** Default `a4`. */
  readonly paper?: Paper;
  /** Default `normal`. */
  readonly quality?: Quality;
  /** Whether each question starts on a page of its own. Default false. */
  readonly questionPages?: boolean;
  /** The author's name, in place of those that the notebook's metadata give. */
  readonly name?: string;
  /** Sentences below the title. */
  readonly firstPageNotes?: readonly string[];
  /** Seconds of processor time that all of it may take. Default {@link PRINT_LIMIT}. */
  readonly printLimit?: number;
}

export const PRINT_LIMIT = 180;

export interface PrintOptions extends PrintStyle {
  /** The notebook whose folder relative images are in. */
  readonly source: string;
  /** The notebook whose outputs are printed; the source itself, or an executed copy. */
  readonly executed: string;
  readonly target: string;
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
/** Of a page, so that a line above it and words below it have room. */
const HIGHEST_PICTURE = 225;
const COMPLAINTS_SHOWN = 10;
const LANGUAGE = 'en';

/**
 * Prints a notebook as a PDF with numbered pages, a table of contents where it is long, tags and
 * alternative texts as PDF/UA-1 wants them.
 *
 * @throws {Mistake} where something of the notebook would not be seen in the PDF, naming its cell, or
 *   the time limit has passed
 */
export async function printNotebook(options: PrintOptions): Promise<Printed> {
  const { source, target, printLimit = PRINT_LIMIT } = options;
  const { late, end } = limitPrint(printLimit);
  try {
    const { pdf, pages, notes } = await print(options, late);
    if (pages === 0) throw new Mistake('Chromium gave a PDF without pages');
    writeAtomically(target, [pdf]);
    return { pages, notes };
  } catch (error) {
    const reason = late.aborted ? late.reason : error;
    if (reason instanceof Mistake || reason instanceof NotegradError) {
      throw new Mistake(`${source}: ${reasonOf(reason)}`);
    }
    throw error;
  } finally {
    end();
  }
}

async function print({ source, executed, ...style }: PrintOptions, late: AbortSignal) {
  const notebook = readNotebook(executed);
  const authors = style.name === undefined ? authorsOf(notebook) : [style.name];
  const first = {
    authors,
    date: dateOf(notebook),
    notes: [...quickNotes(notebook), ...(style.firstPageNotes ?? [])],
  };
  const { pdf, notes } = await withBrowser(async (browser) => {
    const draw = figureDrawer(browser, source);
    const page = await notebookPage(notebook, source, first, draw, late);
    refuse(page.complaints);
    return printPage(browser, page, authors, style);
  }, late);
  const title = { title: titleOf(notebook, source), authors, language: LANGUAGE };
  const pages = pdf.getPageCount();
  return { pdf: await finishPdf(pdf, title, style.quality ?? 'normal'), pages, notes };
}

/** Prints a page that is there already; its tags and metadata are not yet those of PDF/UA-1. */
export async function printPage(
  browser: Browser,
  content: NotebookPage,
  authors: readonly string[],
  style: PrintStyle,
): Promise<{ readonly pdf: PDFDocument; readonly notes: readonly string[] }> {
  const { html, parts } = content;
  const { paper = 'a4' } = style;
  const [wide, high] = MILLIMETRES[paper];
  const upright = boxOf(wide, high);
  const turned = boxOf(high, wide);
  const page = await browser.newPage();
  page.setDefaultTimeout(0);
  await page.setViewport({ width: upright.width, height: 1000 });
  await page.emulateMediaType('print');
  await openPage(page, html);
  const run = (inPage: (...args: never[]) => unknown, ...args: readonly unknown[]) =>
    page.evaluate(`(${inPage.toString()})(...${JSON.stringify(args)})`);
  const fitted = (await run(fitPage, SMALLEST_SCALE, upright.width, turned.width)) as Fitted[];
  const tall = (await run(
    cutTallPictures,
    HIGHEST_PICTURE * PIXELS_A_MILLIMETRE,
    LEAST_SCALE_OF_WHOLE,
  )) as TallPicture[];
  const letters = parts.map((part) => part.letters);
  const lost = (await run(findLost, letters, upright.width, turned.width)) as Lost[];
  const tooWide = fitted.filter(({ what }) => what === 'too wide');
  refuse([
    ...lost.map(({ part, what, text }) => `${parts[part].place}: ${LOST[what]}: ${text}`),
    ...tooWide.map(({ part }) => `${parts[part].place}: ${TOO_WIDE}`),
  ]);
  await run(spellFormulas);
  await run(deepenInk, LEAST_CONTRAST);
  if (style.questionPages) await run(startQuestions);
  const unfilled = (await run(fillPages, upright, turned, 1, 1)) as Filled;
  if (unfilled.pages > PAGES_WITHOUT_CONTENTS) await run(addContents);
  const filled = (await run(fillPages, upright, turned, SMALLEST_FIGURE, LARGEST_FOOT)) as Filled;
  await run(numberContents, filled.headings);
  await page.addStyleTag({ content: pageStyle(paper) });
  const printOnce = async () =>
    PDFDocument.load(await page.pdf(printedBy(authors)), { updateMetadata: false });
  let pdf = await printOnce();
  const pages = pagesOfNames(pdf);
  const isWrong = ([name, page]: readonly [string, number]) => filled.headings[name] !== page;
  if (Object.entries(pages).some(isWrong)) {
    await run(numberContents, pages);
    pdf = await printOnce();
  }
  await page.close();
  const sideways = [...new Set(fitted.map(({ part }) => part))];
  const notes = [
    ...content.notes,
    ...sideways.map((part) => `${parts[part].place}: is wide, and stands on a turned page`),
    ...tall.map(({ part, scale }) => `${parts[part].place}: ${tallNote(scale)}`),
    ...filled.scaled.map(({ part, scale }) => {
      return `${parts[part].place}: a figure is at ${Math.floor(100 * scale)} % of its size, to fill a page`;
    }),
  ];
  return { pdf, notes: [...new Set(notes)] };
}

function tallNote(scale: number | undefined): string {
  if (scale === undefined) return 'a figure is higher than a page, and is cut between its rows';
  return `a figure is at ${Math.floor(100 * scale)} % of its size, to fit on a page`;
}

/** What is between the margins of a page, in CSS pixels. */
function boxOf(wide: number, high: number): PageBox {
  return {
    width: Math.floor((wide - 2 * MARGIN.side) * PIXELS_A_MILLIMETRE),
    height: Math.floor((high - MARGIN.top - MARGIN.bottom) * PIXELS_A_MILLIMETRE),
  };
}

/** Pages with the title and the authors at the head, and their number at the foot. */
function printedBy(authors: readonly string[]): PDFOptions {
  const names = escapeHtml(authors.join(', '));
  return {
    preferCSSPageSize: true,
    displayHeaderFooter: true,
    headerTemplate: edge(
      `<span class="title" style="${ONE_LINE}; flex: 1; min-width: 0"></span>` +
        `<span style="${ONE_LINE}; max-width: 50%; margin-left: 2em">${names}</span>`,
    ),
    footerTemplate: edge(
      '<span style="margin: 0 auto"><span class="pageNumber"></span> / <span class="totalPages"></span></span>',
    ),
    printBackground: true,
    outline: true,
    tagged: true,
    timeout: 0,
  };
}

const ONE_LINE = 'white-space: nowrap; overflow: hidden; text-overflow: ellipsis';

const LOST: Readonly<Record<Lost['what'], string>> = {
  gone: 'it is not on the page as it should be',
  hidden: 'a text is hidden',
  outside: 'a text lies outside its place',
  glyph:
    'no font has these characters (Noto has them: on Debian fonts-noto-core and fonts-noto-cjk)',
  picture: 'an image cannot be shown',
};

const TOO_WIDE =
  `a table, formula or box is too wide, even on a turned page at ${SMALLEST_SCALE} of its size: break it ` +
  '(\\\\ in \\begin{aligned}), or give it fewer columns';

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
.turned { page: turned }
.new-page { break-before: page }`;
}

/** A line at the head or the foot of each page; Chromium fills in the elements of its classes. */
function edge(content: string): string {
  const font = "font: 8px 'DejaVu Sans', Arial, sans-serif; color: #5c6370";
  return `<div style="${font}; width: 100%; box-sizing: border-box; padding: 0 ${MARGIN.side}mm; display: flex">${content}</div>`;
}
