import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Batch, Job, JobOptions, Step } from '../../bench/jobs';
import * as tf from '../../lib/notegrad/src/engine/tf';
import { type AnyModel, partsOf } from '../../lib/notegrad/src/models/model';
import { inFolder } from '../support/folders';

export interface ParityRun {
  readonly name: string;
  readonly job: Job;
  readonly batchSize: number;
  readonly numSteps: number;
  readonly options: JobOptions;
  /** What the PyTorch model's constructor is given. */
  readonly torchOptions: Record<string, number | readonly number[]>;
}

const SEED = 11;

/** The loss of each step here; `wrap` may compile the step. */
export function ourLosses(run: ParityRun, wrap: (step: Step) => Step): number[] {
  const { model, step } = run.job.train({ ...run.options, seed: SEED });
  const wrapped = wrap(step);
  const losses: number[] = [];
  for (let i = 0; i < run.numSteps; i++) {
    const batch = batchOf(run, i);
    const loss = tf.tidy(() => wrapped(batch));
    losses.push(loss.dataSync()[0]);
    tf.dispose([batch, loss]);
  }
  model.dispose();
  return losses;
}

/** The loss of each step in PyTorch, from the same weights and batches. */
export function torchLosses(run: ParityRun, python: string): Promise<number[]> {
  return inFolder((folder) => {
    const { model } = run.job.train({ ...run.options, seed: SEED });
    const batches = Array.from({ length: run.numSteps }, (_, i) => batchOf(run, i));
    const arrays = [
      ...namedWeights(model),
      ...batches.flatMap((batch, i) =>
        Object.entries(batch).map(([name, array]): Named => [`batch${i}/${name}`, array]),
      ),
    ];
    writeArrays(folder, arrays, run.torchOptions);
    tf.dispose(batches);
    model.dispose();

    const script = join(__dirname, 'torch_steps.py');
    const { status, stderr } = spawnSync(python, [script, run.name, folder], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`PyTorch failed on ${run.name}: ${stderr}`);
    return JSON.parse(readFileSync(join(folder, 'losses.json'), 'utf8'));
  });
}

/** The largest |ours − theirs| / |theirs|. */
export function relativeError(ours: readonly number[], theirs: readonly number[]): number {
  if (ours.length !== theirs.length) {
    throw new Error(`${ours.length} losses here, ${theirs.length} in PyTorch`);
  }
  return Math.max(...ours.map((loss, i) => Math.abs(loss - theirs[i]) / Math.abs(theirs[i])));
}

type Named = readonly [name: string, array: tf.Tensor];

function batchOf({ job, batchSize }: ParityRun, index: number): Batch {
  return job.batch(batchSize, SEED + 10 * (index + 1), true);
}

function namedWeights(model: AnyModel): Named[] {
  return partsOf(model)
    .flatMap((part) => part.layers)
    .flatMap((layer) =>
      layer.weights.map((weight): Named => {
        const kind = weight.originalName.split('/').at(-1);
        return [`${layer.name}/${kind}`, weight.read()];
      }),
    );
}

function writeArrays(folder: string, arrays: readonly Named[], options: object): void {
  const entries = arrays.map(([name, { dtype, shape }]) => ({ name, dtype, shape }));
  const bytes = arrays.map(([, array]) => {
    const values = array.dataSync();
    return Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  });
  writeFileSync(join(folder, 'arrays.json'), JSON.stringify({ arrays: entries, options }));
  writeFileSync(join(folder, 'arrays.bin'), Buffer.concat(bytes));
}
