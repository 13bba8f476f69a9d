import childProcess, { type ChildProcess, type StdioOptions } from 'node:child_process';
import { syncBuiltinESMExports } from 'node:module';
import { StringDecoder } from 'node:string_decoder';

type Call = (...args: unknown[]) => unknown;

interface Options {
  stdio?: StdioOptions;
}

/** The streams of a child that would go to the kernel's own, where nobody sees them. */
const INHERITED: ReadonlySet<unknown> = new Set(['inherit', 1, 2]);

/**
 * Lets child processes with inherited streams print into their cell. The kernel's own streams, which
 * they would inherit, end in the terminal that started Jupyter.
 *
 * @param awaitChild calls what does not return before a child process has ended
 */
export function captureChildren(awaitChild: <T>(run: () => T) => T): void {
  const { spawn, spawnSync, execSync, execFileSync, fork } = childProcess;
  const sync = (call: Call) =>
    function captured(...args: unknown[]) {
      const { rest, inherits } = withPipes(args);
      const result = awaitChild(() => call(...rest)) as { stdout?: unknown; stderr?: unknown };
      if (inherits[1]) print('stdout', result.stdout);
      if (inherits[2]) print('stderr', result.stderr);
      return result;
    };
  /** These give what was printed, or throw it; without `stdio`, they print errors themselves. */
  const execute = (call: Call) =>
    function captured(...args: unknown[]) {
      const { rest, inherits } = withPipes(args);
      if (inherits[2]) withoutStdio(rest);
      if (!inherits[1]) return awaitChild(() => call(...rest));
      try {
        print(
          'stdout',
          awaitChild(() => call(...rest)),
        );
        return null;
      } catch (error) {
        print('stdout', (error as { stdout?: unknown }).stdout);
        throw error;
      }
    };
  childProcess.spawn = function captured(...args: unknown[]) {
    const { rest, inherits } = withPipes(args);
    return printing((spawn as Call)(...rest) as ChildProcess, inherits);
  } as typeof spawn;
  childProcess.fork = function captured(...args: unknown[]) {
    const { rest, inherits } = withPipes(withInheritance(args));
    return printing((fork as Call)(...rest) as ChildProcess, inherits);
  } as typeof fork;
  childProcess.spawnSync = sync(spawnSync as Call) as typeof spawnSync;
  childProcess.execSync = execute(execSync as Call) as typeof execSync;
  childProcess.execFileSync = execute(execFileSync as Call) as typeof execFileSync;
  syncBuiltinESMExports();
}

/** Lets a child print what would have gone to inherited streams. */
function printing(child: ChildProcess, inherits: readonly boolean[]): ChildProcess {
  for (const [index, name] of [
    [1, 'stdout'],
    [2, 'stderr'],
  ] as const) {
    const decoder = new StringDecoder('utf8');
    if (inherits[index]) child[name]?.on('data', (data) => print(name, decoder.write(data)));
  }
  return child;
}

/** The arguments of `fork`, which inherits streams where nothing is said. */
function withInheritance(args: readonly unknown[]): readonly unknown[] {
  const isOptions = (one: unknown) =>
    typeof one === 'object' && one !== null && !Array.isArray(one);
  const options = args.find(isOptions) as (Options & { silent?: boolean }) | undefined;
  if (options?.silent || options?.stdio) return args;
  const stdio: StdioOptions = ['inherit', 'inherit', 'inherit', 'ipc'];
  return [...args.filter((one) => !isOptions(one)), { ...options, stdio }];
}

/** The arguments of a call with pipes in the place of inherited streams. */
function withPipes(args: readonly unknown[]): { rest: unknown[]; inherits: readonly boolean[] } {
  const index = args.findIndex(hasStdio);
  if (index < 0) return { rest: [...args], inherits: [] };
  const options = args[index] as Options;
  const { stdio } = options;
  const streams: unknown[] = Array.isArray(stdio) ? [...stdio] : [stdio, stdio, stdio];
  const inherits = streams.map(
    (one, i) => i > 0 && (INHERITED.has(one) || one === process.stdout || one === process.stderr),
  );
  const piped = streams.map((one, i) => (inherits[i] ? 'pipe' : one));
  const rest = [...args];
  rest[index] = { ...options, stdio: piped };
  return { rest, inherits };
}

function withoutStdio(args: unknown[]): void {
  const index = args.findIndex(hasStdio);
  args[index] = { ...(args[index] as Options), stdio: undefined };
}

function hasStdio(argument: unknown): argument is Options {
  return (
    typeof argument === 'object' &&
    argument !== null &&
    !Array.isArray(argument) &&
    'stdio' in argument
  );
}

function print(name: 'stdout' | 'stderr', printed: unknown): void {
  if (printed) process[name].write(printed as Buffer);
}
