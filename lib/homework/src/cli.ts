import { Command } from 'commander';
import { NotegradError } from 'notegrad/tooling';
import { addCheck } from './commands/check';
import { addClaims } from './commands/claims';
import { addClass } from './commands/class';
import { addData } from './commands/data';
import { addFeedback } from './commands/feedback';
import { addGrade } from './commands/grade';
import { addInit } from './commands/init';
import { addLab } from './commands/lab';
import { addMarks } from './commands/marks';
import { addNew } from './commands/new';
import { addPdf } from './commands/pdf';
import { addPoints } from './commands/points';
import { addRelease } from './commands/release';
import { addRun } from './commands/run';
import { addSetup } from './commands/setup';
import { addSubmit } from './commands/submit';
import { Mistake } from './mistake';
import { guardConsole, printable } from './printable';

guardConsole();
const program = new Command('homework')
  .configureOutput({ writeErr: (text) => process.stderr.write(printable(text)) })
  .description('Runs, prints, opens and hands in the notebooks')
  .showHelpAfterError('(homework --help tells more)');
const commands = [
  ...[addInit, addSetup, addLab, addData],
  ...[addRun, addClaims, addPdf, addSubmit],
  ...[addNew, addPoints, addRelease, addCheck],
  ...[addGrade, addClass, addMarks, addFeedback],
];
for (const add of commands) add(program);

program.parseAsync().catch((error: unknown) => {
  console.error(isUsers(error) ? `homework: ${error.message}` : error);
  process.exitCode = 1;
});

/** A mistake of the user's, or what the system refused: a file that cannot be written, a full disk. */
function isUsers(error: unknown): error is Error {
  const isRefusal = error instanceof Mistake || error instanceof NotegradError;
  return isRefusal || (error instanceof Error && 'syscall' in error);
}
