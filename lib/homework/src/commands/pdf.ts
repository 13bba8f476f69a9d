import { basename, join } from 'node:path';
import type { Command } from 'commander';
import { chooseNotebooks, prepareFolder } from '../choose-notebooks';
import { nameOf } from '../notebook';
import { type Paper, printNotebook } from '../pdf/print-notebook';
import { outOption, paperOption } from './options';

interface Options {
  readonly paper: Paper;
  readonly out: string;
  readonly pictures?: string;
}

/** `homework pdf`: prints notebooks as they are, without running them. */
export function addPdf(program: Command): void {
  program
    .command('pdf')
    .description('print notebooks as they are, without running them')
    .argument('[notebooks...]', 'files to print (default: all in notebooks/)')
    .addOption(paperOption())
    .addOption(outOption())
    .option('--pictures <dir>', 'folder of the pictures that notebooks name (default: their own)')
    .action(async (named: string[], { paper, out, pictures }: Options) => {
      const paths = chooseNotebooks(named);
      prepareFolder(out);
      for (const path of paths) {
        const target = join(out, `${nameOf(path)}.pdf`);
        const { pages, notes } = await printNotebook({
          source: pictures ? join(pictures, basename(path)) : path,
          executed: path,
          target,
          paper,
        });
        console.log(`${target}: ${pages} ${pages === 1 ? 'page' : 'pages'}`);
        for (const note of notes) console.log(`  ${note}`);
      }
    });
}
