import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { NotegradError } from 'notegrad/tooling';
import { type Progress, startProgress } from './cell-progress';
import type { Choice } from './choose-notebooks';
import { wrongClaims } from './claims/compare';
import { refuseClaims, reportClaims } from './claims/report-claims';
import { type SettledClaims, settleClaims } from './claims/settle-claims';
import { ProcessorTime, processorTimeWithin } from './confinement/processor-time';
import type { Walls } from './confinement/walls';
import { type Execution, executeNotebook, type Profile } from './execute';
import { detailsOf, type Failure, summaryOf } from './failure';
import { handInOf } from './hand-in';
import { kernelFolder } from './kernel-folder';
import { Mistake, reasonOf } from './mistake';
import { codeCells, type Notebook, nameOf, readNotebook, sourceOf } from './notebook';

import { type PrintStyle, printNotebook } from './pdf/print-notebook';
import { recordRun, runRecordOf } from './run-record';

import { saveInPlace } from './save-in-place';
import { formatTable } from './table';
import { trustNotebooks } from './trust-notebooks';

export interface RunOptions extends PrintStyle {
  readonly profile: Profile;
  readonly out: string;
  /** Seconds that one cell may take. */
  readonly timeout: number;
  readonly pdf: boolean;
  readonly inPlace: boolean;
  /** Whether texts that disagree with the values of their claims get these. */
  readonly fixClaims: boolean;
  readonly signal?: AbortSignal;
  /** Walls that the kernels run within. Default none. */
  readonly walls?: Walls;
}

interface Result {
  readonly notebook: string;
  readonly cells: string;
  readonly seconds: string;
  readonly pages: string;
  readonly verdict: string;
}

/**
 * Refuses a notebook before it is run.
 *
 * @throws a Mistake where its hand-in or its claims are not in order, or its results would take its place
 */
export function refuseRun(path: string, notebook: Notebook, out: string): void {
  refuseToOverwrite(path, out);
  handInOf(notebook, path);
  refuseClaims(path, wrongClaims(notebook));
}

/**
 * Runs the notebooks one after the other, prints a report on each failure and a table of all, and
 * returns how many failed, those that were refused among them.
 */
export async function runNotebooks(
  { notebooks: paths, refused }: Choice,
  options: RunOptions,
): Promise<number> {
  if (options.inPlace) for (const path of paths) warnOfLoss(path, options.profile);
  const results: Result[] = [];
  for (const path of paths) {
    if (options.signal?.aborted) break;
    results.push(await runOrSayWhyNot(path, options));
  }
  const rows = [
    ...results.map((r) => [r.notebook, r.cells, r.seconds, r.pages, r.verdict]),
    ...refused.map(({ path }) => [nameOf(path), '–', '–', '–', 'not run']),
  ];
  console.log(`\n${formatTable(['notebook', 'cells', 'seconds', 'pages', 'result'], rows)}`);
  const failed = results.filter(({ verdict }) => verdict !== 'ok').length;
  return failed + refused.length + (paths.length - results.length);
}

/** What a notebook does to its own files fails it alone. */
async function runOrSayWhyNot(path: string, options: RunOptions): Promise<Result> {
  try {
    return await runOne(path, options);
  } catch (error) {
    if (!(error instanceof Mistake || error instanceof NotegradError)) throw error;
    console.error(`homework: ${error.message}`);
    return { notebook: nameOf(path), cells: '–', seconds: '–', pages: '–', verdict: 'fails' };
  }
}

async function runOne(path: string, options: RunOptions): Promise<Result> {
  const name = nameOf(path);
  const target = join(options.out, `${name}.ipynb`);
  const total = codeCells(readNotebook(path)).length;
  const progress = startProgress();
  const startedAt = Date.now();
  progress.show(`${name}: starting the kernel (profile ${options.profile})`);
  let execution: Execution;
  let settled: SettledClaims | undefined;
  let pages = '–';
  let notes: readonly string[] = [];
  let verdict = 'ok';
  try {
    execution = await executeNotebook({
      ...options,
      source: path,
      target,
      processorTime: new ProcessorTime(processorTimeWithin(options.timeout)),
      onCell: (number) => progress.show(`${name}: cell ${number} of ${total}`),
    });
    if (execution.failure) {
      verdict = summaryOf(execution.failure);
      report(progress, path, target, execution.failure);
    } else {
      const { profile } = options;
      settled = settleClaims(target, execution.evaluated, options);
      const { claims } = settled;
      recordRun({ executed: target, folder: kernelFolder(path), profile, startedAt, claims });
      if (options.inPlace) {
        saveInPlace(target, path);
        trustNotebooks([path]);
      }
      verdict = settled.verdict;
      if (options.pdf && verdict === 'ok') {
        progress.show(`${name}: printing`);
        const pdf = await print(path, target, options);
        ({ pages, notes } = pdf);
        verdict = pdf.verdict;
      }
    }
  } finally {
    progress.clear();
  }
  for (const note of notes) console.log(`${name}: ${note}`);
  if (settled) reportClaims(path, settled);
  if (verdict !== 'ok' && !execution.failure && settled?.verdict === 'ok') {
    console.error(`\n${path}: ${verdict}`);
  }
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
  return { notebook: name, cells: `${execution.cells}/${total}`, seconds, pages, verdict };
}

/** A PDF that cannot be made fails its notebook, and the next one is run all the same. */
async function print(path: string, executed: string, { out, ...style }: RunOptions) {
  try {
    const target = join(out, `${nameOf(path)}.pdf`);
    const { pages, notes } = await printNotebook({ ...style, source: path, executed, target });
    return { pages: String(pages), notes, verdict: 'ok' };
  } catch (error) {
    if (!(error instanceof Mistake)) throw error;
    return { pages: '–', notes: [], verdict: `no PDF: ${reasonOf(error)}` };
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
  if (existsSync(out) && realpathSync(join(path, '..')) === realpathSync(out)) {
    throw new Mistake(`${path} would be overwritten: choose another --out, or use --in-place`);
  }
}

/** Outputs of the full profile take hours to make again. */
function warnOfLoss(path: string, profile: Profile): void {
  if (profile !== 'quick' || runRecordOf(readNotebook(path))?.profile !== 'full') return;
  console.error(
    `${path}: quick outputs will replace those of the full profile (--profile full makes these)`,
  );
}
