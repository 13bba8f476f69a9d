import { copyFileSync, existsSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { checkNotebook, compareWithRelease } from '../assignment/check-notebook';
import { checkReport } from '../assignment/check-report';
import { releaseNoteOf } from '../assignment/release-note';
import { type Progress, startProgress } from '../cell-progress';
import { wrongStoredClaims } from '../claims/stored-claims';
import {
  fillIn,
  type HandIn,
  type HandInFile,
  handInOf,
  type ModelFile,
  type ScriptFile,
} from '../hand-in';
import { fileInside } from '../inside';
import { kernelFolder } from '../kernel-folder';
import { listed, Mistake } from '../mistake';
import { type Notebook, nameOf, notebookBytes, readNotebook } from '../notebook';

import { authorsOf } from '../pdf/first-page';
import { type PrintStyle, printNotebook } from '../pdf/print-notebook';

import { folderBeside } from '../replace-folder';
import { runRecordOf } from '../run-record';
import { formatTable } from '../table';
import { missingAnswers } from './answers';
import { typeErrors } from './check-types';
import { wrongData } from './data-files';
import { cellThatDeclares, countTagged, extractScript } from './extract-script';
import { wrongModel } from './model-files';
import { wrongOutputs } from './outputs';
import { pack, refuseForeignFiles } from './pack';
import { runScript } from './run-script';

export interface SubmitOptions extends PrintStyle {
  /** Takes the place of `{name}` in the file names. */
  readonly name: string;
  /** The folder that becomes the hand-in, or gets its zip file. */
  readonly out: string;
  /** Seconds that one script may take. */
  readonly timeout: number;
  readonly signal?: AbortSignal;
}

interface Job {
  readonly path: string;
  readonly notebook: Notebook;
  readonly handIn: HandIn;
  /** Where the files are made, until all of them are right. */
  readonly staging: string;
  readonly options: SubmitOptions;
  readonly progress: Progress;
}

/** A file of the hand-in and, in words, what it was made of. */
interface MadeFile {
  readonly to: string;
  readonly origin: string;
}

const TYPE_ERRORS_SHOWN = 5;

/**
 * Makes what a notebook's handout wants handed in, and prints a table of it. If a grader would miss
 * anything, all of it is listed in one mistake, and nothing is written.
 */
export async function submitNotebook(path: string, options: SubmitOptions): Promise<void> {
  const out = resolve(options.out);
  const notebook = readNotebook(path);
  const declared = handInOf(notebook, path);
  if (!declared) {
    throw new Mistake(
      `${path}: declares no hand-in in metadata.notegrad.handIn (\`homework submit --help\` shows one)`,
    );
  }
  const handIn = fillIn(declared, options.name);
  refuseForeignFiles(handIn, out);
  const staging = folderBeside(out);
  const progress = startProgress();
  try {
    const job = { path, notebook, handIn, staging, options, progress };
    const made = await makeFiles(job);
    const sizes = made.map(({ to }) => statSync(join(staging, to)).size.toLocaleString('en-US'));
    progress.clear();
    const rows = made.map(({ to, origin }, index) => [to, sizes[index], origin]);
    console.log(`\n${formatTable(['file', 'bytes', 'made of'], rows)}`);
    console.log(`\nready to hand in: ${shown(pack(handIn, staging, out))}`);
  } finally {
    progress.clear();
    rmSync(staging, { recursive: true, force: true });
  }
}

async function makeFiles(job: Job): Promise<readonly MadeFile[]> {
  const { path, notebook, handIn, progress, options } = job;
  progress.show(`${nameOf(path)}: looking for what is missing`);
  const files = handIn.files.filter((file) => !file.optional || isThere(job, file));
  const scripts = files.filter((file) => file.from === 'script');
  const aboutRun = [
    ...wrongOutputs(notebook),
    ...wrongStoredClaims(notebook),
    ...files.flatMap((file) => (file.from === 'model file' ? (wrongModelOf(job, file) ?? []) : [])),
  ];
  const aboutData = files.flatMap((file) =>
    file.from === 'data file' ? (wrongData(file, shown(kernelFolder(path))) ?? []) : [],
  );
  const complaints = [
    ...changedSinceRelease(job),
    ...aboutRun,
    ...aboutData,
    ...missingAnswers(notebook),
    ...writeScripts(job, scripts),
  ];
  const rerun = `\nTo run it anew: npx homework run ${path} --profile full --in-place`;
  refuse(path, complaints, aboutRun.length > 0 ? rerun : '');
  await showChecks(job);
  refuse(path, await runScripts(job, scripts));
  const made: MadeFile[] = [];
  for (const file of files) made.push({ to: file.to, origin: await make(job, file) });
  if (options.signal?.aborted) throw new Mistake('stopped');
  return made;
}

/** What of an assignment is not as its students got it: it would be put back before it is graded. */
function changedSinceRelease({ path, notebook }: Job): readonly string[] {
  if (!releaseNoteOf(notebook, path)) return [];
  const { repairs } = compareWithRelease(path);
  const advice =
    repairs.length > 0 ? [`to put that back: npx homework check ${path} --repair`] : [];
  return [...repairs.map(({ cell, message }) => `${cell} ${message}`), ...advice];
}

/** The visible tests of an assignment: a student may hand in what does not pass them, and is told. */
async function showChecks({ path, notebook, progress, options }: Job): Promise<void> {
  if (!releaseNoteOf(notebook, path)) return;
  const onCell = (number: number) => progress.show(`${nameOf(path)}: checking, cell ${number}`);
  const checked = await checkNotebook(path, { ...options, profile: 'quick', onCell });
  progress.clear();
  console.log(checkReport(checked));
}

/** Puts a file into the staging folder, where scripts are already, and tells what it is made of. */
async function make({ path, notebook, staging, options, progress }: Job, file: HandInFile) {
  const target = join(staging, file.to);
  switch (file.from) {
    case 'script': {
      const count = countTagged(notebook, file.tag);
      return `${count} ${count === 1 ? 'cell' : 'cells'} tagged ${file.tag}; runs`;
    }
    case 'report': {
      progress.show(`${nameOf(path)}: printing ${file.to}`);
      const { name, ...style } = options;
      const author = authorsOf(notebook).length === 0 ? { name } : {};
      const print = { source: path, executed: path, target };
      const { pages, notes } = await printNotebook({ ...style, ...author, ...print });
      progress.clear();
      for (const note of notes) console.log(`${file.to}: ${note}`);
      return `the notebook's stored outputs, ${pages} ${pages === 1 ? 'page' : 'pages'}`;
    }
    case 'model file':
      copyFileSync(fileInside(kernelFolder(path), file.path), target);
      return `${shown(join(kernelFolder(path), file.path))}, of the run that made the outputs`;
    case 'data file':
      copyFileSync(fileInside(kernelFolder(path), file.path), target);
      return shown(join(kernelFolder(path), file.path));
    case 'notebook':
      writeFileSync(target, notebookBytes(path));
      return 'the notebook itself';
  }
}

function isThere({ path, notebook }: Job, file: HandInFile): boolean {
  if (file.from === 'script') return countTagged(notebook, file.tag) > 0;
  return !('path' in file) || existsSync(join(kernelFolder(path), file.path));
}

function wrongModelOf({ path, notebook }: Job, file: ModelFile): string | undefined {
  return wrongModel(file, shown(kernelFolder(path)), runRecordOf(notebook));
}

/** Extracts the scripts and type-checks them; returns what is wrong. */
function writeScripts({ path, notebook, staging }: Job, scripts: readonly ScriptFile[]) {
  const isEmpty = ({ tag }: ScriptFile) => countTagged(notebook, tag) === 0;
  const empty = scripts
    .filter(isEmpty)
    .map(({ to, tag }) => `${to}: no code cell is tagged ${tag}`);
  const written = scripts
    .filter((script) => !isEmpty(script))
    .map(({ tag, to }) => {
      const file = join(staging, to);
      writeFileSync(file, extractScript(notebook, { notebookFile: basename(path), tag, to }));
      return file;
    });
  const errors = typeErrors(written);
  const lines = errors.slice(0, TYPE_ERRORS_SHOWN).map(({ file, line, message, unknownName }) => {
    const cell = unknownName && cellThatDeclares(notebook, unknownName);
    const hint = cell ? ` (cell ${cell} declares it: tag it, too)` : '';
    return `${file}:${line}: ${message}${hint}`;
  });
  const left = errors.length - lines.length;
  return [...empty, ...lines, ...(left > 0 ? [`${left} more errors of types in the scripts`] : [])];
}

async function runScripts(job: Job, scripts: readonly ScriptFile[]): Promise<readonly string[]> {
  const { path, staging, progress, options } = job;
  const failures: string[] = [];
  for (const { to } of scripts) {
    progress.show(`${nameOf(path)}: running ${to} (profile quick)`);
    const failure = await runScript({ ...options, file: join(staging, to) });
    if (options.signal?.aborted) throw new Mistake('stopped');
    if (failure) failures.push(`${to} ${failure}`);
  }
  return failures;
}

function refuse(path: string, complaints: readonly string[], advice = ''): void {
  if (complaints.length === 0) return;
  const verdict = 'a grader would miss something, so nothing was written:';
  throw new Mistake(`${path}: ${verdict}${listed(complaints)}${advice}`);
}

/** A path as people here would write it. */
function shown(path: string): string {
  const here = relative(process.cwd(), path);
  return here === '' ? '.' : here.startsWith('..') ? path : here;
}
