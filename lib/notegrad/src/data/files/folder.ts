import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

/**
 * The project's `data/`: of the nearest folder, upwards from the present one, that has
 * `data/manifest.json`; else the one beside this library.
 */
export function projectDataFolder(from: string = process.cwd()): string {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    const data = join(folder, 'data');
    if (existsSync(join(data, 'manifest.json'))) return data;
    if (folder === dirname(folder)) return resolve(__dirname, '../../../../../data');
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
