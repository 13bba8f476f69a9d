// @ts-check
import { createHash } from 'node:crypto';
import {
  closeSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fail } from './fail.mjs';
import { root } from './root.mjs';

const id = createHash('sha256').update(root).digest('hex').slice(0, 16);

/**
 * Runs `work` while no other set-up of this checkout does. The lock is a file with the holder's
 * process id, so that one left by a killed set-up is recognised and removed.
 *
 * @template T
 * @param {() => Promise<T>} work
 * @param {string} [path]
 * @returns {Promise<T>}
 */
export async function locked(work, path = join(tmpdir(), `notegrad-setup-${id}.lock`)) {
  let said = false;
  while (!take(path)) {
    const holder = holderOf(path);
    if (holder !== undefined && !isRunning(holder)) {
      discard(path, holder);
    } else {
      if (!said) console.log(`set-up: waiting for another one (process ${holder ?? 'unknown'}) …`);
      said = true;
      await sleep(300);
    }
  }
  const release = () => rmSync(path, { force: true });
  process.once('exit', release);
  try {
    return await work();
  } finally {
    process.removeListener('exit', release);
    release();
  }
}

function take(/** @type {string} */ path) {
  try {
    const file = openSync(path, 'wx');
    writeSync(file, `${process.pid}\n`);
    closeSync(file);
    return true;
  } catch (error) {
    const { code, message } = /** @type {NodeJS.ErrnoException} */ (error);
    if (code === 'EEXIST') return false;
    return fail(`no lock can be written: ${message}`);
  }
}

/** Undefined while the holder has not yet written its id, or has just let go. */
function holderOf(/** @type {string} */ path) {
  try {
    return Number.parseInt(readFileSync(path, 'utf8'), 10) || undefined;
  } catch {
    return undefined;
  }
}

/** Moves the file aside before looking again: another waiter may have taken the lock meanwhile. */
function discard(/** @type {string} */ path, /** @type {number} */ holder) {
  const aside = `${path}.${process.pid}`;
  try {
    renameSync(path, aside);
    if (holderOf(aside) !== holder) linkSync(aside, path);
  } catch (error) {
    if (isForbidden(error)) {
      fail(`another user's set-up (process ${holder}) was killed and left ${path}: remove it`);
    }
    // Someone else was quicker, and the next round sees whose lock it is.
  }
  rmSync(aside, { force: true });
}

function isRunning(/** @type {number} */ pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return isForbidden(error);
  }
}

function isForbidden(/** @type {unknown} */ error) {
  const { code } = /** @type {NodeJS.ErrnoException} */ (error);
  return code === 'EPERM' || code === 'EACCES';
}
