import type { Command } from 'commander';
import { type Checked, checkNotebook, compareWithRelease } from '../assignment/check-notebook';
import { checkReport } from '../assignment/check-report';
import { startProgress } from '../cell-progress';
import { chooseNotebook } from '../choose-notebooks';
import type { Profile } from '../execute';
import { writeNotebook } from '../notebook';
import { abortOnInterrupt } from './interrupt';
import { profileOption, timeoutOption } from './options';

interface Options {
  readonly question?: string;
  readonly repair: boolean;
  readonly profile: Profile;
  readonly timeout: number;
}

/** `homework check`: runs the tests that a student sees. */
export function addCheck(program: Command): void {
  program
    .command('check')
    .description(
      'run the visible tests of an assignment, and see that its cells are as they were given',
    )
    .argument('<notebook>', 'the student’s notebook')
    .option('--question <id>', 'check this question only')
    .option('--repair', 'put given cells and tests back as they were, and say what was done', false)
    .addOption(profileOption())
    .addOption(timeoutOption())
    .action(async (named: string, options: Options) => {
      const path = chooseNotebook(named);
      if (options.repair) {
        const { repaired, repairs } = compareWithRelease(path);
        if (repairs.length > 0) writeNotebook(path, repaired);
        console.log(
          repairs.length > 0 ? `${path} was repaired:` : `${path}: there is nothing to repair`,
        );
        for (const { cell, message } of repairs) console.log(`  - ${cell} ${message}`);
      }
      const { signal, end } = abortOnInterrupt();
      const progress = startProgress();
      try {
        const onCell = (number: number) => progress.show(`${path}: cell ${number}`);
        const checked = await checkNotebook(path, { ...options, signal, onCell });
        progress.clear();
        console.log(checkReport(checked));
        process.exitCode = isGood(checked) ? 0 : 1;
      } finally {
        progress.clear();
        end();
        if (signal.aborted) process.exitCode = 130;
      }
    });
}

function isGood({ questions, repairs }: Checked): boolean {
  const isPassed = questions.every(({ grades }) =>
    grades.every(({ status }) => status === 'passed'),
  );
  return isPassed && repairs.length === 0;
}
