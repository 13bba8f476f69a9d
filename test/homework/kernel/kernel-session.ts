import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { jupyterEnvironment } from '../../../lib/homework/src/project';
import { pythonWithJupyter } from '../../../lib/homework/src/python';

/** An output of a cell as the Jupyter protocol has it. */
export interface Output {
  readonly type: 'stream' | 'display_data' | 'execute_result' | 'error' | 'update_display_data';
  readonly name?: 'stdout' | 'stderr';
  readonly text?: string;
  readonly data?: Readonly<Record<string, string>>;
  readonly ename?: string;
  readonly evalue?: string;
  readonly traceback?: readonly string[];
}

export interface Answer {
  readonly reply: {
    readonly status: 'ok' | 'error' | 'aborted' | 'timeout';
    readonly execution_count?: number;
    readonly ename?: string;
    readonly evalue?: string;
    readonly traceback?: readonly string[];
  };
  readonly outputs: readonly Output[];
  /** The outputs with statuses and inputs. */
  readonly all: readonly { readonly type: string }[];
}

export interface RunOptions {
  /** Seconds after which the kernel gets the Stop button. */
  readonly interruptAfter?: number;
  readonly silent?: boolean;
  readonly stopOnError?: boolean;
}

/** A real kernel, started and spoken to by Jupyter's own client. */
export class KernelSession {
  private constructor(
    private readonly python: ChildProcess,
    private readonly lines: AsyncIterator<string, void>,
    private readonly log: string,
  ) {}

  static async start(
    folder: string,
    log: string,
    environment: NodeJS.ProcessEnv = {},
  ): Promise<KernelSession> {
    const python = spawn(pythonWithJupyter(), [join(__dirname, 'jupyter.py'), folder, log], {
      env: { ...jupyterEnvironment(), ...environment },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const session = new KernelSession(python, linesOf(python.stdout!), log);
    await session.nextLine();
    return session;
  }

  run(code: string, options: RunOptions = {}): Promise<Answer> {
    return this.ask({ command: 'run', code, ...options });
  }

  /** Sends all cells at once, as Run All does. */
  runAll(codes: readonly string[], options: RunOptions = {}): Promise<readonly Answer[]> {
    return this.ask({ command: 'runAll', codes, ...options });
  }

  /** What every cell has said so far, by order of execution. */
  listen(seconds: number): Promise<readonly (readonly Output[])[]> {
    return this.ask({ command: 'listen', seconds });
  }

  complete(
    code: string,
    cursor: number,
  ): Promise<{ matches: string[]; cursor_start: number; cursor_end: number }> {
    return this.ask({ command: 'ask', what: 'complete', code, cursor });
  }

  inspect(code: string, cursor: number): Promise<{ found: boolean; data: Record<string, string> }> {
    return this.ask({ command: 'ask', what: 'inspect', code, cursor });
  }

  /** Kills the kernel as the system does, and starts it again as Jupyter does then. */
  killAndRestart(): Promise<void> {
    return this.ask({ command: 'killAndRestart' });
  }

  pid(): Promise<number> {
    return this.ask({ command: 'pid' });
  }

  /** What the kernel itself wrote outside of any cell. */
  ownWords(): string {
    return readFileSync(this.log, 'utf8');
  }

  async end(): Promise<void> {
    this.python.stdin!.end();
    await new Promise((resolve) => this.python.once('close', resolve));
  }

  /** Ends the client without a word to its kernel. */
  kill(): void {
    this.python.kill('SIGKILL');
  }

  private async ask<T>(command: object): Promise<T> {
    this.python.stdin!.write(`${JSON.stringify(command)}\n`);
    return (await this.nextLine()) as T;
  }

  private async nextLine(): Promise<unknown> {
    const { value, done } = await this.lines.next();
    if (done) throw new Error(`the client has ended: ${this.ownWords()}`);
    return JSON.parse(value);
  }
}

async function* linesOf(stream: Readable): AsyncGenerator<string, void> {
  let rest = '';
  for await (const chunk of stream.setEncoding('utf8')) {
    const lines = `${rest}${chunk}`.split('\n');
    rest = lines.pop()!;
    yield* lines;
  }
}

/** The value of a cell, as its text. */
export function resultOf({ outputs }: Pick<Answer, 'outputs'>): string | undefined {
  return outputs.find(({ type }) => type === 'execute_result')?.data?.['text/plain'];
}

/** What a cell printed. */
export function printedBy({ outputs }: Pick<Answer, 'outputs'>, name = 'stdout'): string {
  return outputs.map((one) => (one.name === name ? one.text : '')).join('');
}
