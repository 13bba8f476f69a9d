import ts from 'typescript';

/**
 * Names that must not become properties of the global object, though a cell may declare them: what
 * Node and JavaScript define there, what a cell's wrapper defines, and what packages look for to
 * find out where they run (a `const window = 20` would make half of npm believe in a browser).
 */
const RESERVED: ReadonlySet<string> = new Set([
  ...Object.getOwnPropertyNames(globalThis),
  ...['require', 'module', 'exports', '__filename', '__dirname'],
  ...[
    'window',
    'document',
    'self',
    'location',
    'navigator',
    'define',
    'Deno',
    'Bun',
    'importScripts',
  ],
  ...['WorkerGlobalScope', 'XMLHttpRequest', 'localStorage', 'sessionStorage', 'indexedDB', 'Zone'],
  ...[
    'HTMLElement',
    'HTMLCanvasElement',
    'HTMLImageElement',
    'HTMLVideoElement',
    'OffscreenCanvas',
  ],
  ...['ImageData', 'Image', 'Node', 'Element', 'Document', 'FileReader', 'Worker', 'ActiveXObject'],
  ...[
    'jest',
    'describe',
    'it',
    'test',
    'expect',
    'jQuery',
    'electron',
    'nw',
    'WebGLRenderingContext',
  ],
]);

/** A letter that nobody sees: the name reads the same in an error message. */
const MARK = '\u200d';

export function isReserved(name: string): boolean {
  return RESERVED.has(name);
}

/** The property of the global object that holds what cells call `name`. */
export function globalName(name: string): string {
  return RESERVED.has(name) ? name + MARK : name;
}

/** A name for what compiled code brings along, which no author has written. */
export function kernelName(name: string): string {
  return name + MARK;
}

/** The name that the author wrote. */
export function writtenName(name: string): string {
  return name.endsWith(MARK) ? name.slice(0, -MARK.length) : name;
}

/** The names that one cell declares at its top level as values, not as types alone. */
export function valueNames(
  locals: ReadonlyMap<string, ts.Symbol>,
  checker: ts.TypeChecker,
): readonly string[] {
  const names: string[] = [];
  for (const [name, symbol] of locals) {
    const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
    const isValue = target.flags & (ts.SymbolFlags.Value | ts.SymbolFlags.ExportValue);
    if (isValue && !name.startsWith('__#')) names.push(name);
  }
  return names;
}
