import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { notebooksFolder, projectRoot } from './project';

/**
 * The folder that a notebook runs in. It is the notebook's own where `import 'notegrad'` works from
 * there, else the project's notebooks: a notebook may come from anywhere, a grader's mailbox for
 * one.
 */
export function kernelFolder(source: string): string {
  const folder = dirname(resolve(source));
  try {
    createRequire(join(folder, 'notebook.js')).resolve('notegrad/package.json');
    return folder;
  } catch {
    return existsSync(notebooksFolder) ? notebooksFolder : projectRoot;
  }
}
