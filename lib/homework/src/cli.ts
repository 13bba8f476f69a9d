import { Command } from 'commander';
import { addClaims } from './commands/claims';
import { addData } from './commands/data';
import { addInit } from './commands/init';
import { addLab } from './commands/lab';
import { addPdf } from './commands/pdf';
import { addRun } from './commands/run';
import { addSetup } from './commands/setup';
import { addSubmit } from './commands/submit';
import { Mistake } from './mistake';

const program = new Command('homework')
  .description('Runs, prints, opens and hands in the notebooks')
  .showHelpAfterError('(homework --help tells more)');
[addInit, addSetup, addRun, addClaims, addPdf, addSubmit, addLab, addData].forEach((add) => {
  add(program);
});

program.parseAsync().catch((error: unknown) => {
  console.error(error instanceof Mistake ? `homework: ${error.message}` : error);
  process.exitCode = 1;
});
