// Prints how the workflow of a class grows with the nodes of a cluster: Slurm runs here with nodes that are simulated,
// and so are submissions, which sleep. What is left of the time is what jobs cost that start, end and are asked for.
//   npm run build && node -r esbuild-register bench/class-nodes.ts [nodes …]
// As root, with Debian's slurm-wlm, munge, iproute2 and snakemake.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSnakemake, writeConfig } from '../lib/homework/src/grading/class-workflow';

const given = process.argv.slice(2).map(Number);
const nodeCounts = given.length > 0 ? given : [1, 2, 4, 8, 16];
const slurm = join(__dirname, '..', 'scripts', 'slurm-here.sh');

/** Seconds of a submission, how many a job grades, how many of them at a time, and how many jobs a node gets. */
const [SECONDS, GROUP, AT_A_TIME, JOBS_A_NODE] = [10, 10, 2, 2];

/** Stands for `homework`: it takes the time of submissions, and writes that all is well. */
const STAND_IN = `#!/usr/bin/env bash
outcomes="$(sed 's/.*--outcomes \\([^ ]*\\).*/\\1/' <<< "$*")"
[ "$1" = grade ] && sleep ${(SECONDS * GROUP) / AT_A_TIME}
echo '[]' > "$outcomes"
`;

async function measure(nodes: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'notegrad-bench-nodes-'));
  const cluster = join(folder, 'slurm');
  const started = spawnSync(slurm, ['start', cluster, String(nodes)], { encoding: 'utf8' });
  if (started.status !== 0) throw new Error(started.stderr);
  try {
    process.env.SLURM_CONF = join(cluster, 'slurm.conf');
    const standIn = join(folder, 'stand-in');
    writeFileSync(standIn, STAND_IN);
    chmodSync(standIn, 0o755);
    const groups = Array.from({ length: nodes * JOBS_A_NODE }, (_, i) => ({
      id: `group${i}`,
      paths: Array.from({ length: GROUP }, (_, j) => `/student${i}-${j}.ipynb`),
      students: [`student${i}`],
    }));
    const out = join(folder, 'out');
    const workflow = { out, assignment: '/ps.ipynb', groups, grade: [], feedback: [] };
    const command = [standIn];
    const config = writeConfig({ ...workflow, jobs: AT_A_TIME, memory: 256 }, command);
    const begin = performance.now();
    const { child, log } = startSnakemake(out, 'slurm', config, []);
    const code = await new Promise((resolve) => child.once('exit', resolve));
    if (code !== 0) throw new Error(`Snakemake failed: ${log}`);
    const seconds = (performance.now() - begin) / 1000;
    const size = groups.length * GROUP;
    const least = (size * SECONDS) / (nodes * AT_A_TIME);
    const share = ((100 * least) / seconds).toFixed(0);
    console.log(
      `${nodes} nodes: ${size} submissions of ${SECONDS} s in ${seconds.toFixed(0)} s, at least ${least} s: ${share} %`,
    );
  } finally {
    spawnSync(slurm, ['stop', cluster]);
  }
  rmSync(folder, { recursive: true, force: true });
}

async function main(): Promise<void> {
  for (const nodes of nodeCounts) await measure(nodes);
}

void main();
