import { rename, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { Mistake, reasonOf } from '../mistake';
import { readNotebook, titleOf } from '../notebook';
import { withBrowser } from './browser';
import { notebookToHtml } from './notebook-to-html';
import { pageCount } from './page-count';
import { openPage } from './serve-page';
import { typeset } from './typeset';

export type Paper = 'a4' | 'letter';

export interface PrintOptions {
  /** The notebook whose folder relative images are in. */
  readonly source: string;
  /** The notebook whose outputs are printed; the source itself, or an executed copy. */
  readonly executed: string;
  readonly target: string;
  readonly paper: Paper;
}

const MILLIMETRES_WIDE: Readonly<Record<Paper, number>> = { a4: 210, letter: 215.9 };
const MARGIN = { top: 22, bottom: 20, side: 19 };
const PIXELS_A_MILLIMETRE = 96 / 25.4;

/** Prints a notebook as a PDF with numbered pages, an outline and alternative texts. */
export async function printNotebook(options: PrintOptions): Promise<{ readonly pages: number }> {
  const { source, executed, target, paper } = options;
  const title = titleOf(readNotebook(executed), source);
  const html = await notebookToHtml(executed);
  const pdf = await withBrowser(async (browser) => {
    const page = await browser.newPage();
    const columnWidth = (MILLIMETRES_WIDE[paper] - 2 * MARGIN.side) * PIXELS_A_MILLIMETRE;
    await page.setViewport({ width: Math.floor(columnWidth), height: 1000 });
    await page.emulateMediaType('print');
    try {
      await openPage(page, html, dirname(resolve(source)));
      await typeset(page);
    } catch (error) {
      throw new Mistake(`${source}: ${reasonOf(error)}`);
    }
    await page.evaluate(`document.title = ${JSON.stringify(title)}`);
    return page.pdf({
      format: paper,
      margin: {
        top: `${MARGIN.top}mm`,
        bottom: `${MARGIN.bottom}mm`,
        left: `${MARGIN.side}mm`,
        right: `${MARGIN.side}mm`,
      },
      displayHeaderFooter: true,
      headerTemplate: edge('<span class="title"></span>'),
      footerTemplate: edge(
        '<span style="margin: 0 auto"><span class="pageNumber"></span> / <span class="totalPages"></span></span>',
      ),
      printBackground: true,
      outline: true,
      tagged: true,
      timeout: 120_000,
    });
  });
  const pages = pageCount(pdf);
  if (pages === 0) throw new Mistake(`${source}: Chromium gave a PDF without pages`);
  await writeFile(`${target}.partial`, pdf);
  await rename(`${target}.partial`, target);
  return { pages };
}

/** A line at the head or the foot of each page; Chromium fills in the elements of its classes. */
function edge(content: string): string {
  const font = "font: 8px 'DejaVu Sans', Arial, sans-serif; color: #5c6370";
  return `<div style="${font}; width: 100%; margin: 0 ${MARGIN.side}mm; display: flex">${content}</div>`;
}
