import { Command } from 'commander';
import { addCheck } from './commands/check';
import { addData } from './commands/data';
import { addLab } from './commands/lab';
import { addNew } from './commands/new';
import { addPdf } from './commands/pdf';
import { addPoints } from './commands/points';
import { addRelease } from './commands/release';
import { addRun } from './commands/run';
import { addSubmit } from './commands/submit';
import { Mistake } from './mistake';

const program = new Command('homework')
  .description('Runs, prints, opens and hands in the notebooks')
  .showHelpAfterError('(homework --help tells more)');
[addRun, addPdf, addSubmit, addLab, addData, addNew, addPoints, addRelease, addCheck].forEach(
  (add) => {
    add(program);
  },
);

program.parseAsync().catch((error: unknown) => {
  console.error(error instanceof Mistake ? `homework: ${error.message}` : error);
  process.exitCode = 1;
});
