import { resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { readAssignment, requireSolution } from '../assignment/assignment';
import { startProgress } from '../cell-progress';
import { prepareFolder } from '../choose-notebooks';
import { describeWalls, testedWalls } from '../confinement/tested-walls';
import type { Profile } from '../execute';
import { gradeClass, type Outcome } from '../grading/grade-class';
import { formatTable } from '../table';
import { abortOnInterrupt } from './interrupt';
import { memoryOption, seconds } from './options';

interface Options {
  readonly assignment: string;
  readonly out: string;
  readonly jobs: number;
  readonly resume: boolean;
  readonly profile: Profile;
  readonly timeout: number;
  readonly memory: number;
  readonly unconfined: boolean;
}

const MORE = `
A submission is a student's notebook (ada.ipynb, or ada/NAME.ipynb where NAME is the assignment's), or a
student's folder. DIR/STUDENT/grade.json holds the points, executed.ipynb the notebook as it was run, with the
hidden tests: it is for staff alone. Students' code runs confined (bubblewrap, on Linux): without a network, it
writes its own folder alone, and sees nothing of yours. Where that cannot be had, nothing is graded unless you
say --unconfined. Tests run in the kernel of the student's own code: look at who redefines what they use.`;

/** `homework grade`: points for what students handed in. */
export function addGrade(program: Command): void {
  program
    .command('grade')
    .description('repair, run and test submissions, each in a kernel of its own')
    .argument('<submissions...>', 'notebooks or folders of students')
    .requiredOption('--assignment <notebook>', 'the instructor’s notebook, with the hidden tests')
    .requiredOption('--out <dir>', 'a folder for each student is made in it')
    .addOption(
      new Option('-j, --jobs <number>', 'how many at a time').argParser(wholeNumber).default(1),
    )
    .option('--resume', 'leave what was graded from the same files in the same way', false)
    .addOption(
      new Option('--profile <name>', 'how much is computed')
        .choices(['quick', 'full'])
        .env('NOTEGRAD_PROFILE')
        .default('quick'),
    )
    .addOption(
      new Option('--timeout <seconds>', 'limit for one cell').argParser(seconds).default(600),
    )
    .addOption(memoryOption())
    .option('--unconfined', 'run students’ code with your own rights; grades say so', false)
    .addHelpText('after', MORE)
    .action(async (submissions: readonly string[], options: Options) => {
      const assignment = readAssignment(options.assignment);
      requireSolution(assignment);
      prepareFolder(options.out);
      const walls = options.unconfined
        ? undefined
        : await testedWalls({ limits: { memory: options.memory * 2 ** 20 } });
      console.log(describeWalls(walls));
      const { signal, end } = abortOnInterrupt();
      const progress = startProgress();
      let graded = 0;
      const show = () => progress.show(`${graded} of ${submissions.length} graded`);
      try {
        show();
        const outcomes = await gradeClass(submissions, assignment, {
          ...options,
          out: resolve(options.out),
          signal,
          walls,
          onGraded: () => {
            graded++;
            show();
          },
        });
        progress.clear();
        console.log(`\n${gradesTable(outcomes)}`);
        process.exitCode = outcomes.some(({ failure }) => failure) ? 1 : 0;
      } finally {
        progress.clear();
        end();
        if (signal.aborted) process.exitCode = 130;
      }
    });
}

/** How each submission came out, a line a student. */
export function gradesTable(outcomes: readonly Outcome[]): string {
  const rows = outcomes.map(({ student, record, failure, isKept }) => {
    if (!record) return [student, '–', `not graded (${failure?.kind}): ${failure?.message}`];
    const scores = record.questions
      .flatMap(({ tests, manual }) => [...tests, ...manual])
      .reduce((total, { score }) => total + (score ?? 0), 0);
    const notes = [
      record.points === null ? 'answers to be marked by hand' : '',
      record.repairs.length > 0 ? `${record.repairs.length} repairs` : '',
      record.failures.length > 0 ? `${record.failures.length} cells fail` : '',
      isKept ? 'graded before' : '',
    ];
    return [student, `${scores}/${record.max}`, notes.filter(Boolean).join(', ')];
  });
  return formatTable(['student', 'points', 'notes'], rows);
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new InvalidArgumentError('It is a whole number above 0.');
}
