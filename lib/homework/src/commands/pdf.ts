import { basename, join } from 'node:path';
import type { Command } from 'commander';
import { chooseNotebooks, prepareFolder } from '../choose-notebooks';
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
      const paths = chooseNotebooks(named);
      prepareFolder(out);
      for (const path of paths) {
        const target = join(out, `${nameOf(path)}.pdf`);
        const { pages, notes } = await printNotebook({
          source: pictures ? join(pictures, basename(path)) : path,
          executed: path,
          target,
          ...style,
        });
        console.log(`${target}: ${pages} ${pages === 1 ? 'page' : 'pages'}`);
        for (const note of notes) console.log(`  ${note}`);
      }
    });
}
