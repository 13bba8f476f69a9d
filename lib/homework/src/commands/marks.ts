import type { Command } from 'commander';
import { exportMarks, importMarks } from '../grading/marks';
import { startMarksServer } from '../marking/marks-server';
import { Mistake } from '../mistake';
import { abortOnInterrupt } from './interrupt';

interface Options {
  readonly export?: string;
  readonly import?: string;
}

const MORE = `
Without an option, a page is served to this machine alone: it shows each answer beside its mark scheme, is
used by the keyboard, and saves at each key. Whoever has its address can mark. Ctrl-C ends it.`;

/** `homework marks`: points for answers that a person marks, on a page or in a table. */
export function addMarks(program: Command): void {
  program
    .command('marks')
    .description('mark written answers, on a local page or in a table (CSV)')
    .argument('<dir>', 'what `homework grade` wrote')
    .option('--export <file>', 'write a line for each answer')
    .option('--import <file>', 'take over the lines that have a score')
    .addHelpText('after', MORE)
    .action(async (folder: string, options: Options) => {
      if (options.export !== undefined && options.import !== undefined) {
        throw new Mistake('marks: --export and --import are two steps: say one of them');
      }
      if (options.export !== undefined) {
        console.log(`${exportMarks(folder, options.export)} answers: ${options.export}`);
      } else if (options.import !== undefined) {
        console.log(`${importMarks(folder, options.import)} marks were taken over`);
      } else {
        await serve(folder);
      }
    });
}

async function serve(folder: string): Promise<void> {
  const { url, close } = await startMarksServer(folder);
  const { signal, end } = abortOnInterrupt();
  console.log(`marks of ${folder}: ${url}\nCtrl-C ends it; what was typed is saved.`);
  await new Promise((stop) => signal.addEventListener('abort', stop));
  end();
  await close();
}
