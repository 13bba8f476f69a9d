import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';

/**
 * Removes a folder that code could write which nobody has read: also where it made folders that lie deeper than a
 * path can tell, closed them to us, or gave them names that are no text.
 *
 * @throws the system's error where something stays
 */
export function removeFolder(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch {
    // These go down step by step, and follow no link.
    spawnSync('chmod', ['-R', 'u+rwx', '--', folder], { stdio: 'ignore' });
    spawnSync('rm', ['-rf', '--', folder], { stdio: 'ignore' });
    rmSync(folder, { recursive: true, force: true });
  }
}
