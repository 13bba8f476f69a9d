// Binds the stored outputs of the notebooks to their present code, after an edit that changes none of
// them (a name, a comment), and writes each file as Jupyter saves it.
//   node -r esbuild-register scripts/keep-outputs.ts [notebooks …]
import { readFileSync, writeFileSync } from 'node:fs';
import { chooseEach, reportRefused } from '../lib/homework/src/choose-notebooks';
import type { Notebook } from '../lib/homework/src/notebook';
import { notebookText } from '../lib/homework/src/notebook-text';
import { outputDigest, runRecordOf, sourceDigests } from '../lib/homework/src/run-record';

const { notebooks, refused } = chooseEach(process.argv.slice(2));
reportRefused(refused);
for (const path of notebooks) {
  const notebook: Notebook = JSON.parse(readFileSync(path, 'utf8'));
  const record = runRecordOf(notebook);
  if (!record) throw new Error(`${path}: has no record of a run: run it`);
  const run = { ...record, outputs: outputDigest(notebook), sources: sourceDigests(notebook) };
  const notegrad = { ...notebook.metadata.notegrad, run };
  const metadata = { ...notebook.metadata, notegrad };
  writeFileSync(path, notebookText({ ...notebook, metadata }));
}
