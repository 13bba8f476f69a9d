import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** Where process ids are what they are to us: other machines and containers may see our files as well. */
function placeOfProcesses(): string {
  const boot = '/proc/sys/kernel/random/boot_id';
  const own = existsSync(boot)
    ? readFileSync(boot, 'utf8') + readlinkSync('/proc/self/ns/pid')
    : hostname();
  return createHash('sha256').update(own).digest('hex').slice(0, 6);
}

const place = placeOfProcesses();
const MARK = /^([0-9a-f]{6})-(\d+)-/;

/** How names begin of what goes with this process, behind what they are names of. */
export function processMark(): string {
  return `${place}-${process.pid}-`;
}

/** Whether a name, behind what it is a name of, is that of a process which has ended. */
export function isLeftBehind(name: string): boolean {
  const [, where, pid] = MARK.exec(name) ?? [];
  return where === place && isGone(Number(pid));
}

function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
}
