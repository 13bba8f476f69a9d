import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { writeAtomically } from 'notegrad/tooling';
import type { HandIn } from '../hand-in';
import { Mistake } from '../mistake';
import { replaceFolder } from '../replace-folder';

/** Refuses a folder with files that are no part of the hand-in: they would be handed in, too. */
export function refuseForeignFiles(handIn: HandIn, out: string): void {
  if (handIn.package === 'zip' || !existsSync(out)) return;
  const names = handIn.files.map(({ to }) => to);
  const foreign = readdirSync(out).filter((name) => !names.includes(name));
  if (foreign.length === 0) return;
  throw new Mistake(
    `${out} holds what is not handed in (${foreign.join(', ')}): name another folder`,
  );
}

/**
 * Moves the finished files of `staging` to where they are handed in from, all at once: `out`
 * becomes that folder, or gets the zip file. Returns its path.
 */
export function pack(handIn: HandIn, staging: string, out: string): string {
  if (handIn.package === 'zip') {
    const names = readdirSync(staging);
    const contents = names.map((name) => [name, readFileSync(join(staging, name))]);
    const archive = join(out, handIn.archive);
    writeAtomically(archive, [zipSync(Object.fromEntries(contents))]);
    return archive;
  }
  replaceFolder(staging, out);
  return out;
}
