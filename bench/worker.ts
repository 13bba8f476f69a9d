/** Our side: trains what run.ts asks for on the engine that NOTEGRAD_ENGINE names. */
import { createInterface } from 'node:readline';
import { batches } from '../lib/notegrad/src/data/batches/batches';
import { mnist } from '../lib/notegrad/src/data/sets/mnist';
import { resizeImages } from '../lib/notegrad/src/data/transforms/resize';
import { engine } from '../lib/notegrad/src/engine/engine';
import { compileStep } from '../lib/notegrad/src/engine/native/compiler/compile-step';
import { pureStep } from '../lib/notegrad/src/engine/native/compiler/pure-step';
import * as tf from '../lib/notegrad/src/engine/tf';
import { flopsPerStep } from './flops';
import { type Batch, jobNamed, type Step } from './jobs';
import type { Answer, Request } from './protocol';

const NUM_BATCHES = 8;

interface Loaded {
  readonly step: Step;
  readonly batches: readonly Batch[];
  readonly batchSize: number;
}

let loaded: Loaded | undefined;
let factors: tf.Tensor2D[] | undefined;

type Work = Omit<Answer, 'seconds' | 'peakMiB'>;

async function work(request: Request): Promise<Work> {
  switch (request.ask) {
    case 'load': {
      const chosen = await engine();
      const job = jobNamed(request.job);
      const training = job.train({ ...request.options, seed: 1 });
      const { batchSize } = request;
      loaded = {
        step: request.pure ? pureStep(training.step) : compileStep(training.step),
        batches: Array.from({ length: NUM_BATCHES }, (_, i) => job.batch(batchSize, i + 1)),
        batchSize,
      };
      return {
        description: chosen.description,
        flops: flopsPerStep(job, training, batchSize),
      };
    }
    case 'steps': {
      const { step, batches: prepared } = theLoaded();
      for (let i = 0; i < request.count; i++) run(step, prepared[i % prepared.length]);
      return {};
    }
    case 'epoch': {
      const { step, batchSize } = theLoaded();
      const digits = await mnist({ split: 'train', limit: request.images });
      const set = request.imgSize === 28 ? digits : resizeImages(digits, request.imgSize);
      for (const batch of batches(set, { batchSize })) {
        run(step, batch);
        tf.dispose(batch);
      }
      return {};
    }
    case 'product': {
      await engine();
      factors ??= [1, 2].map((seed) => {
        const { size } = request;
        return tf.randomUniform<tf.Rank.R2>([size, size], -1, 1, 'float32', seed);
      });
      const product = tf.matMul(factors[0], factors[1]);
      product.dataSync();
      product.dispose();
      return {};
    }
  }
}

function theLoaded(): Loaded {
  if (loaded === undefined) throw new Error('nothing is loaded');
  return loaded;
}

/** Reads the loss, as a training loop does sooner or later, so that no engine defers its work. */
function run(step: Step, batch: Batch): void {
  const loss = tf.tidy(() => step(batch));
  loss.dataSync();
  loss.dispose();
}

async function answer(line: string): Promise<Answer> {
  const startedAt = performance.now();
  let done: Work;
  try {
    done = await work(JSON.parse(line));
  } catch (error) {
    done = { error: (error as Error).message };
  }
  const seconds = (performance.now() - startedAt) / 1000;
  return { ...done, seconds, peakMiB: process.resourceUsage().maxRSS / 1024 };
}

async function main(): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    process.stdout.write(`${JSON.stringify(await answer(line))}\n`);
  }
}

main();
