import { isUtf8 } from 'node:buffer';
import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const MOST_BYTES = 2 ** 30;
const MOST_FILES = 10_000;
const DEEPEST = 32;

/** Why a folder that was handed in is not copied for its run; undefined where it is. Links are not followed. */
export function flawOfFolder(folder: string): string | undefined {
  let [bytes, files] = [0, 0];
  let level = [folder];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEEPEST) return `${folder}: its folders are nested more than ${DEEPEST} deep`;
    const next: string[] = [];
    for (const one of level) {
      for (const name of readdirSync(one, { encoding: 'buffer' })) {
        // Zips made elsewhere have such names; nothing of ours could open them.
        if (!isUtf8(name))
          return `${one}: the name of ${name.toString('latin1')} is not UTF-8: rename it`;
        const path = join(one, name.toString());
        const found = lstatSync(path);
        if (found.isDirectory()) next.push(path);
        bytes += found.isFile() ? found.size : 0;
        if (++files > MOST_FILES) return `${folder}: holds more than ${MOST_FILES} files`;
        if (bytes > MOST_BYTES) return `${folder}: is larger than ${MOST_BYTES / 2 ** 20} MiB`;
      }
    }
    level = next;
  }
  return undefined;
}
