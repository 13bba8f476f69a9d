import { existsSync, rmSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Command, Option } from 'commander';
import { readAssignment, requireSolution } from '../assignment/assignment';
import { prepareFolder } from '../choose-notebooks';
import type { Profile } from '../execute';
import {
  forgetGrades,
  type Group,
  groupsOf,
  outcomeIn,
  submissionsIn,
} from '../grading/class-groups';
import { writeIndexedJob } from '../grading/class-job';
import { startClassProgress } from '../grading/class-progress';
import {
  errorsIn,
  refuseRunning,
  startSnakemake,
  unprintedIn,
  workflowFolder,
  writeConfig,
} from '../grading/class-workflow';
import { inputsOfClass, type Outcome } from '../grading/grade-class';
import { defaultJobs, memoryEach, memoryOfJob } from '../grading/jobs';
import { staysInside } from '../inside';
import { Mistake } from '../mistake';
import { gradesTable } from './grade';
import { abortOnInterrupt } from './interrupt';
import {
  gradingMemoryOption,
  notebookLimitOption,
  timeoutOption,
  unconfinedOption,
  wholeNumber,
} from './options';

interface Options {
  readonly assignment: string;
  readonly out: string;
  readonly profile: 'local' | 'slurm' | 'kubernetes';
  readonly resume: boolean;
  readonly group: number;
  readonly jobs?: number;
  readonly compute: Profile;
  readonly timeout: number;
  readonly notebookLimit: number;
  readonly memory?: number;
  readonly unconfined: boolean;
  readonly pdf: boolean;
}

const MORE = `
SUBMISSIONS is a folder with students' notebooks, or a folder for each. Groups of them are graded as
\`homework grade\` does, on this machine (local) or by jobs of Slurm, on machines that see the same files; then
students' pages are written, and those of the course: what \`homework feedback\` writes. Snakemake does it
(Debian: apt-get install snakemake), in DIR/.class, where its logs are. With kubernetes, what a cluster needs is
written, and nothing is graded here. What failed for a reason that is not a student's is tried again, and after a
break --resume does what is left.`;

const LOOK_EVERY_MS = 2000;
/** Of a job of a cluster: how many are graded at a time. */
const JOBS_OF_A_JOB = 2;

/** `homework class`: a class graded by Snakemake, here or on a cluster. */
export function addClass(program: Command): void {
  program
    .command('class')
    .description('grade a class in groups, here or on a cluster, and write its pages')
    .argument('<submissions>', 'a folder with a notebook or a folder for each student')
    .requiredOption('--assignment <notebook>', 'the instructor’s notebook, with the hidden tests')
    .requiredOption('--out <dir>', 'a folder for each student is made in it')
    .addOption(
      new Option('--profile <name>', 'where it is graded')
        .choices(['local', 'slurm', 'kubernetes'])
        .default('local'),
    )
    .option('--resume', 'leave what was graded from the same files in the same way', false)
    .addOption(
      new Option('--group <number>', 'the most submissions of one job')
        .argParser(wholeNumber)
        .default(25),
    )
    .addOption(
      new Option(
        '-j, --jobs <number>',
        `how many at a time: here (default: one a core), or in each job of a cluster (default: ${JOBS_OF_A_JOB})`,
      ).argParser(wholeNumber),
    )
    .addOption(
      new Option('--compute <profile>', 'how much is computed: --profile of `homework grade`')
        .choices(['quick', 'full'])
        .env('NOTEGRAD_PROFILE')
        .default('quick'),
    )
    .addOption(timeoutOption())
    .addOption(notebookLimitOption())
    .addOption(gradingMemoryOption())
    .addOption(unconfinedOption())
    .option('--no-pdf', 'write pages as HTML alone, for which no browser is needed')
    .addHelpText('after', MORE)
    .action(async (folder: string, options: Options) => {
      const assignment = readAssignment(options.assignment);
      requireSolution(assignment);
      if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
        throw new Mistake(`class: ${folder} is no folder of submissions`);
      }
      const { paths, others } = submissionsIn(resolve(folder));
      if (paths.length === 0) throw new Mistake(`class: ${folder} holds no notebooks or folders`);
      if (others.length > 0) {
        console.log(`not graded, as neither notebooks nor folders: ${others.join(', ')}`);
      }
      const out = resolve(options.out);
      if (staysInside(relative(resolve(folder), out))) {
        throw new Mistake(
          `class: ${options.out} lies in ${folder}: it would be taken for a student's`,
        );
      }
      prepareFolder(out);
      const onCluster = options.profile !== 'local';
      if (options.profile !== 'kubernetes') refuseRunning(out);
      process.env.NOTEGRAD_THREADS ||= '1';
      const walls = options.unconfined ? undefined : true;
      const given = inputsOfClass(assignment, { ...options, profile: options.compute, walls });
      const kept = forgetGrades(paths, assignment, given, { out, resume: options.resume });
      if (!options.resume) {
        for (const name of ['groups', 'feedback']) {
          rmSync(join(workflowFolder(out), name), { recursive: true, force: true });
        }
      }
      const cores = options.jobs ?? defaultJobs(memoryEach(assignment));
      const groups = groupsOf(paths, assignment, given, {
        most: options.group,
        atATime: onCluster ? 1 : cores,
      });
      // Pages of the course are of all who are graded now.
      rmSync(join(workflowFolder(out), 'collected.json'), { force: true });
      const jobs = onCluster ? (options.jobs ?? JOBS_OF_A_JOB) : 1;
      const workflow = {
        out,
        assignment: resolve(options.assignment),
        groups,
        jobs,
        memory: memoryOfJob(jobs, assignment, options.memory),
        grade: gradeOptions(options),
        feedback: options.pdf ? [] : ['--no-pdf'],
      };
      if (options.profile === 'kubernetes') {
        console.log(writeIndexedJob(workflow));
        return;
      }
      const config = writeConfig(workflow);
      const local = onCluster ? [] : ['--cores', String(cores)];
      await watched(out, groups, kept, () => startSnakemake(out, options.profile, config, local));
    });
}

