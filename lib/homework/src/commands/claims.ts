import type { Command } from 'commander';
import { chooseEach, reportRefused } from '../choose-notebooks';
import { boundCells } from '../claims/claim';
import { unclaimed, wrongClaims } from '../claims/compare';
import { expressionsOf } from '../claims/evaluated';
import { refuseClaims, renewedIn, unclaimedIn } from '../claims/report-claims';
import { staleClaims, wrongStoredClaims } from '../claims/stored-claims';
import { writeValues } from '../claims/write-values';
import { listed } from '../mistake';
import { readNotebook, writeNotebook } from '../notebook';
import { runRecordOf } from '../run-record';

const MORE = `
A Markdown cell lists in its metadata what its text says of the run, in the order of the text:
  "claims": ["113 = fixed(finalLoss)", "rises = losses[1] > losses[0]", "784 // as the handout says"]
A full run evaluates each where it stands, and keeps the values in the notebook; with these the text is
compared here.`;

/** `homework claims`: compares texts with stored outputs. */
export function addClaims(program: Command): void {
  program
    .command('claims')
    .description('check, without a run, that texts agree with the stored outputs')
    .argument('[notebooks...]', 'files to check (default: all in notebooks/)')
    .option('--fix', 'write the values of the last full run into the texts', false)
    .addHelpText('after', MORE)
    .action((named: string[], { fix }: { fix: boolean }) => {
      const { notebooks, refused } = chooseEach(named, (path, notebook) =>
        refuseClaims(path, wrongClaims(notebook)),
      );
      reportRefused(refused);
      const wrong = notebooks.filter((path) => !check(path, fix));
      if (wrong.length > 0) process.exitCode = 1;
    });
}

/** Whether all that a notebook claims is what its stored outputs say; else tells what is not. */
function check(path: string, fix: boolean): boolean {
  if (fix) writeStored(path);
  const notebook = readNotebook(path);
  const cells = boundCells(notebook);
  if (cells.length === 0) {
    console.log(`${path}: claims nothing`);
    return true;
  }
  const complaints = [...wrongStoredClaims(notebook), ...staleClaims(notebook)];
  if (complaints.length > 0)
    console.error(`${path}: text and outputs disagree:${listed(complaints)}`);
  const free = unclaimed(notebook);
  if (free.length > 0) console.error(unclaimedIn(path, free));
  const isRight = complaints.length === 0 && free.length === 0;
  const count = cells.flatMap(expressionsOf).length;
  if (isRight) console.log(`${path}: ${count} ${count === 1 ? 'claim holds' : 'claims hold'}`);
  return isRight;
}

/** Writes what the last full run found into the texts. */
function writeStored(path: string): void {
  const notebook = readNotebook(path);
  const { count, complaints, ...written } = writeValues(
    notebook,
    runRecordOf(notebook)?.claims ?? {},
  );
  if (complaints.length > 0) console.error(`${path}:${listed(complaints)}`);
  if (count === 0) return;
  writeNotebook(path, written.notebook);
  console.log(renewedIn(path, count));
}
