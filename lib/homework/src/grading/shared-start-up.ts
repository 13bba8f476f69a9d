import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { COMPILED_VARIABLE } from '../kernel/compiled-typescript';
import { packageFolder } from '../project';

const program = join(packageFolder, 'dist', 'kernel', 'compile-typescript.js');
/** As the kernel has it: V8 takes nothing that was compiled for other flags. */
const FLAGS = ['--no-force-async-hooks-checks'];
/** Submissions for which it pays: it takes longer than one of them spares by it. */
const WORTHWHILE = 5;

/**
 * Compiles TypeScript once for all processes that grade these submissions and find it in the environment.
 * Where that fails, each compiles it.
 *
 * @returns forgets it
 */
export async function shareStartUp(submissions: number): Promise<() => void> {
  if (submissions < WORTHWHILE || process.env[COMPILED_VARIABLE]) return () => undefined;
  const file = join(mkdtempSync(join(tmpdir(), 'ng-')), 'typescript');
  const child = spawn(process.execPath, [...FLAGS, program, file], { stdio: 'ignore' });
  const code = await new Promise((resolve) => {
    child.once('error', resolve);
    child.once('exit', resolve);
  });
  if (code === 0) process.env[COMPILED_VARIABLE] = file;
  return () => {
    delete process.env[COMPILED_VARIABLE];
    rmSync(dirname(file), { recursive: true, force: true });
  };
}
