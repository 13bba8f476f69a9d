import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { Mistake, reasonOf } from './mistake';
import { packageFolder } from './project';

/** What may be in a folder that is still empty to us. */
const IGNORED = new Set(['.git', '.DS_Store']);

/**
 * Fills a new or empty folder with a project of notebooks that runs: a first notebook, settings of npm
 * and TypeScript, a place for data. Returns the files that it wrote.
 *
 * @throws Mistake where the folder has files already, or cannot be written to
 */
export function initProject(folder: string): readonly string[] {
  const target = resolve(folder);
  const name = packageName(basename(target));
  refuseToOverwrite(target, folder);
  const template = join(packageFolder, 'template');
  const { version } = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8'));
  return filesIn(template).map((file) => {
    // npm leaves a file out of a package that is called .gitignore.
    const path = file === 'gitignore' ? '.gitignore' : file;
    const text = readFileSync(join(template, file), 'utf8');
    const filled = text.replaceAll('{name}', name).replaceAll('{version}', version);
    mkdirSync(join(target, path, '..'), { recursive: true });
    writeFileSync(join(target, path), filled, { flag: 'wx' });
    return path;
  });
}

/** The folder's name as npm allows it for a package. */
function packageName(folder: string): string {
  const name = folder
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
  return name || 'homework';
}

function refuseToOverwrite(target: string, shown: string): void {
  let present: string[];
  try {
    const there = statSync(target, { throwIfNoEntry: false });
    if (there && !there.isDirectory()) throw new Error('it is not a folder');
    mkdirSync(target, { recursive: true });
    present = readdirSync(target).filter((name) => !IGNORED.has(name));
  } catch (error) {
    throw new Mistake(`cannot write to ${shown}: ${reasonOf(error)}`);
  }
  if (present.length === 0) return;
  throw new Mistake(`${shown} is not empty (it has ${present[0]}): choose another folder`);
}

function filesIn(folder: string, inside = ''): string[] {
  return readdirSync(join(folder, inside), { withFileTypes: true }).flatMap((entry) => {
    const path = join(inside, entry.name);
    return entry.isDirectory() ? filesIn(folder, path) : [path];
  });
}
