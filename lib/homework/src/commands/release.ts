import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Assignment } from '../assignment/assignment';
import { release } from '../assignment/release';
import { chooseNotebook } from '../choose-notebooks';
import type { Profile } from '../execute';
import { testsInside } from '../grading/plan-tests';
import { proveGradable } from '../grading/prove-gradable';
import { listed } from '../mistake';
import { abortOnInterrupt } from './interrupt';
import { profileOption, timeoutOption } from './options';
import { pointsTable } from './points';

interface Options {
  readonly out: string;
  readonly profile: Profile;
  readonly timeout: number;
  readonly trials: number;
  readonly rate: number;
}

const MORE = `
Nothing is written unless the solution earns all points in a fresh kernel, the student's notebook
compiles and runs up to the first stub, every test fails on the stubs, no hidden line is left in what
students get, and \`grade\` could decide each test: those that only the student's kernel can run are named. Files that go with the notebook are named in its metadata, under
notegrad.assignment.files; modules that its cells import come along.`;

const INSIDE = "Tests that will run in the student's own kernel, which can deceive them:";
/** Seconds for the whole notebook: as many as `grade` gives it. */
const notebookLimit = 3600;

/** `homework release`: makes what students get of an instructor's notebook. */
export function addRelease(program: Command): void {
  program
    .command('release')
    .description("make the students' notebook of a solution, and prove that it can be graded")
    .argument('<notebook>', 'the instructor’s notebook')
    .requiredOption('--out <dir>', 'the folder that students get')
    .addOption(profileOption())
    .addOption(timeoutOption())
    .addOption(
      new Option('--trials <number>', 'how often each accuracy threshold is tried on the solution')
        .argParser(wholeNumber)
        .default(20),
    )
    .addOption(
      new Option('--rate <share>', 'in how many of the trials a threshold may fail the solution')
        .argParser(share)
        .default(0.05),
    )
    .addHelpText('after', MORE)
    .action(async (named: string, options: Options) => {
      const path = chooseNotebook(named);
      const { signal, end } = abortOnInterrupt();
      try {
        let inside: readonly string[] = [];
        const alsoWrong = async (assignment: Assignment) => {
          const { plan, flaws } = await proveGradable(assignment, {
            ...options,
            signal,
            notebookLimit,
          });
          inside = testsInside(plan);
          return flaws;
        };
        const asked = { ...options, signal, alsoWrong };
        const { assignment, files, thresholds } = await release(path, asked);
        console.log(`\n${pointsTable(assignment)}`);
        if (thresholds > 0) {
          const what = thresholds === 1 ? 'threshold holds' : 'thresholds hold';
          console.log(`\n${thresholds} ${what} in ${options.trials} trials`);
        }
        if (inside.length > 0) console.log(`\n${INSIDE}${listed(inside)}`);
        console.log(`\nready for students: ${options.out} (${files.join(', ')})`);
      } finally {
        end();
        if (signal.aborted) process.exitCode = 130;
      }
    });
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new InvalidArgumentError('It is a whole number above 0.');
}

function share(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value < 1) return value;
  throw new InvalidArgumentError('It is a share from 0 to below 1, such as 0.05.');
}
