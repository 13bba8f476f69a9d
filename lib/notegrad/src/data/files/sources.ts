import { dirname, join } from 'node:path';
import { DataError } from '../../errors';
import { findPackage } from '../../optional-package';
import { download } from './download';
import { dataFolder, dataSource } from './folder';
import { type ManifestFile, type ManifestSet, packageOf } from './manifest';
import { readVerified } from './verified-file';
import type { ReadFile } from './whole-file';

/** A verified file and where it came from, for people. */
export interface SourcedFile extends ReadFile {
  readonly source: string;
}

/** A folder where a set's files may lie. */
export interface Place {
  readonly folder: string;
  readonly source: string;
}

/** Where a set's files may lie on this machine, in the order in which they are looked for. */
export function places(set: ManifestSet): Place[] {
  const own = join(dataFolder(), set.name);
  const npm = set.npmFolder && npmFolder(set.npmFolder);
  return [
    { folder: own, source: dataSource(own) },
    ...(npm ? [{ folder: npm, source: `npm package ${packageOf(set.npmFolder!)}` }] : []),
    ...(set.systemFolder
      ? [
          {
            folder: set.systemFolder,
            source: `package ${set.systemPackage ?? 'of the operating system'}`,
          },
        ]
      : []),
  ];
}

/**
 * A file of the set from the first place that has it, plain or with `.gz`; undefined where none has.
 * A file that is there but is not the manifest's is an error: another place must not hide it.
 */
export async function findFile(
  set: ManifestSet,
  file: ManifestFile,
): Promise<SourcedFile | undefined> {
  for (const { folder, source } of places(set)) {
    for (const path of [join(folder, file.name), join(folder, `${file.name}.gz`)]) {
      const bytes = await readVerified(path, file);
      if (bytes) return { path, bytes, source };
    }
  }
  return undefined;
}

/** A file of the set, verified, from this machine or else from a mirror. */
export async function obtainFile(set: ManifestSet, name: string): Promise<SourcedFile> {
  const file = set.files.find((known) => known.name === name);
  if (!file) throw new DataError(`the manifest's ${set.name} has no file ${name}`);
  const found = await findFile(set, file);
  if (found) return found;
  const { path, bytes } = await download(set, file);
  return { path, bytes, source: dataSource(dirname(path)) };
}

function npmFolder(path: string): string | undefined {
  const name = packageOf(path);
  const packageJson = findPackage(`${name}/package.json`);
  return packageJson && join(dirname(packageJson), path.slice(name.length));
}
