import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { systemCores } from '../../lib/homework/src/system-cores';

/** The system's files, as far as they are there. */
const system =
  (files: Readonly<Record<string, string>>) =>
  (path: string): string => {
    if (path in files) return files[path];
    throw new Error(`no ${path}`);
  };

test('without a control group that says less, all cores are ours', () => {
  assert.is(systemCores(system({}), 8), 8);
  const files = {
    '/proc/self/cgroup': '1:cpu,cpuacct:/\n0::/pod\n',
    '/sys/fs/cgroup/pod/cpu.max': 'max 100000\n',
    '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1\n',
    '/sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n',
  };
  assert.is(systemCores(system(files), 8), 8);
});

test('a container has the share of time that its group has, and one core at least', () => {
  const unified = (quota: number) => ({
    '/proc/self/cgroup': '0::/pod\n',
    '/sys/fs/cgroup/pod/cpu.max': `${quota} 100000\n`,
  });
  assert.is(systemCores(system(unified(250_000)), 8), 2);
  assert.is(systemCores(system(unified(50_000)), 8), 1);
  const separate = {
    '/proc/self/cgroup': '3:cpu,cpuacct:/job\n',
    '/sys/fs/cgroup/cpu/job/cpu.cfs_quota_us': '300000\n',
    '/sys/fs/cgroup/cpu/job/cpu.cfs_period_us': '100000\n',
  };
  assert.is(systemCores(system(separate), 8), 3);
});

test.run();
