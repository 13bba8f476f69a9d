import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import ts from 'typescript';
import type { Assignment } from '../assignment/assignment';
import { sourceOf } from '../notebook';
import { ownModules, packageFolder } from '../project';

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/**
 * The folder of each package that this one runs on, itself included, by its name, and of those that an
 * assignment imports, as they are found from its folder.
 */
export function runtimePackages(assignment: Assignment): ReadonlyMap<string, string> {
  const own = realpathSync(packageFolder);
  const modules = ownModules();
  const found = new Map([['@notegrad/homework', own]]);
  const seen = new Set<string>();
  const visit = (folder: string): void => {
    if (seen.has(folder)) return;
    seen.add(folder);
    const manifest: Manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const { dependencies, optionalDependencies } = manifest;
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      const at = packageAbove(folder, name);
      // What is optional, or for another system, may not be there.
      if (at === undefined) continue;
      const real = realpathSync(at);
      // What lies in another package's folder comes along with it.
      if (dirname(at.slice(0, -name.length)) === dirname(modules)) found.set(name, real);
      visit(real);
    }
  };
  visit(own);
  const folder = resolve(dirname(assignment.path));
  for (const name of importedPackages(assignment)) {
    const at = packageAbove(folder, name);
    if (at === undefined) continue;
    if (!found.has(name)) found.set(name, realpathSync(at));
    visit(realpathSync(at));
  }
  return found;
}

function importedPackages({ notebook }: Assignment): ReadonlySet<string> {
  const code = notebook.cells.filter(({ cell_type }) => cell_type === 'code').map(sourceOf);
  const specifiers = code
    .flatMap((source) => ts.preProcessFile(source, true, true).importedFiles)
    .map(({ fileName }) => fileName)
    .filter((name) => !name.startsWith('.') && !isBuiltin(name));
  const nameIn = (specifier: string) =>
    specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
  return new Set(specifiers.map(nameIn));
}

function packageAbove(from: string, name: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const at = join(folder, 'node_modules', name);
    if (existsSync(join(at, 'package.json'))) return at;
    if (folder === dirname(folder)) return undefined;
  }
}
