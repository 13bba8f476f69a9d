import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Answer, Request } from './protocol';

/** A process that computes only while it is asked something. */
export interface Worker {
  /** @throws when the worker reports an error, ends, or takes longer than the limit */
  ask(request: Request, limitSeconds?: number): Promise<Answer>;
  end(): void;
}

/** Our worker on an engine. */
export function ourWorker(engine: string, env: NodeJS.ProcessEnv = {}): Worker {
  const script = path.join(__dirname, 'worker.ts');
  return start(process.execPath, ['-r', 'esbuild-register', script], {
    ...env,
    NOTEGRAD_ENGINE: engine,
  });
}

/**
 * PyTorch's worker. `tunedMemory` keeps freed memory in the process instead of giving each large
 * block back to the system, which glibc's malloc only does when it is told before the start.
 */
export function torchWorker(python: string, { tunedMemory }: { tunedMemory: boolean }): Worker {
  const malloc = {
    MALLOC_MMAP_THRESHOLD_: String(2 ** 30),
    MALLOC_TRIM_THRESHOLD_: String(2 ** 33),
    MALLOC_TOP_PAD_: String(2 ** 26),
  };
  const script = path.join(__dirname, 'torch_worker.py');
  return start(python, [script], tunedMemory ? malloc : {});
}

function start(command: string, args: readonly string[], env: NodeJS.ProcessEnv): Worker {
  const child = spawn(command, args, {
    env: { ...process.env, OPENBLAS_CORETYPE: undefined, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let complaints = '';
  child.stderr.on('data', (data) => {
    complaints = (complaints + data).slice(-2000);
    process.stderr.write(data);
  });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();

  async function nextAnswer(): Promise<Answer> {
    for (;;) {
      const { value, done } = await answers.next();
      if (done) throw new Error(`${path.basename(command)} ended: ${complaints.trim()}`);
      if (value.startsWith('{')) return JSON.parse(value);
    }
  }

  return {
    async ask(request, limitSeconds = 3600) {
      child.stdin.write(`${JSON.stringify(request)}\n`);
      const answer = await within(limitSeconds, nextAnswer(), child);
      if (answer.error) throw new Error(answer.error);
      return answer;
    },
    end: () => {
      child.kill('SIGKILL');
    },
  };
}

async function within<T>(seconds: number, promise: Promise<T>, child: ChildProcess): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`took longer than ${seconds} s`));
    }, seconds * 1000);
  });
  promise.catch(() => {});
  try {
    return await Promise.race([promise, limit]);
  } finally {
    clearTimeout(timer);
  }
}
