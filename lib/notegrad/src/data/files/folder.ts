import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

/** What shows that a folder is a project. */
const MARKS = ['package.json', join('data', 'manifest.json')];

/**
 * `data/` of the nearest project, upwards from the present folder: one with a `package.json`, or a
 * manifest of data sets of its own. Outside of any project it is `data/` of the present folder.
 */
export function projectDataFolder(from: string = process.cwd()): string {
  const present = resolve(from);
  for (let folder = present; ; folder = dirname(folder)) {
    if (MARKS.some((mark) => existsSync(join(folder, mark)))) return join(folder, 'data');
    if (folder === dirname(folder)) return join(present, 'data');
  }
}

/** Where data sets lie, a folder each: `NOTEGRAD_DATA`, else the project's `data/`. */
export function dataFolder(): string {
  const moved = process.env.NOTEGRAD_DATA;
  return moved ? resolve(moved) : projectDataFolder();
}

/** How people are told of a path in the data folder, wherever that lies: `data/tweets/…`. */
export function dataSource(path: string): string {
  return join('data', relative(dataFolder(), path));
}
