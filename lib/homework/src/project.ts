import { delimiter, join } from 'node:path';

/** The folder of the checkout; the same from the sources and from the build. */
export const projectRoot: string = join(__dirname, '..', '..', '..');

/** Where notebooks lie unless the command names others. */
export const notebooksFolder: string = join(projectRoot, 'notebooks');

/** Where results go unless the command says otherwise. */
export const reportsFolder: string = 'reports';

/** The environment in which Jupyter finds this project's kernel and template, and our own Node. */
export function jupyterEnvironment(): NodeJS.ProcessEnv {
  const nodeFirst = [join(process.execPath, '..'), process.env.PATH];
  const ourJupyter = [
    join(projectRoot, 'lib', 'homework', 'share', 'jupyter'),
    process.env.JUPYTER_PATH,
  ];
  return {
    ...process.env,
    PATH: nodeFirst.filter(Boolean).join(delimiter),
    JUPYTER_PATH: ourJupyter.filter(Boolean).join(delimiter),
  };
}
