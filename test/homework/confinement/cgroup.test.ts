import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { makeCgroup } from '../../../lib/homework/src/confinement/cgroup';
import { DEFAULT_LIMITS } from '../../../lib/homework/src/confinement/limits';
import { errorOf, inFolder } from '../../support/folders';

const limits = { ...DEFAULT_LIMITS, memory: 1000, processes: 7 };

/** A folder like those that the kernel makes, with a file of its controllers. */
function group(path: string, controllers: string): void {
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, 'cgroup.subtree_control'), controllers);
}

test('v2: a group is made beside our own, where memory and processes are delegated', async () => {
  await inFolder((root) => {
    group(join(root, 'user', 'app'), 'cpu memory pids\n');
    group(join(root, 'user', 'app', 'shell.scope'), '');
    const place = { root, own: '0::/user/app/shell.scope\n' };
    const { entrances } = makeCgroup('cgroup v2', limits, 'ours', place);
    const made = join(root, 'user', 'app', 'ours');
    assert.equal(entrances, [join(made, 'cgroup.procs')]);
    assert.is(readFileSync(join(made, 'memory.max'), 'utf8'), '1000');
    assert.is(readFileSync(join(made, 'pids.max'), 'utf8'), '7');
  });
});

test('v2: without these controllers there is no group', async () => {
  await inFolder(async (root) => {
    group(root, 'hugetlb\n');
    const place = { root, own: '0::/\n' };
    const make = () => makeCgroup('cgroup v2', limits, 'ours', place);
    assert.is(await errorOf(make), 'cgroup v2 is not delegated');
    assert.not(existsSync(join(root, 'ours')));
  });
});

test('v1: a group of each controller is made within our own', async () => {
  await inFolder((root) => {
    for (const path of ['memory/batch', 'pids']) mkdirSync(join(root, path), { recursive: true });
    const place = { root, own: '4:memory:/batch\n3:cpu,pids:/not/mounted/here\n0::/\n' };
    const { entrances, members } = makeCgroup('cgroup v1', limits, 'ours', place);
    const folders = [join(root, 'memory', 'batch', 'ours'), join(root, 'pids', 'ours')];
    assert.equal(
      entrances,
      folders.map((folder) => join(folder, 'cgroup.procs')),
    );
    assert.is(readFileSync(join(folders[0], 'memory.limit_in_bytes'), 'utf8'), '1000');
    assert.is(readFileSync(join(folders[1], 'pids.max'), 'utf8'), '7');
    writeFileSync(entrances[0], '12\n13\n');
    assert.equal(members(), [12, 13]);
  });
});

test('processor time is what either version counts, in seconds; where neither does, it is unknown', async () => {
  await inFolder((root) => {
    group(root, 'cpu memory pids\n');
    const v2 = makeCgroup('cgroup v2', limits, 'ours', { root, own: '0::/\n' });
    assert.is(v2.processorTime(), undefined);
    writeFileSync(join(root, 'ours', 'cpu.stat'), 'usage_usec 2500000\nuser_usec 1\n');
    assert.is(v2.processorTime(), 2.5);
    for (const path of ['memory', 'pids', 'cpuacct']) mkdirSync(join(root, path));
    const v1 = makeCgroup('cgroup v1', limits, 'ours', { root, own: '' });
    assert.is(v1.entrances.length, 3);
    assert.is(v1.processorTime(), undefined);
    writeFileSync(join(root, 'cpuacct', 'ours', 'cpuacct.usage'), '1500000000\n');
    assert.is(v1.processorTime(), 1.5);
  });
});

test.run();
