import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '..', '..');

/** A cell of a notebook made for a test; a string is the source of a code cell. */
export type CellSketch =
  | string
  | { readonly markdown: string; readonly metadata?: Record<string, unknown> }
  | { readonly code: string; readonly tags: readonly string[] };

/** Writes a notebook for our kernel and returns its path. */
export function writeNotebook(
  folder: string,
  name: string,
  cells: readonly CellSketch[],
  metadata: Record<string, unknown> = { kernelspec: { name: 'tslab', display_name: 'TypeScript' } },
): string {
  const path = join(folder, `${name}.ipynb`);
  const notebook = {
    cells: cells.map((cell, index) => {
      if (typeof cell === 'object' && 'markdown' in cell) {
        const { markdown, metadata = {} } = cell;
        return { cell_type: 'markdown', id: `c${index}`, source: markdown, metadata };
      }
      const { code, ...metadata } = typeof cell === 'string' ? { code: cell } : cell;
      const never = { outputs: [], execution_count: null };
      return { cell_type: 'code', id: `c${index}`, source: code, metadata, ...never };
    }),
    metadata,
    nbformat: 4,
    nbformat_minor: 5,
  };
  writeFileSync(path, JSON.stringify(notebook));
  return path;
}

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command line, from its sources, in a folder; `whileRunning` may send it signals. */
export function homework(
  cwd: string,
  args: readonly string[],
  whileRunning?: (stdout: string, pid: number) => void,
): Promise<Ended> {
  const argv = ['-r', join(root, 'node_modules', 'esbuild-register', 'register.js')];
  const commandLine = join(root, 'lib', 'homework', 'src', 'cli.ts');
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [...argv, commandLine, ...args], {
      cwd,
      env: { ...process.env, NOTEGRAD_PROFILE: undefined },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text;
      whileRunning?.(stdout, child.pid!);
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      stderr += text;
    });
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

interface Output {
  readonly text?: readonly string[];
  readonly data?: Readonly<Record<string, readonly string[]>>;
}

/** Text that a notebook's code cells printed, and that of their values, a string a cell. */
export function printedIn(notebook: {
  readonly cells: readonly { readonly outputs?: readonly Output[] }[];
}): readonly string[] {
  return notebook.cells
    .filter((cell) => cell.outputs)
    .map((cell) =>
      cell.outputs!.flatMap(({ text, data }) => text ?? data?.['text/plain'] ?? []).join(''),
    );
}
