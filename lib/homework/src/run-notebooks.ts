import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { type Progress, startProgress } from './cell-progress';
import { type Execution, executeNotebook, type Profile } from './execute';
import { detailsOf, type Failure, summaryOf } from './failure';
import { handInOf } from './hand-in';
import { kernelFolder } from './kernel-folder';
import { Mistake, reasonOf } from './mistake';
import { codeCells, nameOf, readNotebook, sourceOf } from './notebook';
import { type Paper, printNotebook } from './pdf/print-notebook';
import { recordRun } from './run-record';
import { saveInPlace } from './save-in-place';
import { formatTable } from './table';

export interface RunOptions {
  readonly profile: Profile;
  readonly out: string;
  /** Seconds that one cell may take. */
  readonly timeout: number;
  readonly pdf: boolean;
  readonly paper: Paper;
  readonly inPlace: boolean;
  readonly signal?: AbortSignal;
}

interface Result {
  readonly notebook: string;
  readonly cells: string;
  readonly seconds: string;
  readonly pages: string;
  readonly verdict: string;
}

/**
 * Runs the notebooks one after the other, prints a report on each failure and a table of all, and
 * returns how many failed.
 */
export async function runNotebooks(paths: readonly string[], options: RunOptions): Promise<number> {
  paths.forEach((path) => {
    refuseToOverwrite(path, options.out);
    handInOf(readNotebook(path), path);
  });
  const results: Result[] = [];
  for (const path of paths) {
    if (options.signal?.aborted) break;
    results.push(await runOne(path, options));
  }
  const rows = results.map((r) => [r.notebook, r.cells, r.seconds, r.pages, r.verdict]);
  console.log(`\n${formatTable(['notebook', 'cells', 'seconds', 'pages', 'result'], rows)}`);
  const failed = results.filter(({ verdict }) => verdict !== 'ok').length;
  return failed + (paths.length - results.length);
}

async function runOne(path: string, options: RunOptions): Promise<Result> {
  const name = nameOf(path);
  const target = join(options.out, `${name}.ipynb`);
  const total = codeCells(readNotebook(path)).length;
  const progress = startProgress();
  const startedAt = Date.now();
  progress.show(`${name}: starting the kernel (profile ${options.profile})`);
  let execution: Execution;
  let pages = '–';
  let verdict = 'ok';
  try {
    execution = await executeNotebook({
      ...options,
      source: path,
      target,
      onCell: (number) => progress.show(`${name}: cell ${number} of ${total}`),
    });
    if (execution.failure) {
      verdict = summaryOf(execution.failure);
      report(progress, path, target, execution.failure);
    } else {
      const { profile } = options;
      recordRun({ executed: target, folder: kernelFolder(path), profile, startedAt });
      if (options.inPlace) saveInPlace(target, path);
      if (options.pdf) {
        progress.show(`${name}: printing`);
        const pdf = await print(path, target, options);
        pages = pdf.pages;
        verdict = pdf.verdict;
      }
    }
  } finally {
    progress.clear();
  }
  if (verdict !== 'ok' && !execution.failure) console.error(`\n${path}: ${verdict}`);
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
  return { notebook: name, cells: `${execution.cells}/${total}`, seconds, pages, verdict };
}

/** A PDF that cannot be made fails its notebook, and the next one is run all the same. */
async function print(path: string, executed: string, { out, paper }: RunOptions) {
  try {
    const target = join(out, `${nameOf(path)}.pdf`);
    const { pages } = await printNotebook({ source: path, executed, target, paper });
    return { pages: String(pages), verdict: 'ok' };
  } catch (error) {
    if (!(error instanceof Mistake)) throw error;
    return { pages: '–', verdict: `no PDF: ${reasonOf(error)}` };
  }
}

function report(progress: Progress, path: string, target: string, failure: Failure): void {
  progress.clear();
  const cell =
    failure.number === null ? undefined : codeCells(readNotebook(path))[failure.number - 1];
  const parts = [`\n${path}: ${summaryOf(failure)}`];
  if (cell) parts.push(indented(sourceOf(cell)));
  const details = detailsOf(failure);
  if (details) parts.push(details);
  parts.push(`What ran is kept in ${target}`);
  console.error(parts.join('\n\n'));
}

function indented(text: string): string {
  return text.replaceAll(/^/gm, '    ');
}

function refuseToOverwrite(path: string, out: string): void {
  if (realpathSync(join(path, '..')) === realpathSync(out)) {
    throw new Mistake(`${path} would be overwritten: choose another --out, or use --in-place`);
  }
}
