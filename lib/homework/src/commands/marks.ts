import type { Command } from 'commander';
import { exportMarks, importMarks } from '../grading/marks';
import { Mistake } from '../mistake';

interface Options {
  readonly export?: string;
  readonly import?: string;
}

/** `homework marks`: points for answers that a person marks, by way of a table. */
export function addMarks(program: Command): void {
  program
    .command('marks')
    .description('mark written answers in a table (CSV): write it, fill it in, take it over')
    .argument('<dir>', 'what `homework grade` wrote')
    .option('--export <file>', 'write a line for each answer')
    .option('--import <file>', 'take over the lines that have a score')
    .action((folder: string, options: Options) => {
      if ((options.export === undefined) === (options.import === undefined)) {
        throw new Mistake('marks: say either --export FILE or --import FILE');
      }
      if (options.export !== undefined) {
        console.log(`${exportMarks(folder, options.export)} answers: ${options.export}`);
      } else if (options.import !== undefined) {
        console.log(`${importMarks(folder, options.import)} marks were taken over`);
      }
    });
}
