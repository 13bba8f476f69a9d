import { spawn, spawnSync } from 'node:child_process';
import { dirname, resolve } from 'node:path';
import { Mistake } from '../mistake';
import { type Cgroup, makeCgroup, newCgroupName, usableCgroup } from './cgroup';
import { DEFAULT_LIMITS, type Limits } from './limits';
import { programNamed } from './program-named';
import { readOnlyView } from './view';
import type { ConfinedProcess, Enclosed, Inside, Means, WallOptions, Walls } from './walls';
import { megabytes, type Watcher, watch } from './watcher';

const HOME = '/home/student';
/** Who the code believes to be; outside it is the grader, without any rights of his. */
const STUDENT = '1000';
const REMOVE_TRIES = 50;
const REMOVE_PAUSE_MS = 20;
const SECONDS_MORE = 5;

/**
 * Walls of bubblewrap: namespaces of its own for users, processes, network, IPC and mounts. There is no
 * network at all; the system and the packages are read-only; home and temporary folder are private and go
 * with the process.
 *
 * @throws a Mistake where the programs for it are missing
 */
export function bubblewrap({ limits: own, means = bestMeans() }: WallOptions = {}): Walls {
  if (means === 'rlimits' && process.getuid?.() === 0) {
    throw new Mistake(
      'no control group can be used here, and without one the processes of root are not counted: be another user',
    );
  }
  const program = programs();
  const enclose = (command: readonly string[], inside: Inside): Enclosed => {
    const limits = { ...DEFAULT_LIMITS, ...own, ...inside.limits };
    const folder = resolve(inside.folder);
    const cgroup = means === 'rlimits' ? undefined : makeCgroup(means, limits, newCgroupName());
    if (cgroup) openGroups.add(cgroup);
    let watcher: Watcher | undefined;
    return {
      command: [
        ...entered(cgroup),
        ...[program.bwrap, ...NAMESPACES, ...program.options, ...view(inside, folder, limits)],
        ...['--', program.prlimit, ...rlimits(limits, means), '--', ...command],
      ],
      watch: (pid) => {
        watcher = watch(pid, folder, limits, {
          looksAtMemory: !cgroup,
          ...(cgroup && { members: cgroup.members }),
          processorTime: () => cgroup?.processorTime(),
          onProcessorTime: inside.onProcessorTime,
        });
      },
      end: () => {
        const passed = watcher?.end();
        watcher = undefined;
        const kills = cgroup?.kills() ?? 0;
        if (cgroup) endGroup(cgroup);
        return (
          passed ?? (kills > 0 ? `used more than ${megabytes(limits.memory)} of memory` : undefined)
        );
      },
    };
  };
  return {
    options: { ...(own && { limits: own }), means },
    description: [
      'users, processes, network (none), IPC and mounts: bubblewrap',
      `memory and processes: ${describe(means)}`,
      `processor time: ${describeProcessorTime(means)}`,
      'size of a file: a limit of each process; size of all files: a watcher',
    ],
    enclose,
    spawn: (command, args, inside, options = {}): ConfinedProcess => {
      const enclosed = enclose([command, ...args], inside);
      const [first, ...rest] = enclosed.command;
      const child: ConfinedProcess = spawn(first, rest, {
        ...options,
        detached: true,
        cwd: '/',
        env: {},
      });
      if (child.pid !== undefined) enclosed.watch(child.pid);
      const end = () => {
        child.passedLimit ??= enclosed.end();
      };
      child.once('close', end);
      child.once('error', end);
      return child;
    },
  };
}

function bestMeans(): Means {
  return usableCgroup(DEFAULT_LIMITS) ?? 'rlimits';
}

function describe(means: Means): string {
  return means === 'rlimits'
    ? 'limits of each process, and a watcher for all of them (there is no control group to use)'
    : means;
}

function describeProcessorTime(means: Means): string {
  const probe =
    means === 'rlimits' ? undefined : makeCgroup(means, DEFAULT_LIMITS, newCgroupName());
  const isCounted = probe?.processorTime() !== undefined;
  probe?.remove();
  return isCounted
    ? `${means}, which counts it, and a watcher`
    : 'a watcher, of the processes that it sees (no control group counts it), and a limit of each';
}

