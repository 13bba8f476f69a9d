import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const NAME = /^ng-class-(\d+)-/;

/** A temporary folder for all that lies about while a class is graded. Those of runs that were killed go. */
export function makeClassFolder(): string {
  for (const name of readdirSync(tmpdir())) {
    const [, pid] = NAME.exec(name) ?? [];
    if (pid !== undefined && isGone(Number(pid))) remove(join(tmpdir(), name));
  }
  return mkdtempSync(join(tmpdir(), `ng-class-${process.pid}-`));
}

function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
}

function remove(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch {
    // Another user's, who will do so.
  }
}
