import { resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type Assignment, readAssignment, requireSolution } from '../assignment/assignment';
import { prepareFolder } from '../choose-notebooks';
import { describeWalls, testedWalls } from '../confinement/tested-walls';
import type { Profile } from '../execute';
import { writeAutograderZip } from '../grading/autograder-zip';
import { startClassProgress } from '../grading/class-progress';
import { gradeClass, type Outcome } from '../grading/grade-class';
import { defaultJobs, jobsByMemory, memoryEach, memoryLimit } from '../grading/jobs';
import { testsInside } from '../grading/plan-tests';
import { listed, Mistake } from '../mistake';
import { formatTable } from '../table';
import { keepTemporaryFilesTogether } from '../temporary-folder';
import { beatBeside } from '../watchdog';
import { writeText } from '../write-text';
import { abortOnInterrupt } from './interrupt';
import {
  gradingMemoryOption,
  notebookLimitOption,
  profileOption,
  timeoutOption,
  unconfinedOption,
  wholeNumber,
} from './options';

interface Options {
  readonly assignment: string;
  readonly out: string;
  readonly jobs?: number;
  readonly resume: boolean;
  readonly profile: Profile;
  readonly timeout: number;
  readonly notebookLimit: number;
  readonly zip?: 'gradescope';
  readonly python: string;
  readonly wheels: boolean;
  readonly memory?: number;
  readonly unconfined: boolean;
  readonly outcomes?: string;
}

const MORE = `
A submission is a student's notebook (ada.ipynb, or ada/NAME.ipynb where NAME is the assignment's), or a
student's folder. DIR/STUDENT/grade.json holds the points, executed.ipynb the notebook as it was run, with the
hidden tests: it is for staff alone. Students' code runs confined (bubblewrap, on Linux): without a network, it
writes its own folder alone, and sees nothing of yours. Where that cannot be had, nothing is graded unless you
say --unconfined. Tests are decided in a process of the grader's, on definitions that are in another, or on what
the notebook's kernel answers; those that cannot be, since they count tensors, say, run in the kernel and
are named.`;

/** `homework grade`: points for what students handed in. */
export function addGrade(program: Command): void {
  program
    .command('grade')
    .description('repair, run and test submissions, each in a kernel of its own')
    .argument('[submissions...]', 'notebooks or folders of students')
    .requiredOption('--assignment <notebook>', 'the instructor’s notebook, with the hidden tests')
    .requiredOption('--out <dir>', 'a folder for each student is made in it')
    .addOption(
      new Option(
        '-j, --jobs <number>',
        'how many at a time (default: one a core, where there is memory for each)',
      ).argParser(wholeNumber),
    )
    .option('--resume', 'leave what was graded from the same files in the same way', false)
    .addOption(profileOption())
    .addOption(timeoutOption())
    .addOption(notebookLimitOption())
    .addOption(
      new Option('--zip <system>', 'write an autograder to --out, and grade nothing').choices([
        'gradescope',
      ]),
    )
    .addOption(
      new Option('--python <version>', 'with --zip: the Python of the image')
        .argParser(pythonVersion)
        .default('3.10'),
    )
    .option('--no-wheels', 'with --zip: the image has Jupyter’s Python libraries already')
    .addOption(gradingMemoryOption())
    .addOption(unconfinedOption())
    .option(
      '--outcomes <file>',
      'write how each came out, as JSON, if nothing has to be tried again',
    )
    .addHelpText('after', MORE)
    .action(async (submissions: readonly string[], options: Options) => {
      const assignment = readAssignment(options.assignment);
      requireSolution(assignment);
      const memory = memoryLimit(assignment, options.memory);
      if (options.zip) {
        writeZip(submissions, assignment, memory, options);
        return;
      }
      if (submissions.length === 0) throw new Mistake('grade: name the submissions to grade');
      prepareFolder(options.out);
      // Grades are the same however many are graded at a time: sums on other numbers of threads differ.
      process.env.NOTEGRAD_THREADS ||= '1';
      const each = memoryEach(assignment);
      const jobs = options.jobs ?? defaultJobs(each);
      if (jobs > jobsByMemory(each)) {
        console.log(
          `there is memory for about ${jobsByMemory(each)} at a time, and you said -j ${jobs}`,
        );
      }
      const { outcomes: file } = options;
      const endBeat = file ? beatBeside(file) : undefined;
      const removeTemporaryFiles = keepTemporaryFilesTogether();
      const { signal, end } = abortOnInterrupt();
      const progress = startClassProgress();
      let insecure: readonly string[] = [];
      try {
        const walls = options.unconfined
          ? undefined
          : await testedWalls({ limits: { memory: memory * 2 ** 20 } });
        console.log(describeWalls(walls));
        const outcomes = await gradeClass(submissions, assignment, {
          ...options,
          jobs,
          out: resolve(options.out),
          signal,
          walls,
          onPlan: (plan) => {
            insecure = testsInside(plan);
          },
          onCounted: progress.count,
          onStarted: progress.start,
          onFault: progress.fault,
          onGraded: progress.grade,
        });
        progress.clear();
        console.log(`\n${gradesTable(outcomes)}`);
        if (options.resume) console.log(`\n${resumedNote(outcomes)}`);
        if (insecure.length > 0) console.log(`\n${INSIDE}${listed(insecure)}`);
        const isDone = !outcomes.some(({ failure }) => failure?.kind === 'infrastructure');
        if (file && isDone && !signal.aborted) {
          writeText(file, outcomesText(outcomes));
        }
        process.exitCode = outcomes.some(({ failure }) => failure) ? 1 : 0;
      } finally {
        progress.clear();
        removeTemporaryFiles();
        endBeat?.();
        end();
        if (signal.aborted) process.exitCode = 130;
      }
    });
}

