import { type Command, InvalidArgumentError } from 'commander';
import { chooseNotebook } from '../choose-notebooks';
import { submitNotebook } from '../submit/submit-notebook';
import { abortOnInterrupt } from './interrupt';
import { addReportOptions, type ReportOptions, timeoutOption } from './options';

interface Options extends ReportOptions {
  readonly name: string;
  readonly out: string;
  readonly timeout: number;
}

const MORE = `
The notebook declares in its metadata what its handout wants: the report as a PDF, scripts (its
cells by tag, type-checked and run in the quick profile), models that its full run left, the notebook
itself; in a folder or a zip; in file names {name} is the student's:
  "notegrad": { "handIn": { "package": "folder", "files": [
    { "from": "report", "to": "{name}_report.pdf" },
    { "from": "script", "tag": "cnn", "to": "cnn.ts" },
    { "from": "model file", "path": "models/full/cnn.pt", "to": "cnn.pt" },
    { "from": "data file", "path": "data/grades.csv", "to": "grades.csv" },
    { "from": "notebook", "to": "{name}_report.ipynb", "optional": true } ] } }
or "package": "zip", "archive": "{name}.zip". The outputs must be those of its present code in the full profile:
  homework run NOTEBOOK --profile full --in-place
Whatever a grader would miss is listed, and then nothing is written.`;

/** `homework submit`: makes the files that a handout wants handed in. */
export function addSubmit(program: Command): void {
  const command = program
    .command('submit')
    .description("make, under the handout's names, what is to be handed in")
    .argument('<notebook>', 'file, or name of one in notebooks/')
    .requiredOption('--name <name>', 'last name and initials, as in riddletm', studentName)
    .requiredOption('--out <dir>', 'the folder that becomes the hand-in, or gets its zip file');
  addReportOptions(command)
    .addOption(timeoutOption('limit for one script'))
    .addHelpText('after', MORE)
    .action(async (named: string, options: Options) => {
      const path = chooseNotebook(named);
      const { signal, end } = abortOnInterrupt();
      try {
        await submitNotebook(path, { ...options, signal });
      } finally {
        end();
        if (signal.aborted) process.exitCode = 130;
      }
    });
}

function studentName(text: string): string {
  if (/^[a-z][a-z0-9-]*$/.test(text)) return text;
  throw new InvalidArgumentError(
    'It is made of lower-case letters, digits and hyphens, such as riddletm.',
  );
}
