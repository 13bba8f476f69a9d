import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { Mistake } from '../mistake';
import { ownModules, ownRequire, projectFolder } from '../project';
import { trimStack } from '../trim-stack';

export interface RunScriptOptions {
  readonly file: string;
  /** Seconds that it may take. */
  readonly timeout: number;
  readonly signal?: AbortSignal;
}

const MAX_PRINTED = 10_000_000;
const LINES_SHOWN = 15;

/**
 * Runs a script in the quick profile, in an empty folder of its own that takes what it writes, with
 * the project's packages. Returns what went wrong, or undefined.
 */
export function runScript({
  file,
  timeout,
  signal,
}: RunScriptOptions): Promise<string | undefined> {
  const folder = mkdtempSync(join(tmpdir(), 'notegrad-script-'));
  const options = {
    cwd: folder,
    env: {
      ...process.env,
      NODE_PATH: [ownModules(), join(projectFolder(), 'node_modules')].join(delimiter),
      NOTEGRAD_DATA: process.env.NOTEGRAD_DATA ?? join(projectFolder(), 'data'),
      NOTEGRAD_PROFILE: 'quick',
      NOTEGRAD_FIGURES: undefined,
    },
    timeout: timeout * 1000,
    killSignal: 'SIGKILL' as const,
    maxBuffer: MAX_PRINTED,
    signal,
  };
  return new Promise((resolve) => {
    execFile(process.execPath, ['-r', esbuildRegister(), file], options, (error, _, stderr) => {
      rmSync(folder, { recursive: true, force: true });
      resolve(error ? reasonFor(error, stderr, timeout) : undefined);
    });
  });
}

function reasonFor(
  { code, killed, signal }: Parameters<NonNullable<Parameters<typeof execFile>[3]>>[0] & object,
  stderr: string,
  timeout: number,
): string {
  if (String(code) === 'ABORT_ERR') return 'stopped';
  if (String(code) === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') {
    return `printed more than ${MAX_PRINTED / 1e6} MB and was stopped`;
  }
  if (killed) return `ran longer than its time limit of ${timeout} seconds`;
  const said = trimStack(stderr).split('\n').slice(-LINES_SHOWN).join('\n');
  const ended = signal ? `signal ${signal}` : `exit code ${code}`;
  return `fails (${ended}):\n${said.replaceAll(/^/gm, '    ')}`;
}

function esbuildRegister(): string {
  try {
    return ownRequire.resolve('esbuild-register');
  } catch {
    throw new Mistake(
      'esbuild-register is not installed, which runs the scripts: run `npm install`',
    );
  }
}
