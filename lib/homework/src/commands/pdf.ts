import { statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Command } from 'commander';
import { chooseEach, prepareFolder, reportRefused } from '../choose-notebooks';
import { Mistake } from '../mistake';
import { nameOf } from '../notebook';
import { printNotebook } from '../pdf/print-notebook';
import { addReportOptions, authorOption, outOption, type ReportOptions } from './options';

interface Options extends ReportOptions {
  readonly name?: string;
  readonly out: string;
  readonly pictures?: string;
}

/** `homework pdf`: prints notebooks as they are, without running them. */
export function addPdf(program: Command): void {
  const command = program
    .command('pdf')
    .description('print notebooks as they are, without running them')
    .argument('[notebooks...]', 'files to print (default: all in notebooks/)');
  addReportOptions(command)
    .addOption(authorOption())
    .addOption(outOption())
    .option('--pictures <dir>', 'folder of the pictures that notebooks name (default: their own)')
    .action(async (named: string[], { out, pictures, ...style }: Options) => {
      if (pictures && !statSync(pictures, { throwIfNoEntry: false })?.isDirectory()) {
        throw new Mistake(`--pictures: ${pictures} is no folder`);
      }
      const { notebooks, refused } = chooseEach(named);
      prepareFolder(out);
      reportRefused(refused);
      for (const path of notebooks) {
        const target = join(out, `${nameOf(path)}.pdf`);
        const source = pictures ? join(pictures, basename(path)) : path;
        try {
          const { pages, notes } = await printNotebook({
            source,
            executed: path,
            target,
            ...style,
          });
          console.log(`${target}: ${pages} ${pages === 1 ? 'page' : 'pages'}`);
          for (const note of notes) console.log(`  ${note}`);
        } catch (error) {
          if (!(error instanceof Mistake)) throw error;
          reportRefused([{ path, reason: error.message }]);
        }
      }
    });
}