function writeZip(
  submissions: readonly string[],
  assignment: Assignment,
  memory: number,
  { out, python, wheels, ...options }: Options,
): void {
  if (submissions.length > 0) {
    throw new Mistake('grade: with --zip no submission is graded: name none');
  }
  if (!out.endsWith('.zip')) throw new Mistake(`grade: --out names the zip, and ${out} is none`);
  writeAutograderZip(out, assignment, { ...options, memory, ...(wheels && { python }) });
  console.log(`for Gradescope, with the hidden tests, for staff alone: ${out}`);
}

function outcomesText(outcomes: readonly Outcome[]): string {
  const lines = outcomes.map(({ student, record, failure }) => ({
    student,
    ...(record && { points: record.points, max: record.max, seconds: record.runtime.seconds }),
    ...(failure && { reason: failure.message }),
  }));
  return `${JSON.stringify(lines, null, 1)}\n`;
}

/** What was left as it was, and what was graded anew because of what. */
function resumedNote(outcomes: readonly Outcome[]): string {
  const kept = outcomes.filter(({ isKept }) => isKept).length;
  const reasons = new Map<string, number>();
  for (const change of outcomes.flatMap(({ changes = [] }) => changes)) {
    reasons.set(change, (reasons.get(change) ?? 0) + 1);
  }
  const shown = [...reasons].map(([change, count]) => `\n  ${change} (${count})`);
  const why = shown.length > 0 ? `, as these have changed:${shown.join('')}` : '';
  return `${kept} left as they were, ${outcomes.length - kept} graded${why}`;
}

const INSIDE = "Tests that ran in the student's own kernel, which can deceive them:";
/** How each submission came out, a line a student. */
export function gradesTable(outcomes: readonly Outcome[]): string {
  const rows = outcomes.map(({ student, record, failure, isKept, outdated = [] }) => {
    if (!record) return [student, '–', `not graded (${failure?.kind}): ${failure?.message}`];
    const scores = record.questions
      .flatMap(({ tests, manual }) => [...tests, ...manual])
      .reduce((total, { score }) => total + (score ?? 0), 0);
    const notes = [
      record.points === null ? 'answers to be marked by hand' : '',
      record.repairs.length > 0 ? `${record.repairs.length} repairs` : '',
      record.failures.length > 0 ? `${record.failures.length} cells fail` : '',
      outdated.length > 0 ? `to be marked again: ${outdated.join(', ')}` : '',
      isKept ? 'graded before' : '',
    ];
    return [student, `${scores}/${record.max}`, notes.filter(Boolean).join(', ')];
  });
  return formatTable(['student', 'points', 'notes'], rows);
}

function pythonVersion(text: string): string {
  if (/^3\.\d+$/.test(text)) return text;
  throw new InvalidArgumentError('It is a version such as 3.10.');
}
