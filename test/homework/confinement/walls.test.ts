import { spawn, spawnSync } from 'node:child_process';
import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { bubblewrap } from '../../../lib/homework/src/confinement/bubblewrap';
import { testWalls } from '../../../lib/homework/src/confinement/self-test';
import { testedWalls } from '../../../lib/homework/src/confinement/tested-walls';
import type { Walls } from '../../../lib/homework/src/confinement/walls';
import { whatToDo } from '../../../lib/homework/src/confinement/what-to-do';
import { packageFolder } from '../../../lib/homework/src/project';
import { errorOf, inFolder } from '../../support/folders';
import { wallsOr } from './hostile';

const NOBODY = 65534;

let walls: Walls | undefined;

test.before(async () => {
  walls = await wallsOr((reason) => console.log(`skipped: ${reason}`));
});

/** Where there is Linux, code without walls can be tried as well. */
const isLinux = process.platform === 'linux';

test('code without walls does all that it must not, and each of it is named', async () => {
  if (!isLinux) return;
  const none: Walls = {
    description: [],
    options: {},
    enclose: (command) => ({ command, watch: () => {}, end: () => undefined }),
    spawn: (command, args, { folder }, options = {}) =>
      spawn(command, args, { ...options, cwd: folder }),
  };
  const message = await errorOf(() => testWalls(none));
  const holes = [
    ...['reads a secret', 'writes outside', 'changes the library', 'reaches the network'],
    ...['starts processes without end', 'takes memory without end', 'leaves a process behind'],
  ];
  assert.is(message, `the walls do not hold: code within them ${holes.join(', ')}`);
});

test('where nothing starts, what was said and what to do are told', async () => {
  const closed: Walls = {
    description: [],
    options: {},
    enclose: (command) => ({ command, watch: () => {}, end: () => undefined }),
    spawn: (_command, _args, _inside, options = {}) =>
      spawn('sh', ['-c', 'echo "bwrap: setting up uid map: Permission denied" >&2'], options),
  };
  const message = await errorOf(() => testWalls(closed));
  assert.match(message, 'nothing runs within the walls: bwrap: setting up uid map: Permission');
});

test('advice follows the settings of the kernel', () => {
  const said = 'bwrap: setting up uid map: Permission denied';
  const where = (name: string, value: string) => (file: string) =>
    file.endsWith(name) ? value : '';
  const apparmor = whatToDo(said, where('apparmor_restrict_unprivileged_userns', '1'));
  assert.match(apparmor, '/etc/apparmor.d/bwrap');
  assert.match(
    whatToDo(said, where('userns_clone', '0')),
    'sysctl kernel.unprivileged_userns_clone=1',
  );
  assert.match(whatToDo(said, where('max_user_namespaces', '0')), 'user.max_user_namespaces=');
  assert.match(
    whatToDo(said, () => ''),
    'docker run --security-opt',
  );
  assert.is(
    whatToDo('node: not found', () => ''),
    '',
  );
});

test('within, a command sees its own folder, no variables of ours, and its exit code is told', async () => {
  if (!walls) return;
  process.env.SECRET_TOKEN = 'secret';
  await inFolder(async (folder) => {
    const script = 'pwd; env; id -u; ls -a /home/student; echo kept > file; exit 7';
    const child = walls!.spawn('/bin/sh', ['-c', script], { folder, environment: { OWN: '1' } });
    let printed = '';
    child.stdout?.on('data', (text) => {
      printed += text;
    });
    const code = await new Promise((resolve) => child.once('close', resolve));
    assert.is(code, 7);
    assert.match(printed, folder);
    assert.match(printed, 'OWN=1');
    assert.match(printed, /^1000$/m);
    assert.not.match(printed, 'secret');
  });
  delete process.env.SECRET_TOKEN;
});

test('a process that is killed takes all that it started with it', async () => {
  if (!walls) return;
  await inFolder(async (folder) => {
    const script = 'setsid sleep 100 & echo started; wait';
    const child = walls!.spawn('/bin/sh', ['-c', script], { folder });
    await new Promise((resolve) => child.stdout?.once('data', resolve));
    child.kill('SIGKILL');
    // Its stdout closes when the last process that has it ends.
    await new Promise((resolve) => child.once('close', resolve));
  });
});

test('another user than root is confined without a control group, too', async () => {
  if (process.getuid?.() !== 0 || !walls) return;
  // Nobody may look into the folder of the tests, so this one lies elsewhere.
  const own = mkdtempSync('/tmp/notegrad-nobody-');
  try {
    chownSync(own, NOBODY, NOBODY);
    const modules = join(packageFolder, 'dist', 'confinement');
    const script = `const { bubblewrap } = require('./bubblewrap.js');
const { testWalls } = require('./self-test.js');
testWalls(bubblewrap({ means: 'rlimits' })).then(() => console.log('they hold'), (error) => console.log(error.message));`;
    const asNobody = [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'];
    const { stdout, stderr } = spawnSync('setpriv', [...asNobody, process.execPath, '-e', script], {
      cwd: modules,
      encoding: 'utf8',
      env: { ...process.env, TMPDIR: own, HOME: own },
    });
    if (/EACCES|permission denied/i.test(stdout + stderr)) {
      console.log('skipped: another user may not read this project');
      return;
    }
    assert.is(stdout, 'they hold\n', stderr);
  } finally {
    rmSync(own, { recursive: true, force: true });
  }
});

test('root without a control group is refused, as its processes would not be counted', async () => {
  if (process.getuid?.() !== 0 || !walls) return;
  const message = await errorOf(() => bubblewrap({ means: 'rlimits' }));
  assert.match(message, 'the processes of root are not counted: be another user');
  const closed = await errorOf(() => testedWalls({ means: 'rlimits' }));
  assert.match(closed, /^code cannot be confined here, and nothing was run: .*--unconfined/s);
});

test.run();
