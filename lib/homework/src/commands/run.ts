import type { Command } from 'commander';
import { chooseEach, prepareFolder, reportRefused } from '../choose-notebooks';
import { describeWalls, testedWalls } from '../confinement/tested-walls';
import type { Profile } from '../execute';
import { Mistake } from '../mistake';
import { refuseRun, runNotebooks } from '../run-notebooks';
import { abortOnInterrupt } from './interrupt';
import {
  addReportOptions,
  authorOption,
  memoryOption,
  outOption,
  profileOption,
  type ReportOptions,
  seconds,
} from './options';

interface Options extends ReportOptions {
  readonly profile: Profile;
  readonly out: string;
  readonly timeout?: number;
  readonly pdf: boolean;
  readonly name?: string;
  readonly inPlace: boolean;
  readonly fixClaims: boolean;
  readonly confined: boolean;
  readonly memory?: number;
}

const SECONDS_A_CELL: Readonly<Record<Profile, number>> = { quick: 600, full: 3600 };

/** `homework run`: executes notebooks and prints them. */
export function addRun(program: Command): void {
  const command = program
    .command('run')
    .description('run notebooks from top to bottom, and print each as a PDF')
    .argument('[notebooks...]', 'files to run (default: all in notebooks/)')
    .addOption(profileOption('how much is computed: minutes, or all the handout asks for'))
    .addOption(outOption())
    .option('--timeout <seconds>', 'limit for one cell (default: 600, full: 3600)', seconds)
    .option('--no-pdf', 'do not print');
  addReportOptions(command)
    .addOption(authorOption())
    .option('--in-place', 'also save the outputs into the notebooks themselves', false)
    .option(
      '--fix-claims',
      'write what the full run found into the texts bound to it; as --in-place else',
      false,
    )
    .option('--confined', 'let cells write their own folder alone, without a network', false)
    .addOption(memoryOption())
    .action(async (named: string[], options: Options) => {
      const { fixClaims, profile } = options;
      if (fixClaims && profile !== 'full') {
        throw new Mistake('--fix-claims needs --profile full: texts speak of the full run');
      }
      const choice = chooseEach(named, (path, notebook) => refuseRun(path, notebook, options.out));
      prepareFolder(options.out);
      reportRefused(choice.refused);
      const walls = options.confined
        ? await testedWalls({
            limits: {
              cpu: Number.POSITIVE_INFINITY,
              ...(options.memory && { memory: options.memory * 2 ** 20 }),
            },
          })
        : undefined;
      if (walls) console.log(describeWalls(walls));
      const { signal, end } = abortOnInterrupt();
      const timeout = options.timeout ?? SECONDS_A_CELL[options.profile];
      const failed = await runNotebooks(choice, {
        ...options,
        inPlace: options.inPlace || fixClaims,
        timeout,
        signal,
        walls,
      });
      end();
      process.exitCode = signal.aborted ? 130 : Math.min(failed, 1);
    });
}
