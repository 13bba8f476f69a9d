import { withBuiltins } from './builtin-methods';
import { type Position, SourceMap } from './source-map';

interface CompiledSource {
  /** What a reader calls it: `cell 3`, `helpers.ts`. */
  readonly name: string;
  readonly text: string;
  readonly map: SourceMap;
}

/** A line of a stack trace that lies in the author's own code. */
export interface Frame extends Position {
  readonly source: string;
  readonly text: string;
}

/** Enough to come from the depths of a library to the cell that called it. */
const STACK_LIMIT = 60;
const KERNEL = __dirname;
const BELOW_CELLS = [KERNEL, '/node_modules/tslab/', '/node_modules/zeromq/', 'node:'];

/** Names and positions of the author's sources for stack traces of what was compiled from them. */
export class StackTraces {
  private readonly sources = new Map<string, CompiledSource>();
  private readonly frames = new WeakMap<object, readonly Frame[]>();

  /** `file` is the name that V8 has for the compiled code. */
  add(file: string, source: { name: string; text: string; mappings: string }): void {
    const { name, text, mappings } = source;
    this.sources.set(file, { name, text, map: new SourceMap(mappings) });
  }

  /** From now on `error.stack` speaks of the sources, and leaves the kernel's own frames out. */
  install(): void {
    Error.stackTraceLimit = STACK_LIMIT;
    Error.prepareStackTrace = (error, sites) => withBuiltins(() => this.format(error, sites));
  }

  /** The places in the author's code that an error came through, the innermost first. */
  framesOf(error: object): readonly Frame[] {
    void (error as { stack?: unknown }).stack;
    return this.frames.get(error) ?? [];
  }

  private format(error: Error, sites: readonly NodeJS.CallSite[]): string {
    const own: Frame[] = [];
    const lines: string[] = [];
    const last = sites.findLastIndex((site) => this.sources.has(site.getFileName() ?? ''));
    sites.forEach((site, index) => {
      const file = site.getFileName() ?? '';
      if (index > last && last >= 0 && BELOW_CELLS.some((start) => file.includes(start))) return;
      if (file.startsWith(KERNEL)) return;
      const text = String(site);
      const source = this.sources.get(file);
      if (!source) {
        lines.push(`    at ${text}`);
        return;
      }
      const generated = { line: site.getLineNumber() ?? 1, column: site.getColumnNumber() ?? 1 };
      const position = source.map.original(generated) ?? generated;
      own.push({ source: source.name, text: source.text, ...position });
      const place = `${source.name}:${position.line}:${position.column}`;
      lines.push(`    at ${text.replace(`${file}:${generated.line}:${generated.column}`, place)}`);
    });
    this.frames.set(error, own);
    return [headOf(error), ...lines].join('\n').replaceAll('\u200d', '');
  }
}

function headOf(error: Error): string {
  try {
    return Error.prototype.toString.call(error);
  } catch {
    return '<error>';
  }
}

/** A line of source with a mark below the column, as compilers print it. */
export function codeFrame(text: string, { line, column }: Position): string {
  const code = text.split('\n')[line - 1];
  if (code === undefined || code.length > 500) return '';
  const indent = code.slice(0, column - 1).replaceAll(/[^\t]/g, ' ');
  return `    ${code}\n    ${indent}^`;
}
