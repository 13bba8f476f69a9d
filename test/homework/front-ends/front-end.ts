import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { Page } from 'puppeteer-core';
import { packageFolder } from '../../../lib/homework/src/project';

/** A cell as the page shows it. */
export interface ShownCell {
  /** `1`, `*` while it runs, and empty before. */
  readonly number: string;
  readonly text: string;
  /** The alternative text of each picture; null where there is none. */
  readonly pictures: readonly (string | null)[];
  readonly html: string;
}

/** What a front end's page is asked to do; code cells count from 0. */
export interface FrontEndPage {
  /** Opens a notebook of the served folder and waits until its kernel is there. */
  open(name: string): Promise<void>;
  runAll(): Promise<void>;
  /** Runs the cell that was typed into last. */
  runCell(): Promise<void>;
  stop(): Promise<void>;
  /** Restarts the kernel, and confirms it. */
  restart(): Promise<void>;
  /** Waits until the page says that the kernel has died and was started anew, and confirms it. */
  confirmDeath(): Promise<void>;
  save(): Promise<void>;
  /** Empties a code cell and types into it. */
  type(cell: number, code: string): Promise<void>;
  /** Presses Tab, and tells what is offered; or the code, where that was filled in at once. */
  complete(cell: number): Promise<readonly string[]>;
  /** Presses Shift-Tab, and tells what is shown. */
  hover(): Promise<string>;
  cells(): Promise<readonly ShownCell[]>;
  code(cell: number): Promise<string>;
  /** The addresses behind the entries of the File menu that make PDFs, by their words. */
  pdfEntries(): Promise<readonly string[]>;
}

/** Waits until `look` finds something, and returns it. */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined | false | null> | T | undefined | false | null,
  seconds = 100,
): Promise<T> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > end) throw new Error(`waited ${seconds} s for this: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Jupyter as `homework lab` starts it, on a folder of its own. */
export class FrontEndServer {
  private constructor(
    private readonly lab: ChildProcess,
    readonly address: string,
    readonly token: string,
    private readonly said: () => string,
  ) {}

  static async start(folder: string, environment: NodeJS.ProcessEnv = {}): Promise<FrontEndServer> {
    const port = await freePort();
    const token = 'for-a-test';
    const own = (name: string) => mkdtempSync(join(folder, `.${name}-`));
    const args = ['lab', '--no-browser', `--port=${port}`, `--notebook-dir=${folder}`];
    const commandLine = join(packageFolder, 'src', 'cli.ts');
    const lab = spawn(process.execPath, ['-r', 'esbuild-register', commandLine, ...args], {
      cwd: join(packageFolder, '..', '..'),
      env: {
        ...process.env,
        ...environment,
        NOTEGRAD_PROFILE: '',
        JUPYTER_TOKEN: token,
        JUPYTER_DATA_DIR: own('data'),
        JUPYTER_CONFIG_DIR: own('config'),
        JUPYTER_RUNTIME_DIR: own('runtime'),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    for (const stream of [lab.stdout, lab.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        said += text;
      });
    }
    const server = new FrontEndServer(lab, `http://127.0.0.1:${port}`, token, () => said);
    await until(`Jupyter answers: ${said}`, async () => {
      if (lab.exitCode !== null) throw new Error(`Jupyter has ended: ${said}`);
      return (await server.get('/api').catch(() => undefined))?.ok;
    });
    return server;
  }

  get(path: string): Promise<Response> {
    return fetch(`${this.address}${path}`, { headers: { Authorization: `token ${this.token}` } });
  }

  /** What Jupyter wrote to its terminal. */
  get log(): string {
    return this.said();
  }

  /** Ends it as a closed terminal does, and with it the kernels. */
  async end(): Promise<void> {
    if (this.lab.exitCode !== null) return;
    this.lab.kill('SIGTERM');
    await new Promise((resolve) => this.lab.once('close', resolve));
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Presses one key while others are held. */
export async function press(page: Page, ...keys: readonly string[]): Promise<void> {
  const held = keys.slice(0, -1) as Parameters<Page['keyboard']['down']>[0][];
  for (const key of held) await page.keyboard.down(key);
  await page.keyboard.press(keys.at(-1) as Parameters<Page['keyboard']['press']>[0]);
  for (const key of [...held].reverse()) await page.keyboard.up(key);
}
