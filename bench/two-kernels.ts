/** Times one small training alone and two of them at once, for ways in which OpenMP's threads wait. See README.md. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpus, loadavg } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '5' } } });

/** What the training's environment has more than ours. */
const settings: Readonly<Record<string, NodeJS.ProcessEnv>> = {
  "as it comes (notegrad's choice)": {},
  'OMP_WAIT_POLICY=active': { OMP_WAIT_POLICY: 'active' },
  'GOMP_SPINCOUNT=300000 (libgomp’s own)': { GOMP_SPINCOUNT: '300000' },
  'GOMP_SPINCOUNT=10000': { GOMP_SPINCOUNT: '10000' },
  'GOMP_SPINCOUNT=3000': { GOMP_SPINCOUNT: '3000' },
  'GOMP_SPINCOUNT=1000': { GOMP_SPINCOUNT: '1000' },
  'OMP_WAIT_POLICY=passive': { OMP_WAIT_POLICY: 'passive' },
  'NOTEGRAD_THREADS=1': { NOTEGRAD_THREADS: '1' },
};

class Training {
  private readonly process: ChildProcess;
  private printed = '';

  constructor(setting: NodeJS.ProcessEnv) {
    const { OMP_WAIT_POLICY: _, GOMP_SPINCOUNT: __, ...rest } = process.env;
    const script = path.join(__dirname, 'two-kernels-training.js');
    this.process = spawn(process.execPath, [script], {
      env: { ...rest, NOTEGRAD_ENGINE: 'native', ...setting },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.process.stdout!.on('data', (text) => {
      this.printed += text;
    });
  }

  async ready(): Promise<void> {
    while (!this.printed.includes('ready')) await this.more();
  }

  /** Milliseconds a step. */
  async train(): Promise<number> {
    this.process.stdin!.write('\n');
    for (;;) {
      const ms = /ms: ([\d.]+)/.exec(this.printed)?.[1];
      if (ms !== undefined) return Number(ms);
      await this.more();
    }
  }

  private async more(): Promise<void> {
    const ended = once(this.process, 'close').then(() => {
      throw new Error(`the training has ended: ${this.printed}`);
    });
    await Promise.race([once(this.process.stdout!, 'data'), ended]);
  }
}

/** Milliseconds a step of the slowest of so many trainings at once. */
async function slowest(count: number, setting: NodeJS.ProcessEnv): Promise<number> {
  const trainings = Array.from({ length: count }, () => new Training(setting));
  await Promise.all(trainings.map((training) => training.ready()));
  return Math.max(...(await Promise.all(trainings.map((training) => training.train()))));
}

function median(of: readonly number[]): number {
  const sorted = [...of].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

async function main(): Promise<void> {
  console.log(
    `${cpus()[0].model.trim()}, ${cpus().length} cores, Node ${process.versions.node}, medians of ` +
      `${values.rounds} runs, load ${loadavg()[0].toFixed(1)}\n`,
  );
  console.log('| | alone, ms a step | the slower of two at once | ratio |');
  console.log('| --- | --- | --- | --- |');
  const times = Object.keys(settings).map((name) => ({ name, alone: [], together: [] }) as Times);
  // In turn, so that what else the machine does falls on all.
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const { name, alone, together } of times) {
      alone.push(await slowest(1, settings[name]));
      together.push(await slowest(2, settings[name]));
    }
  }
  for (const { name, alone, together } of times) {
    const [one, two] = [median(alone), median(together)];
    console.log(`| ${name} | ${one.toFixed(2)} | ${two.toFixed(2)} | ${(two / one).toFixed(1)} |`);
  }
}

interface Times {
  readonly name: string;
  readonly alone: number[];
  readonly together: number[];
}

void main();
