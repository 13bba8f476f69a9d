// Where the time of a recorded training step goes:
//   node -r esbuild-register scripts/profile-step.ts cnn
// lists the operations of that job of bench/jobs.ts, fused, with the least of ten times each took.
import { jobNamed } from '../bench/jobs';
import type { NativeBackend } from '../lib/src/engine/native/backend';
import { tensorsOf } from '../lib/src/engine/native/container';
import { fuse } from '../lib/src/engine/native/fuse';
import { graphOf } from '../lib/src/engine/native/graph';
import { recordStep } from '../lib/src/engine/native/record-step';
import { registerNative } from '../lib/src/engine/native/register';
import { Replay } from '../lib/src/engine/native/replay';
import * as tf from '../lib/src/engine/tf';

const ROUNDS = 10;

async function profile(name: string): Promise<void> {
  const job = jobNamed(name);
  tf.enableProdMode();
  console.log(`${job.title} on ${registerNative()}`);
  await tf.setBackend('native');
  const backend = tf.backend() as NativeBackend;
  const { step } = job.train({ seed: 1, dropout: false });
  const batch = job.batch(job.batchSize, 1, true);
  const first = recordStep(backend, step, batch);
  const graph = fuse(graphOf(recordStep(backend, step, batch, first).recording));
  const replay = new Replay(backend, graph);
  const tensors = tensorsOf(batch);
  const rounds = Array.from({ length: ROUNDS }, () => replay.profile(tensors));
  const least = graph.calls.map((_, i) => Math.min(...rounds.map((times) => times[i])));
  graph.calls.forEach(({ op, params }, i) => {
    const listed = params.slice(0, 24).join(', ');
    console.log(`${least[i].toFixed(4).padStart(9)} ms  ${op}(${listed})`);
  });
  const sum = least.reduce((a, b) => a + b, 0);
  console.log(`${sum.toFixed(4).padStart(9)} ms  in ${graph.calls.length} operations`);
}

profile(process.argv[2] ?? 'mlp').catch((error: Error) => {
  console.error(error.message);
  process.exit(1);
});
