import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isRunningOut, systemMemory } from '../../lib/homework/src/system-memory';

const GIB = 2 ** 30;

/** The system's files, as far as they are there. */
function system(files: Readonly<Record<string, string>>): (path: string) => string {
  return (path) => {
    if (path in files) return files[path];
    throw new Error(`no ${path}`);
  };
}

const MACHINE = `MemTotal:        8388608 kB
MemFree:          100000 kB
MemAvailable:    4194304 kB
SwapTotal:       2097152 kB
SwapFree:        1048576 kB
`;

test('what is available is what the machine can free, and its swap', () => {
  assert.equal(systemMemory(system({ '/proc/meminfo': MACHINE })), {
    available: 5 * GIB,
    total: 8 * GIB,
  });
  assert.is(systemMemory(system({})), undefined);
});

test('a container has less: what any group around the process leaves, without cached files', () => {
  const files = {
    '/proc/meminfo': MACHINE.replace('SwapFree:        1048576', 'SwapFree: 0'),
    '/proc/self/cgroup': '0::/pod/kernel\n',
    '/sys/fs/cgroup/pod/memory.max': `${2 * GIB}\n`,
    '/sys/fs/cgroup/pod/memory.current': `${1.75 * GIB}\n`,
    '/sys/fs/cgroup/pod/memory.stat': `anon 1\ninactive_file ${0.25 * GIB}\nactive_file ${0.5 * GIB}\n`,
    '/sys/fs/cgroup/pod/kernel/memory.max': 'max\n',
    '/sys/fs/cgroup/pod/kernel/memory.current': `${GIB}\n`,
  };
  assert.equal(systemMemory(system(files)), { available: GIB, total: 2 * GIB });
});

test('groups of version 1 count as those of version 2 do, also where the container sees its own as the root', () => {
  const group = (folder: string, limit: number, used: number) => ({
    [`/sys/fs/cgroup/memory${folder}/memory.limit_in_bytes`]: `${limit}\n`,
    [`/sys/fs/cgroup/memory${folder}/memory.usage_in_bytes`]: `${used}\n`,
    [`/sys/fs/cgroup/memory${folder}/memory.stat`]: `inactive_file 7\ntotal_inactive_file ${0.5 * GIB}\ntotal_active_file 0\n`,
  });
  const files = {
    '/proc/meminfo': MACHINE.replace('SwapFree:        1048576', 'SwapFree: 0'),
    '/proc/self/cgroup': '4:memory:/slurm/job_7\n0::/\n',
    ...group('', 2 ** 62, 3 * GIB),
  };
  const own = group('/slurm/job_7', 2 * GIB, 1.5 * GIB);
  assert.equal(systemMemory(system({ ...files, ...own })), { available: GIB, total: 2 * GIB });
  const container = group('', 2 * GIB, 1.5 * GIB);
  assert.equal(systemMemory(system({ ...files, ...container })), {
    available: GIB,
    total: 2 * GIB,
  });
});

test('a process is in danger that takes much where little is left', () => {
  const total = 8 * GIB;
  assert.is(isRunningOut(6 * GIB, { available: 0.1 * GIB, total }), true);
  assert.is(isRunningOut(6 * GIB, { available: GIB, total }), false, 'there is room');
  assert.is(isRunningOut(GIB, { available: 0.1 * GIB, total }), false, 'another one takes it');
  assert.is(isRunningOut(0.4 * GIB, { available: 0.06 * GIB, total: GIB / 2 }), true);
});

test.run();
