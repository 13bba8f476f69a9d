/** `npm run bench`: our training steps beside PyTorch's. See README.md. */
import { execFileSync, spawnSync } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { epochs } from './epochs';
import { jobs } from './jobs';
import {
  type EpochResult,
  type JobResult,
  measureEpoch,
  measureJob,
  measureOther,
  measureProduct,
  THREADS,
} from './measure';
import { report, writeReport } from './report';
import { ourWorker } from './worker-process';

const usage = `npm run bench -- [model …] [--rounds N] [--steps-only]
Models: ${Object.keys(jobs).join(', ')}. Without one, all of them and an epoch of each
notebook's main job are timed and the table in bench/README.md is rewritten.`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '5' },
    'steps-only': { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

/** A Python with PyTorch, or undefined. */
function findTorch(): string | undefined {
  return ['/usr/bin/python3', 'python3'].find(
    (python) => spawnSync(python, ['-c', 'import torch'], { stdio: 'ignore' }).status === 0,
  );
}

async function describeMachine(python: string | undefined): Promise<string[]> {
  const worker = ourWorker('native');
  const { description } = await worker.ask({ ask: 'load', job: 'mlp', batchSize: 1, options: {} });
  worker.end();
  const torch = python
    ? execFileSync(python, ['-c', 'import torch; print(torch.__version__)'], { encoding: 'utf8' })
    : undefined;
  return [
    `${os.cpus()[0].model.trim()}, ${THREADS} cores, ${Math.round(os.totalmem() / 2 ** 30)} GiB`,
    `Node ${process.versions.node}, ${description}`,
    torch
      ? `PyTorch ${torch.trim()}, ${THREADS} threads unless tuned`
      : 'no PyTorch here: ours alone',
  ];
}

function firstStepSeconds(): number | undefined {
  const script = path.join(__dirname, 'first-step.js');
  const { stdout } = spawnSync(process.execPath, [script], { encoding: 'utf8' });
  const seconds = /^seconds: ([\d.]+)$/m.exec(stdout)?.[1];
  if (seconds === undefined) console.log('first step not timed: npm run build first');
  return seconds === undefined ? undefined : Number(seconds);
}

/** What importing costs: the run with the median time of nine. */
function importCost(): string | undefined {
  const script = path.join(__dirname, 'import-cost.js');
  const costs = Array.from({ length: 9 }, () => {
    const { stdout } = spawnSync(process.execPath, [script], { encoding: 'utf8' });
    return /^import: ((\d+) ms, \d+ MiB)$/m.exec(stdout);
  });
  const known = costs.filter((cost) => cost !== null).sort((a, b) => Number(a[2]) - Number(b[2]));
  return known[Math.floor(known.length / 2)]?.[1];
}

async function main(): Promise<void> {
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1) {
    throw new Error(`invalid number of rounds: ${values.rounds}`);
  }
  const everything = positionals.length === 0;
  const names = everything ? Object.keys(jobs) : positionals;
  for (const name of names) {
    if (!Object.hasOwn(jobs, name)) throw new Error(`unknown model: ${name}\n${usage}`);
  }
  const python = findTorch();
  if (!python) console.log('no python3 with torch (apt install python3-torch): ours alone');
  const machine = await describeMachine(python);

  const measured: JobResult[] = [];
  for (const name of names) {
    console.log(`${name} …`);
    const result = await measureJob(name, { rounds, python });
    const [wasm, cpu] = [await measureOther(name, 'wasm'), await measureOther(name, 'cpu')];
    measured.push({ ...result, wasm, cpu });
  }
  const measuredEpochs: EpochResult[] = [];
  if (!values['steps-only']) {
    for (const epoch of epochs.filter(({ job }) => names.includes(job))) {
      console.log(`an epoch of ${epoch.job} …`);
      measuredEpochs.push(await measureEpoch(epoch, python));
    }
  }
  const text = report({
    machine,
    rounds,
    jobs: measured,
    epochs: measuredEpochs,
    product: await measureProduct(),
    firstStepSeconds: firstStepSeconds(),
    importCost: importCost(),
  });
  console.log(text);
  if (everything && !values['steps-only']) writeReport(path.join(__dirname, 'README.md'), text);
}

if (values.help) console.log(usage);
else
  main().catch((error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
