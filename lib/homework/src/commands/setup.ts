import { existsSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { findPython } from '../../bin/find-python';
import { programNamed } from '../confinement/program-named';
import { Mistake } from '../mistake';
import { buildNativeEngine, nativeEngine } from '../native-engine';
import { browserPath } from '../pdf/browser';

/** Something the commands need from the machine; `missing` says what it is for. */
interface Need {
  readonly name: string;
  readonly found?: string;
  readonly missing?: string;
  readonly debian: readonly string[];
  readonly elsewhere: string;
}

/** `homework setup`: what the machine lacks, and the native engine. */
export function addSetup(program: Command): void {
  program
    .command('setup')
    .description('say what the machine lacks, and make the native engine ready')
    .addOption(
      new Option('--for <purpose>', 'also what JupyterLab, or grading, needs').choices([
        'lab',
        'grading',
      ]),
    )
    .action(({ for: purpose }: { for?: 'lab' | 'grading' }) => {
      const needs = [
        jupyter(),
        ...(purpose === 'lab' ? [frontEnd()] : []),
        ...(purpose === 'grading' ? [confinement()] : []),
        browser(),
      ];
      needs.forEach(report);
      prepareEngine();
      const missing = needs.filter((need) => need.missing !== undefined);
      if (missing.length > 0) throw new Mistake(`still to be installed:\n${howTo(missing)}`);
    });
}

function jupyter(): Need {
  const { python, passedOver } = findPython();
  const looked = passedOver.map(({ path, reason }) => `${path} ${reason}`).join('; ');
  const versions =
    python && `nbclient ${python.modules.nbclient}, nbconvert ${python.modules.nbconvert}`;
  return {
    name: 'Jupyter',
    ...(python
      ? { found: `${python.path} with ${versions}` }
      : { missing: `no Python has what runs notebooks (${looked || 'no python3 at all'})` }),
    debian: ['python3-jupyter-client', 'python3-nbclient', 'python3-nbconvert'],
    elsewhere: 'python3 -m pip install jupyter-client nbclient nbconvert',
  };
}

function frontEnd(): Need {
  const found = findPython().python?.frontEnd;
  return {
    name: 'JupyterLab or Notebook',
    ...(found ? { found } : { missing: 'nothing opens notebooks in a browser' }),
    debian: ['jupyter-notebook'],
    elsewhere: 'python3 -m pip install jupyterlab',
  };
}

function browser(): Need {
  const found = browserPath();
  return {
    name: 'Chromium',
    ...(found ? { found } : { missing: 'no Chromium or Chrome that prints PDFs' }),
    debian: ['chromium', 'fonts-dejavu-core'],
    elsewhere: 'npx @puppeteer/browsers install chrome@stable, and CHROME_PATH names it',
  };
}

function confinement(): Need {
  const path = programNamed('bwrap');
  return {
    name: 'bubblewrap',
    ...(path ? { found: path } : { missing: "nothing confines students' code" }),
    debian: ['bubblewrap'],
    elsewhere: 'bubblewrap, by the package manager of your Linux',
  };
}

function report({ name, found, missing }: Need): void {
  console.log(found ? `  found    ${name}: ${found}` : `  missing  ${name}: ${missing}`);
}

/** Never fatal: without it everything runs, slower. */
function prepareEngine(): void {
  let { found } = nativeEngine();
  if (!found && buildNativeEngine()) found = nativeEngine().found;
  console.log(
    found
      ? `  found    native engine: ${found}`
      : '  missing  native engine: WebAssembly takes its place, slower',
  );
}

function howTo(needs: readonly Need[]): string {
  if (existsSync('/usr/bin/apt-get')) {
    return `  apt-get install --no-install-recommends ${needs.flatMap(({ debian }) => debian).join(' ')}`;
  }
  return needs.map(({ elsewhere }) => `  ${elsewhere}`).join('\n');
}
