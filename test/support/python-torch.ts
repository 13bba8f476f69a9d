import { spawnSync } from 'node:child_process';

/** The first python3 that has torch, or undefined. */
export function pythonWithTorch(): string | undefined {
  return ['python3', '/usr/bin/python3'].find(
    (python) => spawnSync(python, ['-c', 'import torch']).status === 0,
  );
}

/** Runs a Python script and returns what it printed; throws what it said on failure. */
export function runPython(python: string, script: string, args: readonly string[] = []): string {
  const { status, stdout, stderr } = spawnSync(python, ['-c', script, ...args], {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) throw new Error(`python failed: ${stderr}`);
  return stdout;
}
