import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { notebooksFolder } from './project';
import { neutralFolder, ownProgram, pythonWithJupyter } from './python';

/**
 * Signs notebooks as Jupyter does when they are run in it. Of one that is not signed, it hides what
 * could hold a script, Markdown among it.
 */
export function trustNotebooks(paths: readonly string[]): void {
  if (paths.length === 0) return;
  const absolute = paths.map((path) => resolve(path));
  const { status, stderr } = spawnSync(
    pythonWithJupyter(),
    ownProgram('trust_notebooks.py', ...absolute),
    {
      cwd: neutralFolder,
      encoding: 'utf8',
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  if (status === 0) return;
  const reason = stderr.trim().split('\n').at(-1);
  console.error(`the notebooks could not be signed, and Jupyter may hide outputs: ${reason}`);
}

/** Signs the project's own notebooks. */
export function trustOwnNotebooks(): void {
  const folder = notebooksFolder();
  if (!existsSync(folder)) return;
  const names = readdirSync(folder).filter((name) => name.endsWith('.ipynb'));
  trustNotebooks(names.map((name) => join(folder, name)));
}
