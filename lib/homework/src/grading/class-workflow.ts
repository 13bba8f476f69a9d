import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { programNamed } from '../confinement/program-named';
import { Mistake } from '../mistake';
import { packageFolder } from '../project';
import { writeText } from '../write-text';
import type { Group } from './class-groups';
import type { Unprinted } from './write-feedback';

/** Where Snakemake runs: beside the students' folders, as no student is called so. */
export function workflowFolder(out: string): string {
  return join(out, '.class');
}

/** What Snakemake is told of a class; `share/class/config/config.yaml` explains it. */
export interface Workflow {
  readonly out: string;
  readonly assignment: string;
  readonly groups: readonly Group[];
  /** How many submissions of a group are graded at a time. */
  readonly jobs: number;
  /** MiB of memory of a job that grades them. */
  readonly memory: number;
  /** Options of `homework grade`, and of `homework feedback`. */
  readonly grade: readonly string[];
  readonly feedback: readonly string[];
}

export const share: string = join(packageFolder, 'share', 'class');

/** The command that is ours, on this machine and on all that see the same files. */
export const ownCommand: readonly string[] = [
  process.execPath,
  join(packageFolder, 'bin', 'homework.js'),
];

/**
 * Writes what Snakemake reads.
 *
 * @param homework the command that jobs call. Default our own
 */
export function writeConfig(
  { groups, ...workflow }: Workflow,
  homework: readonly string[] = ownCommand,
): string {
  const path = join(workflowFolder(workflow.out), 'config.json');
  // Slurm opens a job's log before anything of the job runs, and makes no folder for it.
  mkdirSync(join(workflowFolder(workflow.out), 'logs'), { recursive: true });
  const config = {
    homework,
    ...workflow,
    groups: Object.fromEntries(groups.map(({ id, paths }) => [id, paths])),
    students: Object.fromEntries(groups.map(({ id, students }) => [id, students])),
  };
  writeText(path, `${JSON.stringify(config, null, 1)}\n`);
  return path;
}

/**
 * Refuses to begin while Snakemake still grades into the folder, as it does on a cluster after the command
 * was killed that started it.
 */
export function refuseRunning(out: string): void {
  for (const name of ['snakemake', 'flock']) {
    if (programNamed(name)) continue;
    const what = `class: ${name} is not installed (Debian: apt-get install ${name === 'flock' ? 'util-linux' : name})`;
    throw new Mistake(`${what}; \`homework grade\` grades a class on this machine without it`);
  }
  const folder = workflowFolder(out);
  mkdirSync(folder, { recursive: true });
  const { status } = spawnSync('flock', ['--nonblock', join(folder, 'lock'), 'true']);
  if (status !== 0) {
    throw new Mistake(
      `${out}: is still being graded into, by a Snakemake that an earlier \`homework class\` started: wait for it, or end it`,
    );
  }
}

/** Starts Snakemake in a group of processes of its own; what it says goes to a file. */
export function startSnakemake(
  out: string,
  profile: string,
  config: string,
  options: readonly string[],
): { readonly child: ChildProcess; readonly log: string } {
  const folder = workflowFolder(out);
  const log = join(folder, 'snakemake.log');
  const file = openSync(log, 'w');
  const args = [
    ...['--nonblock', join(folder, 'lock'), 'snakemake', '--nolock'],
    ...['--snakefile', join(share, 'workflow', 'Snakefile')],
    ...['--profile', join(share, 'workflow', 'profiles', profile)],
    ...['--configfile', config, '--directory', folder, ...options],
  ];
  const child = spawn('flock', args, { detached: true, stdio: ['ignore', file, file] });
  closeSync(file);
  return { child, log };
}

/** The pages that cannot be printed, of students and of the course, as far as jobs came to them. */
export function unprintedIn(out: string, groups: readonly Group[]): readonly Unprinted[] {
  const outcomes = [...groups.map(({ id }) => join('feedback', `${id}.json`)), 'collected.json'];
  return outcomes
    .map((name) => join(workflowFolder(out), name))
    .filter((path) => existsSync(path))
    .flatMap((path): Unprinted[] => JSON.parse(readFileSync(path, 'utf8')));
}

/** What Snakemake said of what went wrong. */
export function errorsIn(log: string): string {
  const lines = readFileSync(log, 'utf8').split('\n');
  return lines
    .filter((line) => /error|exception/i.test(line))
    .slice(0, 10)
    .join('\n');
}
