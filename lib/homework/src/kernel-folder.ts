import { dirname, resolve } from 'node:path';

/**
 * The folder that a notebook runs in: its own, wherever it comes from. The kernel finds `notegrad`
 * from every folder.
 */
export function kernelFolder(source: string): string {
  return dirname(resolve(source));
}
