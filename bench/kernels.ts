/** Times our kernel beside Deno's and prints a table; the npm package `deno` is installed for the time. See README.md. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { jupyterEnvironment } from '../lib/homework/src/project';
import { pythonWithJupyter } from '../lib/homework/src/python';

interface Phase {
  /** Of each cell, from its request to its reply and the end of its outputs. */
  readonly ms: readonly number[];
  /** From the start of the kernel to the end of the phase. */
  readonly sinceStartMs: number;
  /** Resident, some seconds after the phase. */
  readonly mib: number;
}

interface Timed {
  /** From the start of the process to the reply to its first kernel_info_request. */
  readonly readyMs: number;
  readonly phases: Readonly<Record<string, Phase>>;
}

type Cells = Readonly<Record<string, readonly string[]>>;

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '3' } } });
const folder = mkdtempSync(path.join(tmpdir(), 'kernels-'));
const environment = { ...jupyterEnvironment() };

const trivial = (count: number, prefix: string): string[] =>
  Array.from({ length: count }, (_, i) => `const ${prefix}${i} = ${i};\n${prefix}${i} + 1`);

const tensors = (count: number): string[] =>
  Array.from({ length: count }, (_, i) => `tf.sum(tf.ones([${i + 1}])).dataSync()[0]`);

const plain: Cells = {
  ready: [],
  'the first cell': ['1 + 1'],
  'the next 50': trivial(50, 'a'),
  'up to the 120th': trivial(69, 'b'),
  'up to the 130th': trivial(10, 'c'),
};

const importing: Cells = {
  import: ["import { engine, tf } from 'notegrad';"],
  'after it': trivial(50, 'a'),
  engine: ['await engine(); tf.scalar(1).dataSync()[0]'],
  tensors: tensors(20),
  'a hundred more': trivial(100, 'b'),
  'tensors again': tensors(20),
};

function time(kernel: string, cells: Cells): readonly Timed[] {
  return Array.from({ length: Number(values.rounds) }, () => {
    const script = path.join(__dirname, 'kernel_client.py');
    const args = [script, kernel, folder, JSON.stringify(cells)];
    const stdio = ['ignore', 'pipe', 'ignore'] as ['ignore', 'pipe', 'ignore'];
    const json = execFileSync(pythonWithJupyter(), args, { env: environment, stdio });
    return JSON.parse(String(json));
  });
}

/** Puts Deno's kernel where Jupyter looks; false where the registry does not answer. */
function installDeno(): boolean {
  try {
    const own = { cwd: folder, stdio: 'ignore', timeout: 120_000 } as const;
    execFileSync('npm', ['install', '--prefix', folder, '--ignore-scripts', 'deno@2'], own);
  } catch {
    return false;
  }
  const packages = path.join(folder, 'node_modules', '@deno');
  const deno = path.join(packages, readdirSync(packages)[0], 'deno');
  const spec = path.join(folder, 'kernels', 'deno');
  mkdirSync(spec, { recursive: true });
  const argv = [deno, 'jupyter', '--kernel', '--conn', '{connection_file}'];
  writeFileSync(
    path.join(spec, 'kernel.json'),
    JSON.stringify({ argv, display_name: 'Deno', language: 'typescript' }),
  );
  environment.JUPYTER_PATH = `${environment.JUPYTER_PATH}${path.delimiter}${folder}`;
  return true;
}

function median(of: readonly number[]): number {
  const sorted = [...of].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

/** One row of numbers from runs: a median over the runs of the median of each. */
function row(
  title: string,
  unit: string,
  value: (run: Timed) => number,
  ...kernels: readonly (readonly Timed[])[]
): string {
  const cells = kernels.map((runs) => (runs.length > 0 ? median(runs.map(value)).toFixed(1) : '–'));
  return `| ${title} | ${unit} | ${cells.join(' | ')} |`;
}

function table(ours: readonly Timed[], withLibrary: readonly Timed[], deno: readonly Timed[]) {
  const cell = (phase: string) => (run: Timed) => median(run.phases[phase].ms);
  return [
    '| | | ours | Deno |',
    '| --- | --- | --- | --- |',
    row('from its start to the reply to kernel_info', 'ms', (run) => run.readyMs, ours, deno),
    row('the first cell, `1 + 1`', 'ms', cell('the first cell'), ours, deno),
    row('a trivial cell, median of 50', 'ms', cell('the next 50'), ours, deno),
    row('the same, 121st to 130th', 'ms', cell('up to the 130th'), ours, deno),
    row("`import … from 'notegrad'` as the first cell", 'ms', cell('import'), withLibrary, []),
    row(
      'from the start of the kernel to its end',
      'ms',
      (run) => run.phases.import.sinceStartMs,
      withLibrary,
      [],
    ),
    row('a trivial cell after it, median of 50', 'ms', cell('after it'), withLibrary, []),
    row('a cell of tensors, median of 20', 'ms', cell('tensors'), withLibrary, []),
    row('the same, 100 cells later', 'ms', cell('tensors again'), withLibrary, []),
    row('resident when ready', 'MiB', (run) => run.phases.ready.mib, ours, deno),
    row('after 130 cells', 'MiB', (run) => run.phases['up to the 130th'].mib, ours, deno),
    row('after the import', 'MiB', (run) => run.phases.import.mib, withLibrary, []),
    row('after the tensors', 'MiB', (run) => run.phases.tensors.mib, withLibrary, []),
  ].join('\n');
}

function main(): void {
  const hasDeno = installDeno();
  if (!hasDeno) console.log('skipped: deno, which npm could not install');
  const ours = time('tslab', plain);
  const withLibrary = time('tslab', importing);
  const deno = hasDeno ? time('deno', plain) : [];
  console.log(
    `${cpus()[0].model.trim()}, ${cpus().length} cores, Node ${process.versions.node}, medians of ` +
      `${values.rounds} runs, load ${loadavg()[0].toFixed(1)}\n\n${table(ours, withLibrary, deno)}`,
  );
}

try {
  main();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