const NAMESPACES = [
  ...['--unshare-user', '--unshare-pid', '--unshare-net', '--unshare-ipc', '--unshare-uts'],
  ...['--unshare-cgroup-try', '--uid', STUDENT, '--gid', STUDENT, '--cap-drop', 'ALL'],
  ...['--die-with-parent', '--hostname', 'confined', '--clearenv'],
];

/** What the process sees, and the little of it that it may write. */
function view(inside: Inside, folder: string, limits: Limits): readonly string[] {
  const { readable = [], writable = [] } = inside;
  const temporary = String(Math.floor(limits.disk / 2));
  return [
    ...['--proc', '/proc', '--dev', '/dev'],
    ...['--size', temporary, '--tmpfs', '/dev/shm', '--size', temporary, '--tmpfs', '/tmp'],
    ...['--size', temporary, '--tmpfs', '/home', '--dir', HOME],
    ...readOnlyView(readable.map((path) => resolve(path))),
    ...[folder, ...writable].flatMap((path) => ['--bind', path, path]),
    ...['--remount-ro', '/', '--chdir', folder],
    ...variables(inside.environment).flatMap(([name, value]) => ['--setenv', name, value]),
  ];
}

function variables(environment: Inside['environment'] = {}): readonly [string, string][] {
  const own = Object.entries(process.env).filter(([name]) => name.startsWith('NOTEGRAD_'));
  const all = {
    PATH: `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`,
    HOME,
    LANG: 'C.UTF-8',
    TMPDIR: '/tmp',
    ...Object.fromEntries(own),
    ...environment,
  };
  return Object.entries(all).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] satisfies [string, string]],
  );
}

/** Never the size of the address space: WebAssembly reserves more than it uses. */
function rlimits({ cpu, file, memory, processes }: Limits, means: Means): readonly string[] {
  // A watcher ends all of it first, and says so.
  const each = Number.isFinite(cpu) ? String(Math.ceil(cpu) + SECONDS_MORE) : 'unlimited';
  const common = ['--core=0', `--cpu=${each}`, `--fsize=${file}`];
  return means === 'rlimits' ? [...common, `--data=${memory}`, `--nproc=${processes}`] : common;
}

/**
 * A shell that joins the control group and becomes what follows. It lets an interruption (SIGINT) pass by
 * for bubblewrap, which would end by it; Node listens to it anew.
 */
function entered(cgroup: Cgroup | undefined): readonly string[] {
  const files = cgroup?.entrances ?? [];
  const script = `trap '' INT; n=$1; shift; while [ $n -gt 0 ]; do echo $$ > "$1" || exit 125; shift; n=$((n - 1)); done; exec "$@"`;
  return ['/bin/sh', '-c', script, 'sh', String(files.length), ...files];
}

/** Those that a process which ends has to take away: what was within them may end later than it asks. */
const openGroups = new Set<Cgroup>();
process.once('exit', () => openGroups.forEach(endGroup));

/** What is left in the group ends now, and then the group. */
function endGroup(cgroup: Cgroup): void {
  openGroups.delete(cgroup);
  for (let tries = 0; tries < REMOVE_TRIES; tries++) {
    try {
      for (const pid of cgroup.members()) process.kill(pid, 'SIGKILL');
      cgroup.remove();
      return;
    } catch {
      // It ends just now, or is not gone yet.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, REMOVE_PAUSE_MS);
    }
  }
}

/** Where the programs are that make walls, and what this bubblewrap can. */
function programs() {
  const bwrap = programNamed('bwrap');
  if (!bwrap) throw new Mistake('bubblewrap is not installed, which confines notebooks');
  const help = spawnSync(bwrap, ['--help'], { encoding: 'utf8' }).stdout;
  if (!help.includes('--size')) {
    throw new Mistake(`${bwrap} is too old: bubblewrap 0.8 or newer is wanted`);
  }
  const options = help.includes('--disable-userns') ? ['--disable-userns'] : [];
  const needed = (name: string) => {
    const path = programNamed(name);
    if (path) return path;
    throw new Mistake(`${name} is not installed (util-linux), which limits what is confined`);
  };
  return {
    bwrap,
    options,
    prlimit: needed('prlimit'),
  };
}
