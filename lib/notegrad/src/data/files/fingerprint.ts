import { stat } from 'node:fs/promises';
import { sha256 } from './whole-file';

/**
 * What tells whether any of these files changed: sizes and times, as hashing 800 MB of images would
 * take longer than is saved.
 */
export async function fingerprint(paths: readonly (string | undefined)[]): Promise<string> {
  const lines = paths.map(async (path) => {
    if (!path) return 'none';
    const status = await stat(path).catch(() => undefined);
    return status ? `${path} ${status.size} ${status.mtimeMs}` : `${path} unreadable`;
  });
  return sha256((await Promise.all(lines)).join('\n'));
}
