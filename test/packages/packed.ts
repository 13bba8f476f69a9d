import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT: string = join(__dirname, '../..');

/** What `npm pack --json` says of a package. */
export interface Packed {
  readonly name: string;
  readonly version: string;
  readonly filename: string;
  /** Bytes of the archive. */
  readonly size: number;
  /** Bytes of its files. */
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string }[];
}

/** Whether `npm run prebuilt` was run here. */
export const isPrebuilt: boolean = existsSync(join(ROOT, 'lib/linux-x64/x86-64-v3/notegrad.node'));

/** Packs the packages into a folder: the library, the homework, and the compiled addon where it is. */
export function pack(folder: string): readonly Packed[] {
  const script = join(ROOT, 'scripts/pack.mjs');
  const said = execFileSync(process.execPath, [script, '--json', folder], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return JSON.parse(said);
}

/** Runs a command to its end; what it printed, and its exit code. */
export function run(cwd: string, command: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  return { status, output: `${stdout}${stderr}` };
}
