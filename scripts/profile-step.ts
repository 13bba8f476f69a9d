// Where the time of a recorded training step goes:
//   node -r esbuild-register scripts/profile-step.ts cnn
// lists the operations of that job of bench/jobs.ts, fused, with the least of ten times each took.
import { jobNamed } from '../bench/jobs';
import type { NativeBackend } from '../lib/notegrad/src/engine/native/backend/native-backend';
import { operations } from '../lib/notegrad/src/engine/native/backend/operations';
import { fuse } from '../lib/notegrad/src/engine/native/compiler/fuse/fuse';
import { Trace } from '../lib/notegrad/src/engine/native/compiler/record/trace';
import { Traces } from '../lib/notegrad/src/engine/native/compiler/record/traces';
import { Program } from '../lib/notegrad/src/engine/native/compiler/replay/program';
import { registerNative } from '../lib/notegrad/src/engine/native/register';
import * as tf from '../lib/notegrad/src/engine/tf';

const ROUNDS = 10;

async function profile(name: string): Promise<void> {
  const job = jobNamed(name);
  tf.enableProdMode();
  console.log(`${job.title} on ${registerNative()}`);
  await tf.setBackend('native');
  const backend = tf.backend() as NativeBackend;
  const { step } = job.train({ seed: 1, dropout: false });
  const batch = job.batch(job.batchSize, 1, true);
  step(batch); // the first step makes the optimizer's state
  const trace = new Trace(backend, new Traces());
  backend.trace = trace;
  tf.tidy(() => step(batch));
  const graph = fuse(trace.graph());
  const program = new Program(backend, graph, trace.memories);
  program.run(trace.memories);
  const rounds = Array.from({ length: ROUNDS }, () => program.profile());
  const least = graph.calls.map((_, i) => Math.min(...rounds.map((times) => times[i])));
  graph.calls.forEach(({ op, params }, i) => {
    const listed = JSON.stringify(operations[op].read(params)).slice(0, 200);
    console.log(`${least[i].toFixed(4).padStart(9)} ms  ${op}(${listed})`);
  });
  const sum = least.reduce((a, b) => a + b, 0);
  console.log(`${sum.toFixed(4).padStart(9)} ms  in ${graph.calls.length} operations`);
}

profile(process.argv[2] ?? 'mlp').catch((error: Error) => {
  console.error(error.message);
  process.exit(1);
});
