import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { temporaryFolder } from '../support/temporary-folder';

const root = join(__dirname, '..', '..');
const folder = temporaryFolder();
const url = (module: string) => JSON.stringify(pathToFileURL(join(root, 'scripts', module)));

function evaluate(code: string, env: NodeJS.ProcessEnv = {}) {
  return spawnSync(process.execPath, ['--input-type=module', '--eval', code], {
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
}

/**
 * The same as another user than root, who need not be able to read where this checkout lies. Not by
 * `process.setuid`, which Debian 13's Node refuses.
 */
function evaluateAsNobody(code: string) {
  cpSync(join(root, 'scripts', 'setup'), join(folder, 'scripts', 'setup'), { recursive: true });
  for (const above of [tmpdir(), folder]) chmodSync(above, 0o755);
  const copied = code.replaceAll(pathToFileURL(root).href, pathToFileURL(folder).href);
  return spawnSync(process.execPath, ['--input-type=module', '--eval', copied], {
    ...{ encoding: 'utf8', cwd: '/', timeout: 20_000 },
    ...(process.getuid?.() === 0 && { uid: 65534 }),
  });
}

/** A folder with programs of these names, each a link to nothing or a shell script. */
function programs(name: string, scripts: Readonly<Record<string, string>>): string {
  const bin = join(folder, name);
  mkdirSync(bin, { recursive: true });
  for (const [program, text] of Object.entries(scripts)) {
    writeFileSync(join(bin, program), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  }
  return bin;
}

const check = (env: NodeJS.ProcessEnv) =>
  spawnSync(process.execPath, [join(root, 'scripts', 'setup.mjs')], {
    encoding: 'utf8',
    env: { ...process.env, NOTEGRAD_SETUP: 'check', ...env },
  });

test('a check with a Python without Jupyter says so, names the conda command, and is red', () => {
  const bin = programs('bare', {
    python3: `echo '{"executable": "/opt/bare/python3", "modules": {"jupyter_client": "8.0", "nbclient": null, "nbconvert": null, "jupyterlab": null, "notebook": null}}'`,
  });
  const { status, stdout } = check({ NOTEGRAD_PYTHON: join(bin, 'python3') });
  assert.is(status, 1);
  assert.match(
    stdout,
    /missing {2}Jupyter's client, nbclient and nbconvert.*\(looked at: \/opt\/bare\/python3 has no nbclient, nbconvert\)/,
  );
  assert.match(stdout, 'conda env create -f environment.yml && conda activate notegrad');
});

test('a Python that does not start is passed over with the reason', () => {
  const { stdout } = check({ NOTEGRAD_PYTHON: '/nowhere/python3' });
  assert.match(stdout, '/nowhere/python3 does not start');
});

test('the first Python on the PATH that has Jupyter is taken, and the others are named', () => {
  const answer = (name: string, version: string | null) =>
    `echo '${JSON.stringify({
      executable: name,
      modules: {
        jupyter_client: '8',
        nbclient: version,
        nbconvert: '7',
        jupyterlab: null,
        notebook: '6',
      },
    })}'`;
  const first = programs('first', { python3: answer('/first/python3', null) });
  const second = programs('second', { python3: answer('/second/python3', '0.10') });
  const code = `
    import { createRequire } from 'node:module';
    const { findPython } = createRequire(${JSON.stringify(`${root}/`)})('./lib/homework/bin/find-python.js');
    console.log(JSON.stringify(findPython()));`;
  const env = { PATH: `${first}:${second}:/usr/bin:/bin`, CONDA_PREFIX: '', NOTEGRAD_PYTHON: '' };
  const { python, passedOver } = JSON.parse(evaluate(code, env).stdout);
  assert.is(python.path, '/second/python3');
  assert.is(python.frontEnd, 'notebook');
  assert.equal(passedOver, [{ path: '/first/python3', reason: 'has no nbclient' }]);
});

test('a check with a CHROME_PATH that is no program says so in one line, and is red', () => {
  const { status, stdout, stderr } = check({ CHROME_PATH: '/nowhere/chrome' });
  assert.is(status, 1);
  assert.match(
    stdout,
    /^ {2}missing {2}CHROME_PATH is \/nowhere\/chrome, which is not a program$/m,
  );
  assert.is(stderr, '');
});

test('CHROME_PATH that is no program is an error, not passed over', () => {
  const code = `
    import { createRequire } from 'node:module';
    const { findBrowser } = createRequire(${JSON.stringify(`${root}/`)})('./lib/homework/bin/find-browser.js');
    console.log(findBrowser());`;
  assert.match(
    evaluate(code, { CHROME_PATH: '/nowhere/chrome' }).stderr,
    'CHROME_PATH is /nowhere/chrome, which is not a program',
  );
  const bin = programs('browsers', { chromium: '' });
  assert.is(evaluate(code, { CHROME_PATH: '', PATH: bin }).stdout.trim(), join(bin, 'chromium'));
});

test('an unknown mode is refused, naming those that are known', () => {
  const unknown = check({ NOTEGRAD_SETUP: 'maybe' });
  assert.is(unknown.status, 1);
  assert.match(unknown.stderr, 'NOTEGRAD_SETUP is maybe (known: install, check, skip)');
});

const requireNode = join(root, 'lib', 'homework', 'bin', 'require-node.js');

test('a Node that is too old is told so in one sentence', () => {
  const requiring = (version: string) => {
    const code = `require(${JSON.stringify(requireNode)}).requireNode('${version}')`;
    return spawnSync(process.execPath, ['--eval', code], { encoding: 'utf8' });
  };
  const { status, stderr } = requiring('20.18.3');
  assert.is(status, 1);
  assert.match(
    stderr,
    `notegrad needs Node 20.19, 22.12 or newer, and ${process.execPath} is Node 20.18.3`,
  );
  assert.is(stderr.trim().split('\n').length, 1);
  for (const version of ['12.22.12', '18.20.4', '21.7.0', '22.11.0']) {
    assert.is(requiring(version).status, 1, version);
  }
  for (const version of ['20.19.0', '22.12.0', '24.1.0']) {
    assert.is(requiring(version).status, 0, version);
  }
});

test('the Node is looked at before any file of ours is read that it may not be able to parse', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const required = './lib/homework/bin/require-node.js';
  for (const name of ['start', 'test', 'lab', 'setup', 'coverage']) {
    assert.ok(scripts[name].startsWith(`node -r ${required} `), name);
  }
  const commandLine = readFileSync(join(root, 'lib', 'homework', 'bin', 'homework.js'), 'utf8');
  assert.is(commandLine.split('\n')[1], "require('./require-node');");
});

test('our packages ask npm for the Node that they ask for themselves', () => {
  for (const folder of ['.', 'lib/notegrad', 'lib/homework']) {
    const { engines } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
    assert.is(engines.node, '^20.19.0 || >=22.12.0', folder);
  }
});

test('a folder without room for the packages is named before anything is installed', () => {
  const small = join(folder, 'small');
  mkdirSync(small);
  const code = `
    import { requirePlace } from ${url('setup/place.mjs')};
    requirePlace(${JSON.stringify(small)}, 1e18);`;
  const { status, stderr } = evaluate(code);
  assert.is(status, 1);
  assert.match(
    stderr,
    /small has [\d.]+ GB left on its disk, and npm's packages take 1000000000\.0 GB: make room/,
  );
  mkdirSync(join(small, 'node_modules'));
  assert.is(evaluate(code).status, 0, 'npm removes those that are there');
});

test('a folder that cannot be written to is named', () => {
  const code = `
    import { requirePlace } from ${url('setup/place.mjs')};
    requirePlace('/');`;
  assert.match(evaluateAsNobody(code).stderr, /^set-up: \/ cannot be written to \(E\w+\)/);
});

test('no npm at all is said, and not taken for an old one', () => {
  const bin = programs('no-npm', {});
  symlinkSync(process.execPath, join(bin, 'node'));
  const code = `
    import { installNpmPackages } from ${url('setup/npm-packages.mjs')};
    console.log(installNpmPackages());`;
  const { stdout, stderr } = evaluate(code, { PATH: bin, npm_execpath: '' });
  assert.match(stderr, 'set-up: npm does not start');
  assert.match(stdout, /^false$/m);
});

test('npm packages are missed where the lockfile wants others, and optional ones are not', () => {
  const project = join(folder, 'project');
  mkdirSync(join(project, 'node_modules', 'a'), { recursive: true });
  mkdirSync(join(project, 'node_modules', 'b'), { recursive: true });
  writeFileSync(join(project, 'node_modules', 'a', 'package.json'), '{}');
  writeFileSync(join(project, 'node_modules', 'b', 'package.json'), '{}');
  const wanted = {
    '': {},
    'node_modules/a': { version: '1.0.0' },
    'node_modules/b': { version: '2.0.0' },
    'node_modules/gone': { version: '1.0.0' },
    'node_modules/gpu': { version: '4.0.0', optional: true },
  };
  const installed = {
    'node_modules/a': { version: '1.0.0' },
    'node_modules/b': { version: '1.9.0' },
    'node_modules/gone': { version: '1.0.0' },
  };
  writeFileSync(join(project, 'package-lock.json'), JSON.stringify({ packages: wanted }));
  const code = `
    import { missingNpmPackages } from ${url('setup/npm-packages.mjs')};
    console.log(JSON.stringify(missingNpmPackages(${JSON.stringify(project)})));`;
  assert.equal(JSON.parse(evaluate(code).stdout), [
    'node_modules/a',
    'node_modules/b',
    'node_modules/gone',
  ]);
  const record = join(project, 'node_modules', '.package-lock.json');
  writeFileSync(record, JSON.stringify({ packages: installed }));
  assert.equal(JSON.parse(evaluate(code).stdout), ['node_modules/b', 'node_modules/gone']);
});

const holdLock = (lock: string, log: string) => `
  import { appendFileSync } from 'node:fs';
  import { setTimeout as sleep } from 'node:timers/promises';
  import { locked } from ${url('setup/lock.mjs')};
  await locked(async () => {
    appendFileSync(${JSON.stringify(log)}, 'in ');
    await sleep(200);
    appendFileSync(${JSON.stringify(log)}, 'out ');
  }, ${JSON.stringify(lock)});`;

test('set-ups at the same time take turns', async () => {
  const lock = join(folder, 'turns.lock');
  const log = join(folder, 'turns.log');
  const argv = ['--input-type=module', '--eval', holdLock(lock, log)];
  const codes = await Promise.all(
    [1, 2, 3].map(
      () => new Promise((resolve) => spawn(process.execPath, argv).on('exit', resolve)),
    ),
  );
  assert.equal(codes, [0, 0, 0]);
  assert.is(readFileSync(log, 'utf8'), 'in out in out in out ');
  assert.not.ok(existsSync(lock));
});

test('a lock that a killed set-up left is taken over', () => {
  const lock = join(folder, 'stale.lock');
  const log = join(folder, 'stale.log');
  const { pid } = spawnSync(process.execPath, ['--eval', '']);
  writeFileSync(lock, `${pid}\n`);
  assert.is(evaluate(holdLock(lock, log)).status, 0);
  assert.is(readFileSync(log, 'utf8'), 'in out ');
});

/** Of one user, in a folder where only its owner may remove what lies there. */
test("a lock that another user's killed set-up left is named, and not waited for", () => {
  if (process.getuid?.() !== 0) {
    console.log('skipped: only root can be two users');
    return;
  }
  const shared = join(folder, 'shared');
  mkdirSync(shared);
  chmodSync(shared, 0o1777);
  const lock = join(shared, 'foreign.lock');
  const { pid } = spawnSync(process.execPath, ['--eval', '']);
  writeFileSync(lock, `${pid}\n`);
  const { status, stderr } = evaluateAsNobody(holdLock(lock, join(shared, 'foreign.log')));
  assert.is(status, 1, stderr);
  assert.match(stderr, `another user's set-up (process ${pid}) was killed and left ${lock}`);
});

test('without root and sudo nothing is run as root', () => {
  const bin = programs('no-sudo', {});
  symlinkSync(process.execPath, join(bin, 'node'));
  const code = `
    process.getuid = () => 1000;
    const { asRoot } = await import(${url('setup/debian.mjs')});
    console.log(asRoot() === undefined);`;
  assert.is(evaluate(code, { PATH: bin }).stdout.trim(), 'true');
});

test('sudo that needs no password is used without asking', () => {
  const bin = programs('sudo', { sudo: 'exit 0' });
  const code = `
    process.getuid = () => 1000;
    const { asRoot } = await import(${url('setup/debian.mjs')});
    console.log(JSON.stringify(asRoot()));`;
  assert.equal(JSON.parse(evaluate(code, { PATH: `${bin}:/usr/bin:/bin` }).stdout), ['sudo', '-n']);
});

test('who may not install is told what is missing, why it stays so, and what root has to run', () => {
  const bin = programs('refusing-sudo', {
    sudo: 'exit 1',
    'apt-get': 'exit 1',
    'apt-cache': '[ $2 = python3-nbconvert ] || echo "  Candidate: 1.0"',
  });
  const code = `
    process.getuid = () => 1000;
    const { setUp } = await import(${url('setup.mjs')});
    await setUp();`;
  const env = {
    ...{ PATH: `${bin}:/usr/bin:/bin`, NOTEGRAD_SETUP: '' },
    ...{ NOTEGRAD_PYTHON: '/nowhere/python3', CHROME_PATH: process.execPath },
  };
  const { status, stdout, stderr } = evaluate(code, env);
  assert.is(status, 1, stderr);
  assert.match(stdout, "set-up: missing: Jupyter's client");
  if (existsSync('/usr/bin/apt-get')) {
    assert.match(stderr, 'set-up: some of it is required, and installing it takes root, or sudo.');
    assert.match(stderr, /^ {2}apt-get update\n {2}env .* install .*python3-jupyter-client/m);
    assert.not.match(
      stderr,
      'python3-nbconvert',
      'apt would refuse all for one that it does not know',
    );
  } else {
    assert.match(stderr, 'set-up: some of it is required, and there is no apt here');
  }
  assert.match(stderr, 'conda env create -f environment.yml && conda activate notegrad');
});

/** Programs that stand in for apt and write down how they were called. */
function fakeApt(name: string, policy: string) {
  const log = join(folder, `${name}.log`);
  writeFileSync(log, '');
  const bin = programs(name, {
    env: `shift; exec "$@"`,
    'apt-get': `echo "$@" >> ${log}\nexit 0`,
    'apt-cache': policy,
  });
  return { log, env: { PATH: `${bin}:/usr/bin:/bin` } };
}

const install = `
  import { installPackages } from ${url('setup/debian.mjs')};
  installPackages([], { required: ['chromium'], optional: ['extra'] });`;

test('the lists of apt are refreshed only where they do not know a package', () => {
  const known = fakeApt('known', 'echo "  Candidate: 1.0"');
  evaluate(install, known.env);
  assert.not.match(readFileSync(known.log, 'utf8'), /update/);
  assert.is(readFileSync(known.log, 'utf8').match(/install --yes/g)?.length, 2);
  const unknown = fakeApt('unknown', 'exit 0');
  const { stdout } = evaluate(install, unknown.env);
  const calls = readFileSync(unknown.log, 'utf8').trim().split('\n');
  assert.is(calls.length, 2, 'an optional package that is not offered is left out');
  assert.match(calls[0], /update$/);
  assert.match(calls[1], /install --yes --no-install-recommends chromium$/);
  assert.match(stdout, '$ apt-get --quiet update');
  assert.match(stdout, '$ env DEBIAN_FRONTEND=noninteractive apt-get');
});

test.run();
