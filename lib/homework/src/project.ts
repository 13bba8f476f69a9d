import { delimiter, join } from 'node:path';

/** The folder of the checkout; the same from the sources and from the build. */
export const projectRoot: string = join(__dirname, '..', '..', '..');

/** Where notebooks lie unless the command names others. */
export const notebooksFolder: string = join(projectRoot, 'notebooks');

/** Where results go unless the command says otherwise. */
export const reportsFolder: string = 'reports';

const ourJupyter = join(projectRoot, 'lib', 'homework', 'share', 'jupyter');

/** The environment in which Jupyter finds this project's kernel and template, and our own Node. */
export function jupyterEnvironment(): NodeJS.ProcessEnv {
  return {
    ...process.env,
    PATH: first(join(process.execPath, '..'), process.env.PATH),
    JUPYTER_PATH: first(ourJupyter, process.env.JUPYTER_PATH),
  };
}

/** The same for a front end, which finds our extensions and the PDF entries of its menu, too. */
export function labEnvironment(): NodeJS.ProcessEnv {
  const exporters = join(projectRoot, 'lib', 'homework', 'python', 'lab');
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
