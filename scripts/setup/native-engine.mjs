// @ts-check
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root.mjs';

/** Whether the native engine has ever been built here; its own script knows whether it is stale. */
export const isNativeEngineBuilt = () =>
  existsSync(join(root, 'lib', 'notegrad', 'build', 'notegrad.node'));

/**
 * Builds the native engine where it is missing or stale. Never fatal: without it everything runs,
 * slower, and the script says what is missing.
 */
export function buildNativeEngine() {
  const script = join(root, 'lib', 'notegrad', 'addon', 'build-addon.mjs');
  const { status } = spawnSync(process.execPath, [script], { cwd: root, stdio: 'inherit' });
  if (status !== 0) console.log('set-up: going on without the native engine');
}
