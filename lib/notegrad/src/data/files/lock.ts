import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 100;
const BEAT_MS = 5_000;
/** A lock that was not renewed for so long has lost its owner. */
const STALE_MS = 30_000;

interface Owner {
  readonly pid: number;
  readonly host: string;
  readonly token: string;
}

/**
 * Does `work` while no other process does work under the same lock file: waits for it, and takes
 * over from an owner that died.
 */
export async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  const owner: Owner = { pid: process.pid, host: hostname(), token: randomUUID() };
  while (!(await create(path, owner))) {
    if (!(await removeIfStale(path))) await sleep(POLL_MS);
  }
  const beat = setInterval(() => {
    const now = new Date();
    utimes(path, now, now).catch(() => undefined);
  }, BEAT_MS);
  beat.unref();
  try {
    return await work();
  } finally {
    clearInterval(beat);
    if ((await readOwner(path))?.token === owner.token) await rm(path, { force: true });
  }
}

async function create(path: string, owner: Owner): Promise<boolean> {
  // A link appears at once and whole; a file opened with 'wx' could be read while still empty.
  const draft = `${path}.${owner.token}`;
  await writeFile(draft, JSON.stringify(owner));
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

async function removeIfStale(path: string): Promise<boolean> {
  const [owner, status] = await Promise.all([readOwner(path), stat(path).catch(() => undefined)]);
  if (!status) return true;
  const dead = owner?.host === hostname() && !isAlive(owner.pid);
  if (!dead && Date.now() - status.mtimeMs < STALE_MS) return false;
  // Between the look and the removal another process may have made a new lock: give that one back.
  const removed = `${path}.${randomUUID()}`;
  await rename(path, removed).catch(() => undefined);
  if ((await readOwner(removed))?.token !== owner?.token) {
    await link(removed, path).catch(() => undefined);
  }
  await rm(removed, { force: true });
  return true;
}

async function readOwner(path: string): Promise<Owner | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Owner;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
