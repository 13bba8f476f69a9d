// @ts-check
// Plain JavaScript without dependencies: the set-up asks it before anything is installed or built.
const { spawnSync } = require('node:child_process');
const { accessSync, constants, realpathSync } = require('node:fs');
const { delimiter, dirname, join, parse } = require('node:path');

const REQUIRED_MODULES = ['jupyter_client', 'nbclient', 'nbconvert'];
const FRONT_ENDS = ['jupyterlab', 'notebook'];

const PROBE = `
import importlib.metadata, importlib.util, json, site, sys
site.addsitedir(site.getusersitepackages())
def version(module):
    if importlib.util.find_spec(module) is None:
        return None
    try:
        return importlib.metadata.version(module)
    except importlib.metadata.PackageNotFoundError:
        return 'unknown'
modules = {module: version(module) for module in json.loads(sys.argv[1])}
print(json.dumps({'executable': sys.executable, 'modules': modules}))
`;

/** Every Python worth asking, best first: the one named by hand, the environment's, the PATH's, the system's. */
function candidates() {
  const byHand = process.env.NOTEGRAD_PYTHON;
  if (byHand) return [byHand];
  const conda = process.env.CONDA_PREFIX ? [join(process.env.CONDA_PREFIX, 'bin', 'python3')] : [];
  const onPath = (process.env.PATH ?? '')
    .split(delimiter)
    .filter(Boolean)
    .map((folder) => join(folder, 'python3'));
  const system = ['/usr/bin/python3', '/usr/local/bin/python3', '/opt/homebrew/bin/python3'];
  // By real folder, not by real file: a virtual environment's python3 links to the system's.
  const found = [...conda, ...onPath, ...system].filter(isExecutable);
  return [...new Set(found.map((path) => join(realpathSync(dirname(path)), 'python3')))];
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** @param {string} path */
function probe(path) {
  const modules = JSON.stringify([...REQUIRED_MODULES, ...FRONT_ENDS]);
  // As all our programs run: no module beside a notebook is Python's own `json`.
  const { status, stdout } = spawnSync(path, ['-I', '-c', PROBE, modules], {
    cwd: parse(process.execPath).root,
    encoding: 'utf8',
    timeout: 20_000,
  });
  if (status !== 0) return undefined;
  const answer = JSON.parse(stdout);
  return {
    path: answer.executable || path,
    modules: answer.modules,
    missing: REQUIRED_MODULES.filter((name) => answer.modules[name] === null),
    frontEnd: FRONT_ENDS.find((name) => answer.modules[name] !== null),
  };
}

function findPython() {
  const passedOver = [];
  for (const path of candidates()) {
    const python = probe(path);
    if (python?.missing.length === 0) return { python, passedOver };
    const reason = python ? `has no ${python.missing.join(', ')}` : 'does not start';
    passedOver.push({ path: python?.path ?? path, reason });
  }
  return { python: undefined, passedOver };
}

module.exports = { findPython };
