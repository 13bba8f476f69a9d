import { statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import ts from 'typescript';

/**
 * How cells are read: as strict modules for Node, by the rules of bundlers, so that packages of both
 * kinds resolve. There is no DOM, since there is no browser.
 */
export function cellOptions(home: string): ts.CompilerOptions {
  return {
    strict: true,
    target: ts.ScriptTarget.ES2022,
    lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts', 'lib.esnext.decorators.d.ts'],
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    moduleDetection: ts.ModuleDetectionKind.Force,
    esModuleInterop: true,
    allowJs: true,
    allowImportingTsExtensions: true,
    resolveJsonModule: true,
    jsx: ts.JsxEmit.React,
    skipLibCheck: true,
    preserveConstEnums: true,
    types: ['node'],
    typeRoots: [typesFolder(home)],
    sourceMap: true,
    noEmit: false,
    outDir: '/compiled',
    newLine: ts.NewLineKind.LineFeed,
  };
}

/** Node's types, as the package at `home` knows them. */
function typesFolder(home: string): string {
  const types = createRequire(join(home, 'notebook.js')).resolve('@types/node/package.json');
  return dirname(dirname(types));
}

/**
 * Whether a module is the kernel's own wherever a notebook lies: there is one copy of notegrad in a
 * process, and tslab is how a cell shows something.
 */
export function isKernelsOwn(specifier: string): boolean {
  return /^(notegrad|tslab)(\/|$)/.test(specifier);
}

/** A module of the notebook's author, which may change while the notebook is open. */
export function isOwnModule(path: string): boolean {
  return !path.includes('/node_modules/') && !path.endsWith('.d.ts');
}

/** What the language service asks for: texts of cells from memory, everything else from the disk. */
export class TypeScriptHost implements ts.LanguageServiceHost {
  readonly options: ts.CompilerOptions;
  private changes = 0;
  private readonly texts = new Map<string, string>();
  private readonly versions = new Map<string, number>();
  private readonly snapshots = new Map<
    string,
    { readonly version: string; readonly snapshot: ts.IScriptSnapshot }
  >();

  constructor(
    readonly folder: string,
    private readonly home: string,
  ) {
    this.options = cellOptions(home);
  }

  setCell(path: string, text: string): void {
    if (this.texts.get(path) === text) return;
    this.changes++;
    this.texts.set(path, text);
    this.versions.set(path, (this.versions.get(path) ?? 0) + 1);
  }

  removeCell(path: string): void {
    this.changes++;
    this.texts.delete(path);
  }

  /** Tells that nothing has changed, so that a thousand files need not be asked one by one. */
  getProjectVersion(): string {
    const own = [...this.snapshots.keys()].filter(isOwnModule);
    return [this.changes, ...own.map(stampOf)].join();
  }

  getCompilationSettings(): ts.CompilerOptions {
    return this.options;
  }

  getScriptFileNames(): string[] {
    return [...this.texts.keys()];
  }

  getScriptVersion(path: string): string {
    const version = this.versions.get(path);
    if (version !== undefined) return `${version}`;
    return isOwnModule(path) ? stampOf(path) : '1';
  }

  getScriptSnapshot(path: string): ts.IScriptSnapshot | undefined {
    const cell = this.texts.get(path);
    if (cell !== undefined) return ts.ScriptSnapshot.fromString(cell);
    const version = this.getScriptVersion(path);
    const known = this.snapshots.get(path);
    if (known?.version === version) return known.snapshot;
    const text = ts.sys.readFile(path);
    if (text === undefined) return undefined;
    const snapshot = ts.ScriptSnapshot.fromString(text);
    this.snapshots.set(path, { version, snapshot });
    return snapshot;
  }

  getCurrentDirectory(): string {
    return this.folder;
  }

  getDefaultLibFileName(options: ts.CompilerOptions): string {
    return ts.getDefaultLibFilePath(options);
  }

  /** Else a folder with capital letters would be looked for in small ones. */
  useCaseSensitiveFileNames(): boolean {
    return ts.sys.useCaseSensitiveFileNames;
  }

  fileExists(path: string): boolean {
    return this.texts.has(path) || ts.sys.fileExists(path);
  }

  readFile(path: string): string | undefined {
    return this.texts.get(path) ?? ts.sys.readFile(path);
  }

  readDirectory(...args: Parameters<typeof ts.sys.readDirectory>): string[] {
    return ts.sys.readDirectory(...args);
  }

  directoryExists(path: string): boolean {
    return ts.sys.directoryExists(path);
  }

  getDirectories(path: string): string[] {
    return ts.sys.getDirectories(path);
  }

  realpath(path: string): string {
    return ts.sys.realpath?.(path) ?? path;
  }

  /** Modules that were missing may exist by now. */
  hasInvalidatedResolutions(path: string): boolean {
    return isOwnModule(path);
  }

  /** Packages are those of the notebook's folder, and else those that the kernel knows. */
  resolveModuleNameLiterals(
    literals: readonly ts.StringLiteralLike[],
    containingFile: string,
    _redirected: ts.ResolvedProjectReference | undefined,
    options: ts.CompilerOptions,
    file: ts.SourceFile,
  ): readonly ts.ResolvedModuleWithFailedLookupLocations[] {
    return literals.map((literal) => {
      const mode = ts.getModeForUsageLocation(file, literal, options);
      const resolve = (from: string) =>
        ts.resolveModuleName(literal.text, from, options, this, this.cache, undefined, mode);
      const isOwn = isOwnModule(containingFile);
      if (isOwn) this.cache.clear();
      const fromHome = () => resolve(join(this.home, 'notebook.ts'));
      if (isOwn && isKernelsOwn(literal.text)) return fromHome();
      const found = resolve(containingFile);
      if (found.resolvedModule || !isOwn || /^[./]/.test(literal.text)) return found;
      return fromHome();
    });
  }

  private readonly cache: ts.ModuleResolutionCache = ts.createModuleResolutionCache(
    '/',
    (name) => name,
  );
}

export function stampOf(path: string): string {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats ? `${stats.mtimeMs}-${stats.size}` : 'missing';
}