function gradeOptions(options: Options): readonly string[] {
  return [
    ...['--profile', options.compute, '--timeout', String(options.timeout)],
    ...['--notebook-limit', String(options.notebookLimit)],
    ...(options.memory ? ['--memory', String(options.memory)] : []),
    ...(options.unconfined ? ['--unconfined'] : []),
  ];
}

/** Says how far it is until Snakemake ends, and then how each submission came out. */
async function watched(
  out: string,
  groups: readonly Group[],
  kept: ReadonlySet<string>,
  start: () => ReturnType<typeof startSnakemake>,
): Promise<void> {
  const { signal, end } = abortOnInterrupt();
  const progress = startClassProgress();
  const students = groups.flatMap((group) => group.students);
  const open = new Set(students.filter((student) => !kept.has(student)));
  const look = () => {
    for (const student of open) {
      const outcome = outcomeIn(out, student);
      if (!outcome) continue;
      // What is tried again may still come out otherwise.
      if (outcome.failure?.kind === 'infrastructure') continue;
      open.delete(student);
      progress.grade(outcome);
    }
  };
  try {
    progress.count(open.size);
    const { child, log } = start();
    let code: number | null | undefined;
    const ended = new Promise<void>((done) => {
      child.once('exit', (found) => {
        code = found;
        done();
      });
    });
    signal.addEventListener('abort', () => child.pid && process.kill(-child.pid, 'SIGINT'));
    while (code === undefined) {
      await Promise.race([ended, sleep(LOOK_EVERY_MS)]);
      look();
    }
    progress.clear();
    const outcomes = students.map((student): Outcome => {
      const found = outcomeIn(out, student) ?? {
        student,
        failure: { kind: 'infrastructure', message: `see ${workflowFolder(out)}` },
      };
      return kept.has(student) ? { ...found, isKept: true } : found;
    });
    console.log(`\n${gradesTable(outcomes)}`);
    if (code !== 0) {
      console.error(`\nnot all is done: say it again with --resume. Snakemake says (${log}):`);
      console.error(errorsIn(log));
    } else {
      for (const name of ['course.html', 'grades.csv']) {
        if (existsSync(join(out, name))) console.log(join(out, name));
      }
    }
    const unprinted = unprintedIn(out, groups);
    for (const { target, reason } of unprinted) console.error(`not printed: ${target}: ${reason}`);
    process.exitCode = code === 0 && unprinted.length === 0 ? 0 : 1;
  } finally {
    progress.clear();
    end();
    if (signal.aborted) process.exitCode = 130;
  }
}
