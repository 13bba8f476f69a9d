import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { loadAddon } from 'notegrad/tooling';
import { ownRequire } from './project';

/** What the native engine runs on, or why it does not load. */
export function nativeEngine(): { readonly found?: string; readonly missing?: string } {
  try {
    const { onednn, openblas, isa } = loadAddon().libraries();
    return { found: `oneDNN ${onednn}, OpenBLAS ${openblas}, ${isa}` };
  } catch (error) {
    return { missing: (error as Error).message };
  }
}

/** Compiles the native engine for this machine, in the open; the answer is whether it is there. */
export function buildNativeEngine(): boolean {
  const notegrad = dirname(ownRequire.resolve('notegrad/package.json'));
  const script = join(notegrad, 'addon', 'build-addon.mjs');
  return spawnSync(process.execPath, [script], { stdio: 'inherit' }).status === 0;
}
