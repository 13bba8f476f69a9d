import { emptyFolder, remove } from './temporary-folder';

/** Does `work` with an empty folder of its own, which is removed afterwards. */
export async function inFolder<T>(work: (folder: string) => T | Promise<T>): Promise<T> {
  const folder = emptyFolder();
  try {
    return await work(folder);
  } finally {
    remove(folder);
  }
}

/** The message of the error that `work` ends in; '' if it ends well. */
export async function errorOf(work: () => unknown): Promise<string> {
  try {
    await work();
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}
