import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { findPython } from '../../bin/find-python';
import { Mistake } from '../mistake';
import { labEnvironment, notebooksFolder } from '../project';
import { pythonWithJupyter } from '../python';
import { trustOwnNotebooks } from '../trust-notebooks';

/** `homework lab`: opens Jupyter with this project's kernel. */
export function addLab(program: Command): void {
  program
    .command('lab')
    .description(
      'open JupyterLab, or the classic Notebook, on notebooks/, else here, with our kernel',
    )
    .argument('[arguments...]', 'passed on to Jupyter')
    .allowUnknownOption()
    .action(async (args: string[]) => {
      const path = pythonWithJupyter();
      const frontEnd = findPython().python?.frontEnd;
      if (!frontEnd) {
        throw new Mistake(
          `${path} has neither JupyterLab nor the classic Notebook: \`npx homework setup --for lab\` says how to install one`,
        );
      }
      const notebooks = notebooksFolder();
      trustOwnNotebooks();
      const asRoot = process.getuid?.() === 0 ? ['--allow-root'] : [];
      const jupyter = spawn(path, ['-m', frontEnd, ...asRoot, ...args], {
        cwd: existsSync(notebooks) ? notebooks : process.cwd(),
        env: labEnvironment(),
        stdio: 'inherit',
      });
      // Ctrl-C reaches Jupyter too, which asks whether it is meant.
      process.on('SIGINT', () => {});
      // What ends us alone, as a closed terminal may, would leave Jupyter and its kernels behind.
      for (const signal of ['SIGTERM', 'SIGHUP'] as const) {
        process.on(signal, () => jupyter.kill('SIGTERM'));
      }
      process.exitCode = await new Promise<number>((resolve, reject) => {
        jupyter.on('error', reject);
        jupyter.on('exit', (code) => resolve(code ?? 1));
      });
    });
}
