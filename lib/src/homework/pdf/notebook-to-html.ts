import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { Mistake } from '../mistake';
import { PROSE_TAG } from '../notebook';
import { jupyterEnvironment } from '../project';
import { pythonWithJupyter } from '../python';

const run = promisify(execFile);

/** A notebook as one HTML page in the project's print style, by nbconvert. */
export async function notebookToHtml(path: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'notegrad-html-'));
  try {
    const python = pythonWithJupyter();
    const what = ['--to', 'html', '--template', 'notegrad', '--log-level', 'ERROR'];
    const hidden = ['enabled=True', `remove_input_tags=${PROSE_TAG}`];
    const options = hidden.map((option) => `--TagRemovePreprocessor.${option}`);
    const where = ['--output-dir', folder, '--output', 'page', resolve(path)];
    await run(python, ['-m', 'nbconvert', ...what, ...options, ...where], {
      env: jupyterEnvironment(),
      timeout: 120_000,
    });
    return await readFile(join(folder, 'page.html'), 'utf8');
  } catch (error) {
    const said = (error as { stderr?: string }).stderr?.trim().split('\n').at(-1);
    throw new Mistake(`${path}: nbconvert fails: ${said ?? error}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
