import os from 'node:os';
import type { Epoch } from './epochs';
import { type Job, jobNamed } from './jobs';
import type { Request } from './protocol';
import { ourWorker, torchWorker, type Worker } from './worker-process';

export const THREADS: number = os.availableParallelism();

const SECONDS_A_ROUND = 1;
const WARM_UP_STEPS = 4;
const MOST_STEPS = 2000;
const TOO_SLOW_SECONDS = 60;

export interface Measured {
  readonly msPerStep: number;
  readonly peakMiB: number;
}

export interface JobResult {
  readonly title: string;
  readonly batchSize: number;
  readonly ours: Measured;
  /** With the step's JavaScript left out, as `compile: true` does. */
  readonly pure: Measured;
  readonly gflopsPerSecond: number;
  /** As a student writes it, on all cores. */
  readonly torch?: Measured;
  /** channels_last, kept memory, the better number of threads. */
  readonly tuned?: Measured & { readonly threads: number };
  readonly wasm?: number;
  readonly cpu?: number;
}

/** What the PyTorch model's constructor is given. */
const torchOptions: Record<string, Record<string, number>> = {
  vgg11: { dropout: 0.5, head_width: 4096 },
  gan: { dropout: 0.3 },
};
const hasMaps = new Set(['cnn', 'vgg11', 'conv-autoencoder', 'resnet']);

/** A worker in one configuration, trained in turn with the others. */
interface Side {
  readonly worker: Worker;
  readonly threads?: number;
  count: number;
  readonly msPerStep: number[];
  peakMiB: number;
}

/** Times our step and PyTorch's in turn, only one computing at a time. */
export async function measureJob(
  name: string,
  { rounds, python }: { rounds: number; python?: string },
): Promise<JobResult> {
  const job = jobNamed(name);
  const workers: Worker[] = [];
  const startWorker = (worker: Worker) => {
    workers.push(worker);
    return worker;
  };
  try {
    const native = startWorker(ourWorker('native'));
    const { flops = 0 } = await native.ask(loading(name, job));
    const promised = startWorker(ourWorker('native'));
    await promised.ask({ ...loading(name, job), pure: true });
    const sides = [side(native), side(promised)];
    if (python) {
      const plain = startWorker(torchWorker(python, { tunedMemory: false }));
      const tuned = startWorker(torchWorker(python, { tunedMemory: true }));
      const options = torchOptions[name] ?? {};
      await plain.ask({ ...loading(name, job), options });
      await tuned.ask({ ...loading(name, job), options, channelsLast: hasMaps.has(name) });
      const threadCounts = [...new Set([1, THREADS])];
      sides.push(side(plain, THREADS), ...threadCounts.map((threads) => side(tuned, threads)));
    }
    for (const each of sides) await warmUp(each);
    for (let round = 0; round < rounds; round++) {
      for (const each of sides) await takeRound(each);
    }
    const [mine, pure, theirs, ...tunedSides] = sides.map(summary);
    const tuned = tunedSides
      .map((measured, i) => ({ ...measured, threads: sides[i + 3].threads! }))
      .sort((a, b) => a.msPerStep - b.msPerStep)
      .at(0);
    return {
      title: job.title,
      batchSize: job.batchSize,
      ours: mine,
      pure,
      gflopsPerSecond: flops / mine.msPerStep / 1e6,
      torch: theirs,
      tuned,
    };
  } finally {
    for (const worker of workers) worker.end();
  }
}

/** A few steps on one of tfjs's own engines; undefined where a step takes more than a minute. */
export async function measureOther(name: string, engine: string): Promise<number | undefined> {
  const job = jobNamed(name);
  const worker = ourWorker(engine);
  try {
    await worker.ask(loading(name, job));
    const first = await worker.ask({ ask: 'steps', count: 1 }, TOO_SLOW_SECONDS);
    if (first.seconds > TOO_SLOW_SECONDS / 6) return first.seconds * 1000;
    const count = 3;
    const { seconds } = await worker.ask({ ask: 'steps', count });
    return (seconds / count) * 1000;
  } catch (error) {
    if (/took longer/.test((error as Error).message)) return undefined;
    throw error;
  } finally {
    worker.end();
  }
}

/** GFLOP/s of one product of large square matrices on our engine, the best of several. */
export async function measureProduct(size = 2048): Promise<number> {
  const worker = ourWorker('native');
  try {
    const seconds: number[] = [];
    for (let i = 0; i < 6; i++) seconds.push((await worker.ask({ ask: 'product', size })).seconds);
    return (2 * size ** 3) / Math.min(...seconds) / 1e9;
  } finally {
    worker.end();
  }
}

export interface EpochResult extends Epoch {
  /** By engine, 'PyTorch' among them. */
  readonly seconds: Readonly<Record<string, number>>;
}

/** Times an epoch on each of its engines and, where there is one, in PyTorch as a student writes it. */
export async function measureEpoch(epoch: Epoch, python?: string): Promise<EpochResult> {
  const seconds: Record<string, number> = {};
  const { job: name, images, imgSize, batchSize } = epoch;
  const time = async (label: string, worker: Worker, options: Record<string, number>) => {
    try {
      await worker.ask({ ask: 'load', job: name, batchSize, options });
      await worker.ask({ ask: 'steps', count: WARM_UP_STEPS, threads: THREADS });
      const request: Request = { ask: 'epoch', images, imgSize, threads: THREADS };
      seconds[label] = (await worker.ask(request)).seconds;
    } finally {
      worker.end();
    }
  };
  for (const engine of epoch.engines) await time(engine, ourWorker(engine), {});
  if (python) {
    await time('PyTorch', torchWorker(python, { tunedMemory: false }), torchOptions[name] ?? {});
  }
  return { ...epoch, seconds };
}

function loading(job: string, { batchSize }: Job): Request & { ask: 'load' } {
  return { ask: 'load', job, batchSize, options: {} };
}

function side(worker: Worker, threads?: number): Side {
  return { worker, threads, count: 1, msPerStep: [], peakMiB: 0 };
}

async function warmUp(each: Side): Promise<void> {
  const { worker, threads } = each;
  await worker.ask({ ask: 'steps', count: WARM_UP_STEPS, threads });
  const { seconds } = await worker.ask({ ask: 'steps', count: WARM_UP_STEPS, threads });
  const fitting = Math.round((SECONDS_A_ROUND * WARM_UP_STEPS) / seconds);
  each.count = Math.min(Math.max(fitting, 2), MOST_STEPS);
}

async function takeRound(each: Side): Promise<void> {
  const { worker, threads, count } = each;
  const { seconds, peakMiB } = await worker.ask({ ask: 'steps', count, threads });
  each.msPerStep.push((seconds / count) * 1000);
  each.peakMiB = peakMiB;
}

function summary({ msPerStep, peakMiB }: Side): Measured {
  return { msPerStep: median(msPerStep), peakMiB };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
