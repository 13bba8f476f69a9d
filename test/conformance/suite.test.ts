import { spawnSync } from 'node:child_process';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { registerNative } from '../../lib/notegrad/src/engine/native/register';

/** Runs tfjs-core's own backend specs on a backend, as `npm run conformance` does. */
function conformance(backend: string): { status: number | null; said: string } {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['scripts/conformance.mjs', backend],
    { encoding: 'utf8' },
  );
  return { status, said: stdout + stderr };
}

function assertPasses(backend: string): void {
  const { status, said } = conformance(backend);
  assert.is(status, 0, said);
  const passed = new RegExp(`${backend}: (\\d+) passed, 0 failed`).exec(said)?.[1];
  assert.ok(Number(passed) > 4000, said);
}

test('the wasm engine passes tfjs-core’s own specs', () => assertPasses('wasm'));

try {
  registerNative();
  test('the native engine passes tfjs-core’s own specs', () => assertPasses('native'));
} catch (error) {
  console.log(`skipped: tfjs-core’s specs on the native engine: ${(error as Error).message}`);
}

test.run();
