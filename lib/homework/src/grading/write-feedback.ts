import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeAtomically } from 'notegrad/tooling';
import type { Browser } from 'puppeteer-core';
import { Mistake } from '../mistake';
import { withBrowser } from '../pdf/browser';
import { finishPdf } from '../pdf/finish-pdf';
import { type Paper, printPage } from '../pdf/print-notebook';
import type { Course } from './course';
import { coursePage } from './course-page';
import { feedbackPage } from './feedback-page';
import { gradesCsv } from './formats';
import type { ReportPage } from './report-page';

export interface FeedbackOptions {
  readonly paper: Paper;
  /** Whether pages are printed, too, for which there has to be a Chromium. */
  readonly pdf: boolean;
  /** Whose pages are written. Default all. */
  readonly students?: readonly string[];
  /** Whether the pages of the course and grades.csv are. Default true. */
  readonly course?: boolean;
  readonly signal?: AbortSignal;
  readonly onWritten?: (pages: number, total: number) => void;
}

/** Seconds that one page may take to print, with the start of the browser. */
const LIMIT = 120;

/** A page that could be written and not printed, and why. */
export interface Unprinted {
  readonly target: string;
  readonly reason: string;
}

/**
 * Writes a page for each student and one for the course, as HTML and PDF, and grades.csv, in place of those of an
 * earlier grade. A page that cannot be printed, as where no font has a student's letters, fails alone.
 */
export async function writeFeedback(
  folder: string,
  { assignment, records, ungraded }: Course,
  options: FeedbackOptions,
): Promise<readonly Unprinted[]> {
  const { students, course = true } = options;
  const own = records.filter(({ student }) => !students || students.includes(student));
  const pages = own.map((record) => ({
    target: join(folder, record.student, 'feedback'),
    page: feedbackPage(record),
  }));
  if (course) {
    const page = coursePage(assignment.name, records, ungraded);
    pages.push({ target: join(folder, 'course'), page });
    const missing = ungraded.map(({ student }) => student);
    writeText(join(folder, 'grades.csv'), gradesCsv(records, missing));
  }
  const without = ungraded.filter(({ student }) => !students || students.includes(student));
  for (const { student } of without) removePages(join(folder, student, 'feedback'));
  for (const { target, page } of pages) {
    writeText(`${target}.html`, page.html);
    rmSync(`${target}.pdf`, { force: true });
  }
  if (!options.pdf) return [];
  const unprinted: Unprinted[] = [];
  const timeout = new AbortController();
  const begin = () => setTimeout(() => timeout.abort(), LIMIT * 1000);
  let timer = begin();
  const late = AbortSignal.any([timeout.signal, ...(options.signal ? [options.signal] : [])]);
  try {
    await withBrowser(async (browser) => {
      for (const [i, { target, page }] of pages.entries()) {
        const reason = await print(browser, page, `${target}.pdf`, options.paper);
        if (reason !== undefined) unprinted.push({ target: `${target}.pdf`, reason });
        options.onWritten?.(i + 1, pages.length);
        clearTimeout(timer);
        timer = begin();
      }
    }, late);
  } catch (error) {
    if (options.signal?.aborted) throw new Mistake('stopped');
    if (timeout.signal.aborted) throw new Mistake(`a page takes more than ${LIMIT} s to print`);
    throw error;
  } finally {
    clearTimeout(timer);
  }
  return unprinted;
}

/** Those of an earlier grade say what no longer holds. */
function removePages(target: string): void {
  for (const kind of ['html', 'pdf']) rmSync(`${target}.${kind}`, { force: true });
}

/** Prints one page; returns why that cannot be done. */
async function print(
  browser: Browser,
  page: ReportPage,
  target: string,
  paper: Paper,
): Promise<string | undefined> {
  try {
    const { pdf } = await printPage(browser, page, [], { paper });
    const title = { title: page.title, authors: [], language: 'en' };
    writeAtomically(target, [await finishPdf(pdf, title, 'normal')]);
    return undefined;
  } catch (error) {
    if (error instanceof Mistake) return error.message;
    throw error;
  }
}

function writeText(path: string, text: string): void {
  writeAtomically(path, [Buffer.from(text)]);
}
