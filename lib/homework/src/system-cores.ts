import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/**
 * How many cores we may use at a time: those that we may run on, or fewer where a control group, such as a
 * container's, gives less of their time.
 *
 * @param readText reads a file of the system. Default from the disk
 */
export function systemCores(
  readText: (path: string) => string = (path) => readFileSync(path, 'utf8'),
  cores: number = availableParallelism(),
): number {
  const read = (path: string) => {
    try {
      return readText(path);
    } catch {
      return '';
    }
  };
  const own = read('/proc/self/cgroup');
  const pathIn = (pattern: RegExp) => (pattern.exec(own)?.[1] ?? '').replace(/\/$/, '');
  const unified = ['', pathIn(/^0::(\/.*)$/m)].map((path) => {
    const [quota, period] = read(`/sys/fs/cgroup${path}/cpu.max`).split(' ').map(Number);
    return quota / period;
  });
  const separate = ['', pathIn(/^\d+:(?:cpu|cpu,cpuacct|cpuacct,cpu):(\/.*)$/m)].map((path) => {
    const number = (name: string) => Number(read(`/sys/fs/cgroup/cpu${path}/cpu.cfs_${name}_us`));
    return number('quota') / number('period');
  });
  const given = [...unified, ...separate].filter((share) => share > 0 && Number.isFinite(share));
  return Math.max(1, Math.floor(Math.min(cores, ...given)));
}
