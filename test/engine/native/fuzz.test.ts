import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { inFolder } from '../../support/folders';

const FUZZER = join(__dirname, '../../support/fuzz-native.ts');
const CALLS = 30_000;

for (const { seed, threads } of [
  { seed: 1, threads: '1' },
  { seed: 2, threads: '2' },
]) {
  test(`${CALLS} calls of operations with odd sizes, types and parameters (seed ${seed}): an error or a result`, () =>
    inFolder((folder) => {
      const log = join(folder, 'call.json');
      const { status, signal, stdout, stderr } = spawnSync(
        process.execPath,
        ['-r', 'esbuild-register', FUZZER, String(seed), String(CALLS), log],
        { encoding: 'utf8', env: { ...process.env, NOTEGRAD_THREADS: threads } },
      );
      const last = () => readFileSync(log, 'utf8').trim();
      assert.ok(status === 0, `seed ${seed}: ${signal ?? status} after ${last()}\n${stderr}`);
      const { calls, results } = JSON.parse(stdout) as { calls: number; results: number };
      assert.ok(calls >= CALLS, `${calls} calls`);
      assert.ok(results > calls / 10, `only ${results} of ${calls} calls gave a result`);
    }));
}

test.run();
