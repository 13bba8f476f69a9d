import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join, resolve } from 'node:path';

/** The folder of this package, with `python/` and `share/`; the same from sources and build. */
export const packageFolder: string = join(__dirname, '..');

/** `require` as this package knows its dependencies, `notegrad` and `tslab` among them. */
export const ownRequire: NodeJS.Require = createRequire(join(packageFolder, 'package.json'));

/** The `node_modules` in which this package's `notegrad` lies. */
export function ownModules(): string {
  const folders = ownRequire.resolve.paths('notegrad') ?? [];
  const found = folders.find((folder) => existsSync(join(folder, 'notegrad', 'package.json')));
  if (!found) throw new Error(`${packageFolder}: notegrad is not installed: run npm install`);
  return found;
}

/** The user's project: the nearest folder upwards that has a `package.json`, else the present one. */
export function projectFolder(from: string = process.cwd()): string {
  const present = resolve(from);
  for (let folder = present; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder;
    if (folder === dirname(folder)) return present;
  }
}

/** Where notebooks lie unless the command names others: `notebooks/` of the user's project. */
export function notebooksFolder(): string {
  return join(projectFolder(), 'notebooks');
}

/** Where results go unless the command says otherwise. */
export const reportsFolder: string = 'reports';

const ourJupyter = join(packageFolder, 'share', 'jupyter');

/** The environment in which Jupyter finds our kernel and template, and our own Node. */
export function jupyterEnvironment(): NodeJS.ProcessEnv {
  return {
    ...process.env,
    PATH: first(join(process.execPath, '..'), process.env.PATH),
    JUPYTER_PATH: first(ourJupyter, process.env.JUPYTER_PATH),
  };
}

/** The same for a front end, which finds our extensions and the PDF entries of its menu, too. */
export function labEnvironment(): NodeJS.ProcessEnv {
  const exporters = join(packageFolder, 'python', 'lab');
  return {
    ...jupyterEnvironment(),
    JUPYTER_CONFIG_PATH: first(join(ourJupyter, 'config'), process.env.JUPYTER_CONFIG_PATH),
    PYTHONPATH: first(exporters, process.env.PYTHONPATH),
  };
}

/** A list of folders as an environment variable holds it, with one more at its head. */
function first(folder: string, others: string | undefined): string {
  return others ? `${folder}${delimiter}${others}` : folder;
}
