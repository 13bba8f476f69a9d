import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { notebooksFolder, packageFolder } from './project';
import { pythonWithJupyter } from './python';

const script = join(packageFolder, 'python', 'trust_notebooks.py');

/**
 * Signs notebooks as Jupyter does when they are run in it. Of one that is not signed, it hides what
 * could hold a script, Markdown among it.
 */
export function trustNotebooks(paths: readonly string[]): void {
  if (paths.length === 0) return;
  const { status, stderr } = spawnSync(pythonWithJupyter(), [script, ...paths], {
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
  });
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
