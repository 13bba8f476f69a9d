import { type Command, InvalidArgumentError, Option } from 'commander';
import { DEFAULT_LIMITS, LEAST_MEMORY } from '../confinement/limits';
import { type Paper, PRINT_LIMIT } from '../pdf/print-notebook';
import type { Quality } from '../pdf/shrink-images';
import { reportsFolder } from '../project';

/** `--out DIR`, the same for every command that writes. */
export function outOption(): Option {
  return new Option('--out <dir>', 'folder for the results').default(reportsFolder);
}

/** `--profile`, the same for every command that runs cells. */
export function profileOption(what = 'how much is computed'): Option {
  return new Option('--profile <name>', what)
    .choices(['quick', 'full'])
    .env('NOTEGRAD_PROFILE')
    .default('quick');
}

/** `--timeout`, ten minutes by default. */
export function timeoutOption(what = 'limit for one cell'): Option {
  return new Option('--timeout <seconds>', what).argParser(seconds).default(600);
}

/** `--notebook-limit`, an hour by default. */
export function notebookLimitOption(): Option {
  return new Option(
    '--notebook-limit <seconds>',
    'limit for a whole notebook, however often it is run',
  )
    .argParser(seconds)
    .default(3600);
}

/** `--unconfined`, the same for every command that grades. */
export function unconfinedOption(): Option {
  return new Option(
    '--unconfined',
    'run students’ code with your own rights; grades say so',
  ).default(false);
}

/** What a report looks like, the same for every command that prints one. */
export interface ReportOptions {
  readonly paper: Paper;
  readonly quality: Quality;
  readonly questionPages: boolean;
  readonly printLimit: number;
}

/** `--paper`, `--quality`, `--question-pages` and `--print-limit`. */
export function addReportOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--paper <size>', 'size of the pages').choices(['a4', 'letter']).default('a4'),
    )
    .addOption(
      new Option('--quality <level>', 'of photographs: high keeps every pixel')
        .choices(['low', 'normal', 'high'])
        .default('normal'),
    )
    .option('--question-pages', 'start each question on a new page (tag: question)', false)
    .addOption(
      new Option('--print-limit <seconds>', 'processor time for printing')
        .argParser(seconds)
        .default(PRINT_LIMIT),
    );
}

/** `--name`, which stands below the title. */
export function authorOption(): Option {
  return new Option('--name <name>', "the author (default: the notebook's metadata.authors)");
}

/** `--memory`, of walls: in MiB. */
export function memoryOption(otherwise = ''): Option {
  const usual = DEFAULT_LIMITS.memory / 2 ** 20;
  return new Option(
    '--memory <MiB>',
    `memory of what is confined (default: ${otherwise}${usual})`,
  ).argParser(mebibytes);
}

/** `--memory` of a command that grades. */
export function gradingMemoryOption(): Option {
  return memoryOption('what the assignment says, or ');
}

function mebibytes(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= LEAST_MEMORY) return value;
  throw new InvalidArgumentError(`It is a whole number of MiB, ${LEAST_MEMORY} at least.`);
}

/** A number of seconds above zero. */
export function seconds(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value <= 0) {
    throw new InvalidArgumentError('It is a number of seconds above 0.');
  }
  return value;
}

/** A whole number above zero. */
export function wholeNumber(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new InvalidArgumentError('It is a whole number above 0.');
}
