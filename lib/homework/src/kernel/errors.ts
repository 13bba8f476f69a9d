import { inspect, types } from 'node:util';
import { getHeapStatistics } from 'node:v8';
import { systemMemory } from '../system-memory';
import type { Replaced } from './builtin-methods';
import type { Complaint } from './cell-types';
import { inMebibytes, MEMORY_ADVICE } from './out-of-memory';
import { codeFrame, type Frame, type StackTraces } from './stack-traces';

/** What Jupyter is told of a cell that failed. */
export interface CellError {
  readonly ename: string;
  readonly evalue: string;
  readonly traceback: readonly string[];
}

/** Bytes; V8 itself goes beyond it to let a cell be ended. */
const HEAP_LIMIT = getHeapStatistics().heap_size_limit;

/** The kernel ended the cell, wherever that was. */
export class EndedByKernel extends Error {}

/** The cell was stopped from outside. */
export class Interrupted extends EndedByKernel {
  override readonly name = 'KeyboardInterrupt';
}

/** The cell printed more than a notebook can hold. */
export class PrintedTooMuch extends EndedByKernel {
  override readonly name = 'PrintedTooMuch';
}

/** The cell took so much memory that its kernel would have ended. */
export class OutOfMemory extends EndedByKernel {
  override readonly name = 'OutOfMemory';

  constructor(of: 'heap' | 'system') {
    const full =
      of === 'heap'
        ? `its values fill the ${inMebibytes(HEAP_LIMIT)} that JavaScript may take`
        : `the machine has no more than ${inMebibytes(systemMemory()?.available ?? 0)} left, and the ` +
          `kernel takes ${inMebibytes(process.memoryUsage.rss())}`;
    super(`the cell was stopped, since ${full}: ${MEMORY_ADVICE}`);
  }
}

/** The cell replaced what the kernel itself is made of. */
export class ReplacedBuiltin extends EndedByKernel {
  override readonly name = 'ReplacedBuiltin';

  constructor({ name, forGood }: Replaced) {
    super(
      forGood
        ? `${name} was replaced for good, and the kernel, which cannot work without it, ends`
        : `${name} was replaced, with which the kernel works, too, and has been put back: give what ` +
            'you define a name of its own',
    );
  }
}

/** What TypeScript found wrong with a cell, before anything of it ran. */
export function compileError(
  complaints: readonly Complaint[],
  code: string,
  nameOf: (path: string) => string,
): CellError {
  const traceback = complaints.flatMap(({ path, line, column, message }) => {
    const place = path === undefined ? '' : `${nameOf(path)} `;
    const frame = path === undefined ? codeFrame(code, { line, column }) : '';
    return [`${place}${line}:${column} - ${message}`, ...(frame && [frame])].flat();
  });
  const isSyntax = complaints.every(({ code }) => code < 2000);
  return {
    ename: isSyntax ? 'SyntaxError' : 'TypeScriptError',
    evalue: complaints[0].message,
    traceback,
  };
}

/** What a cell threw, with the line of the author's code that it came from. */
export function thrownError(
  thrown: unknown,
  traces: StackTraces,
  missingNames: ReadonlyMap<string, string>,
): CellError {
  if (!isError(thrown)) {
    const text = typeof thrown === 'string' ? thrown : inspect(thrown);
    return { ename: 'Thrown', evalue: text, traceback: [`Thrown: ${text}`] };
  }
  if (thrown instanceof EndedByKernel) {
    const { name, message } = thrown;
    return { ename: name, evalue: message, traceback: [`${name}: ${message}`] };
  }
  const ename = textOf(() => thrown.name, 'Error');
  const missing = /^(\S+) is not defined$/.exec(plain(textOf(() => thrown.message, '')))?.[1];
  const hint = missing && /Did you mean '[^']*'\?/.exec(missingNames.get(missing) ?? '')?.[0];
  const evalue = [plain(textOf(() => thrown.message, '')), hint].filter(Boolean).join('. ');
  const frames = traces.framesOf(thrown);
  const [innermost] = frames;
  const frame = innermost && codeFrame(innermost.text, innermost);
  const place = innermost && `${innermost.source}, line ${innermost.line}`;
  const shown = plain(textOf(() => inspect(thrown), `${ename}: ${evalue}`));
  const stack = hint ? shown.replace(`${missing} is not defined`, evalue) : shown;
  const trimmed = foldedCalls(stack, frames);
  return { ename, evalue, traceback: [...(frame ? [`${place}\n${frame}`, ''] : []), trimmed] };
}

/** Errors of other realms, as those of `vm`, are no instances of ours. */
function isError(thrown: unknown): thrown is Error {
  return thrown instanceof Error || types.isNativeError(thrown);
}

/** A stack in which the calls inside packages are one line, each time that they come. */
function foldedCalls(stack: string, frames: readonly Frame[]): string {
  if (frames.length === 0) return stack;
  const own = frames.map(({ source, line, column }) => `${source}:${line}:${column}`);
  const lines: string[] = [];
  let folded = 0;
  const unfold = () => {
    if (folded > 0) lines.push(`    … ${folded} ${folded === 1 ? 'call' : 'calls'} in packages`);
    folded = 0;
  };
  for (const line of stack.split('\n')) {
    if (/^ {4}at /.test(line) && !own.some((place) => line.includes(place))) {
      folded++;
    } else {
      unfold();
      lines.push(line);
    }
  }
  unfold();
  return lines.join('\n');
}

function textOf(get: () => unknown, otherwise: string): string {
  try {
    return String(get());
  } catch {
    return otherwise;
  }
}

/** Without the marks of reserved names. */
function plain(text: string): string {
  return text.replaceAll('\u200d', '');
}
