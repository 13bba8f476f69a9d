import { inspect } from 'node:util';
import type { Complaint } from './cell-types';
import { codeFrame, type StackTraces } from './stack-traces';

/** What Jupyter is told of a cell that failed. */
export interface CellError {
  readonly ename: string;
  readonly evalue: string;
  readonly traceback: readonly string[];
}

/** The cell was stopped from outside. */
export class Interrupted extends Error {
  override readonly name = 'KeyboardInterrupt';
}

/** The cell printed more than a notebook can hold. */
export class PrintedTooMuch extends Error {
  override readonly name = 'PrintedTooMuch';
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
  if (!(thrown instanceof Error)) {
    const text = typeof thrown === 'string' ? thrown : inspect(thrown);
    return { ename: 'Thrown', evalue: text, traceback: [`Thrown: ${text}`] };
  }
  const ename = textOf(() => thrown.name, 'Error');
  const missing = /^(\S+) is not defined$/.exec(plain(textOf(() => thrown.message, '')))?.[1];
  const hint = missing && /Did you mean '[^']*'\?/.exec(missingNames.get(missing) ?? '')?.[0];
  const evalue = [plain(textOf(() => thrown.message, '')), hint].filter(Boolean).join('. ');
  const [innermost] = traces.framesOf(thrown);
  const frame = innermost && codeFrame(innermost.text, innermost);
  const place = innermost && `${innermost.source}, line ${innermost.line}`;
  const shown = plain(textOf(() => inspect(thrown), `${ename}: ${evalue}`));
  const stack = hint ? shown.replace(`${missing} is not defined`, evalue) : shown;
  return { ename, evalue, traceback: [...(frame ? [`${place}\n${frame}`, ''] : []), stack] };
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
