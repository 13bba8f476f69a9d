import { readFileSync, writeFileSync } from 'node:fs';
import type { EpochResult, JobResult, Measured } from './measure';

const BEGIN = '<!-- results: written by npm run bench -->';
const END = '<!-- end of results -->';

/** What was measured, and where. */
export interface Results {
  readonly machine: readonly string[];
  readonly rounds: number;
  readonly jobs: readonly JobResult[];
  readonly epochs: readonly EpochResult[];
  /** GFLOP/s of a large product. */
  readonly product?: number;
  readonly firstStepSeconds?: number;
  /** Of `require('notegrad')`: milliseconds and MiB. */
  readonly importCost?: string;
}

/** The results as Markdown. */
export function report({
  machine,
  rounds,
  jobs,
  epochs,
  product,
  firstStepSeconds,
  importCost,
}: Results): string {
  const sections = [
    machine.map((line) => `- ${line}`).join('\n'),
    jobs.length > 0 && `Milliseconds a training step, medians of ${rounds} rounds:`,
    jobs.length > 0 && jobTable(jobs, product),
    product !== undefined && `A product of two 2048×2048 matrices: ${product.toFixed(0)} GFLOP/s.`,
    importCost !== undefined && `\`require('notegrad')\`: ${importCost}.`,
    firstStepSeconds !== undefined &&
      `From \`require('notegrad')\` to the first trained step: ${firstStepSeconds.toFixed(2)} s.`,
    epochs.length > 0 && 'Seconds an epoch, batching included:',
    epochs.length > 0 && epochTable(epochs),
  ];
  return sections.filter(Boolean).join('\n\n');
}

/** Puts the report between the markers of a Markdown file. */
export function writeReport(file: string, text: string): void {
  const before = readFileSync(file, 'utf8');
  const [begin, end] = [before.indexOf(BEGIN), before.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`${file} lacks the lines ${BEGIN} and ${END}`);
  const after = `${before.slice(0, begin + BEGIN.length)}\n\n${text}\n\n${before.slice(end)}`;
  writeFileSync(file, after);
}

function jobTable(jobs: readonly JobResult[], product: number | undefined): string {
  const header = [
    'model',
    'batch',
    'notegrad',
    'compile: true',
    'PyTorch',
    'ratio',
    'PyTorch tuned',
    'ratio',
    'tfjs wasm',
    'tfjs cpu',
    'GFLOP/s',
    ...(product ? ['of a large product'] : []),
    'peak MiB',
    'PyTorch',
  ];
  const rows = jobs.map((job) => {
    const { ours, pure, torch, tuned } = job;
    return [
      job.title,
      String(job.batchSize),
      ms(ours),
      ms(pure),
      ms(torch),
      ratio(ours, torch),
      tuned ? `${ms(tuned)} (${tuned.threads} thr.)` : '–',
      `${ratio(ours, tuned)}, ${ratio(pure, tuned)}`,
      number(job.wasm),
      number(job.cpu),
      job.gflopsPerSecond.toFixed(0),
      ...(product ? [`${((100 * job.gflopsPerSecond) / product).toFixed(0)} %`] : []),
      ours.peakMiB.toFixed(0),
      torch ? torch.peakMiB.toFixed(0) : '–',
    ];
  });
  return table(header, rows);
}

function epochTable(epochs: readonly EpochResult[]): string {
  const columns = ['native', 'PyTorch', 'wasm'];
  const rows = epochs.map(({ notebook, job, images, batchSize, seconds }) => [
    notebook,
    job,
    images.toLocaleString('en'),
    String(batchSize),
    ...columns.map((column) => number(seconds[column])),
  ]);
  return table(['notebook', 'model', 'images', 'batch', ...columns], rows);
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}

const ms = (measured: Measured | undefined): string => number(measured?.msPerStep);

const ratio = (ours: Measured, theirs: Measured | undefined): string =>
  theirs ? (ours.msPerStep / theirs.msPerStep).toFixed(2) : '–';

const number = (value: number | undefined): string =>
  value === undefined ? '–' : value >= 100 ? value.toFixed(0) : value.toPrecision(3);
