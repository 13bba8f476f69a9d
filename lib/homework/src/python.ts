import { findPython } from '../bin/find-python';
import { Mistake } from './mistake';

/** The Python that has Jupyter; a mistake that says what to do where there is none. */
export function pythonWithJupyter(): string {
  const { python, passedOver } = findPython();
  if (python) return python.path;
  const looked = passedOver.map(({ path, reason }) => `${path} ${reason}`).join('; ');
  throw new Mistake(
    `no Python with Jupyter was found (${looked || 'no python3 at all'}): run \`npx homework setup\``,
  );
}
