import { existsSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname, isAbsolute, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import vm from 'node:vm';
import ts from 'typescript';
import { awaits } from './awaits';
import { restoreBuiltins, withBuiltins } from './builtin-methods';
import { kernelName } from './cell-names';
import type { CellImport } from './module-syntax';
import type { Scope } from './scope';
import type { StackTraces } from './stack-traces';
import { isKernelsOwn, stampOf } from './typescript-host';

type Exports = Record<string, unknown>;

/** A module of the author's, as it was when it was run last. */
interface OwnModule {
  readonly exports: { exports: unknown };
  readonly stamp: string;
  /** The author's modules that it asks for. */
  readonly needs: readonly string[];
}

const EXTENSIONS = ['', '.ts', '.tsx', '.mts', '.cts', '.js', '.mjs', '.cjs', '.json'];
/** What TypeScript lets one write for a file in TypeScript. */
const WRITTEN_FOR: Readonly<Record<string, readonly string[]>> = {
  '.js': ['.ts', '.tsx'],
  '.mjs': ['.mts'],
  '.cjs': ['.cts'],
};
const IMPORT = kernelName('import');
const META = kernelName('meta');
/** How Node says that a module can be had by `import` alone. */
const IMPORT_ONLY = new Set([
  'ERR_PACKAGE_PATH_NOT_EXPORTED',
  'ERR_REQUIRE_ESM',
  'ERR_REQUIRE_ASYNC_MODULE',
]);

/**
 * Modules of the cells. Files of the author's are compiled, and run again once they, or what they
 * ask for, have changed on the disk. Packages come through `require` where that works, which gives
 * one instance to cells and libraries alike, and else through `import`.
 */
export class Modules {
  private readonly own = new Map<string, OwnModule>();
  private readonly imported = new Map<string, Exports>();
  private readonly importByNode: (specifier: string) => Promise<Exports>;

  constructor(
    private readonly folder: string,
    private readonly home: string,
    private readonly scope: Scope,
    private readonly traces: StackTraces,
  ) {
    this.importByNode = importFrom(join(folder, 'notebook.mjs'));
  }

  /** Loads what a cell imports and gives it its names. */
  async importInto(imports: readonly CellImport[]): Promise<void> {
    for (const { specifier, kind, names } of imports) {
      const exported = await this.load(specifier, join(this.folder, 'notebook.ts'));
      const module = kind === 'require' ? exported : namespaceOf(exported);
      for (const { local, imported } of names) {
        if (imported === '*') this.scope.declare(local, module);
        else if (imported === 'export=') this.scope.declare(local, exported);
        else this.scope.bind(local, () => (module as Exports)[imported]);
      }
    }
  }

  /** `import()` in a cell. */
  async import(specifier: unknown): Promise<unknown> {
    return namespaceOf(await this.load(String(specifier), join(this.folder, 'notebook.ts')));
  }

  /** `require` of a cell or of a file of the author's. */
  requireFrom(file: string): NodeJS.Require {
    const native = createRequire(file);
    const load = (specifier: string) => this.require(specifier, file);
    return Object.assign(load, {
      resolve: native.resolve,
      cache: native.cache,
      extensions: native.extensions,
      main: native.main,
    });
  }

  private async load(specifier: string, from: string): Promise<unknown> {
    // Once the cell that asks for it lets go.
    await null;
    restoreBuiltins();
    await this.prepare(specifier, from, new Set());
    return this.require(specifier, from);
  }

  /** Fetches what `require` cannot have, for a module and all that it asks for. */
  private async prepare(specifier: string, from: string, seen: Set<string>): Promise<void> {
    const file = ownFile(specifier, from);
    if (file === undefined) {
      await this.prepareImport(specifier, from);
      return;
    }
    if (seen.has(file) || !isCompiled(file)) return;
    seen.add(file);
    for (const { fileName } of ts.preProcessFile(readFileSync(file, 'utf8')).importedFiles) {
      await this.prepare(fileName, file, seen);
    }
    if (needsAwait(file) && this.isStale(file)) await this.run(file);
  }

  private async prepareImport(specifier: string, from: string): Promise<void> {
    if (this.imported.has(specifier) || this.canBeRequired(specifier, from)) return;
    const byNode = from.startsWith(this.folder) ? this.importByNode : importFrom(from);
    try {
      this.imported.set(specifier, await byNode(specifier));
    } catch (error) {
      if (codeOf(error) !== 'ERR_MODULE_NOT_FOUND') throw error;
      const fromHome = importFrom(join(this.home, 'notebook.mjs'));
      this.imported.set(specifier, await fromHome(specifier));
    }
  }

  private canBeRequired(specifier: string, from: string): boolean {
    try {
      this.requirePackage(specifier, from);
      return true;
    } catch (error) {
      const code = codeOf(error) ?? '';
      if (IMPORT_ONLY.has(code) || code === 'MODULE_NOT_FOUND') return false;
      throw error;
    }
  }

  private require(specifier: string, from: string): unknown {
    return withBuiltins(() => this.requireNow(specifier, from));
  }

  private requireNow(specifier: string, from: string): unknown {
    const file = ownFile(specifier, from);
    if (file === undefined) {
      return this.imported.has(specifier)
        ? this.imported.get(specifier)
        : this.requirePackage(specifier, from);
    }
    if (!isCompiled(file)) return this.requireFresh(file);
    if (this.isStale(file)) {
      const running = this.run(file);
      // A file that awaits is run by `prepare`; of an import in a circle it gives what there is.
      running.catch(() => undefined);
    }
    const { exports } = this.own.get(file)!.exports;
    return exports;
  }

  private requirePackage(specifier: string, from: string): unknown {
    const requireFromHome = createRequire(join(this.home, 'notebook.js'));
    if (isKernelsOwn(specifier)) return requireFromHome(specifier);
    try {
      return createRequire(from)(specifier);
    } catch (error) {
      if (codeOf(error) !== 'MODULE_NOT_FOUND' || !speaksOf(error, specifier)) throw error;
      if (/^[./]/.test(specifier)) throw error;
      try {
        return requireFromHome(specifier);
      } catch (second) {
        throw codeOf(second) === 'MODULE_NOT_FOUND' ? error : second;
      }
    }
  }

  /** A file in JSON or a native addon, as it is now. */
  private requireFresh(file: string): unknown {
    const require = createRequire(file);
    const stamp = stampOf(file);
    if (this.own.get(file)?.stamp !== stamp) {
      if (extname(file) !== '.node') delete require.cache[file];
      const module = { exports: require(file) };
      this.own.set(file, { exports: module, stamp, needs: [] });
    }
    return require(file);
  }

  private isStale(file: string, seen: Set<string> = new Set()): boolean {
    if (seen.has(file)) return false;
    seen.add(file);
    const known = this.own.get(file);
    if (!known || known.stamp !== stampOf(file)) return true;
    return known.needs.some((need) => this.isStale(need, seen));
  }

  /** Runs a file of the author's; what it throws at once is thrown at once. */
  private run(file: string): Promise<void> {
    const text = readFileSync(file, 'utf8');
    const { code, mappings, problem } = compileModule(file, text);
    if (problem) throw new SyntaxError(`${file}: ${problem}`);
    this.traces.add(file, { name: this.nameOf(file), text, mappings });
    const module = { exports: {} };
    const needs = ts
      .preProcessFile(text)
      .importedFiles.flatMap(({ fileName }) => ownFile(fileName, file) ?? []);
    const before = this.own.get(file);
    this.own.set(file, { exports: module, stamp: stampOf(file), needs });
    const isAsync = needsAwait(file);
    const names = `(exports, require, module, __filename, __dirname, ${IMPORT}, ${META})`;
    const wrapped = `(${isAsync ? 'async ' : ''}function ${names} {${code}\n})`;
    const compiled = new vm.Script(wrapped, {
      filename: file,
      columnOffset: -(wrapped.indexOf('{') + 1),
    }).runInThisContext();
    const require = this.requireFrom(file);
    const load = async (specifier: unknown) =>
      namespaceOf(await this.load(String(specifier), file));
    const restore = () => {
      if (before) this.own.set(file, { ...before, stamp: 'failed' });
      else this.own.delete(file);
    };
    try {
      const ended = compiled.call(
        module.exports,
        module.exports,
        require,
        module,
        file,
        dirname(file),
        load,
        metaOf(file, require),
      );
      if (!isAsync) return Promise.resolve();
      return Promise.resolve(ended).catch((error) => {
        restore();
        throw error;
      });
    } catch (error) {
      restore();
      throw error;
    }
  }

  private nameOf(file: string): string {
    return file.startsWith(`${this.folder}/`) ? file.slice(this.folder.length + 1) : file;
  }
}

/** `import.meta` of a file of the author's. */
export function metaOf(file: string, require: NodeJS.Require): ImportMeta {
  return {
    url: pathToFileURL(file).href,
    filename: file,
    dirname: dirname(file),
    resolve: (specifier: string) => require.resolve(specifier),
  } as ImportMeta;
}

/** `import()` as code in this file would call it. */
function importFrom(file: string): (specifier: string) => Promise<Exports> {
  return new vm.Script('(specifier) => import(specifier)', {
    filename: pathToFileURL(file).href,
    importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  }).runInThisContext();
}

/** The author's file that a specifier means; undefined where it means a package, or a file of one. */
function ownFile(specifier: string, from: string): string | undefined {
  if (!/^\.{0,2}\//.test(specifier) && specifier !== '.' && specifier !== '..') return undefined;
  const path = isAbsolute(specifier) ? specifier : resolve(dirname(from), specifier);
  const extension = extname(path);
  const stem = path.slice(0, path.length - extension.length);
  const candidates = [
    ...EXTENSIONS.map((end) => path + end),
    ...(WRITTEN_FOR[extension] ?? []).map((end) => stem + end),
    ...EXTENSIONS.slice(1).map((end) => join(path, `index${end}`)),
  ];
  const file = candidates.find((one) => existsSync(one) && statSync(one).isFile()) ?? path;
  return file.includes('/node_modules/') ? undefined : file;
}

function isCompiled(file: string): boolean {
  return /\.[cm]?[jt]sx?$/.test(file);
}

function needsAwait(file: string): boolean {
  return awaits(ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ES2022));
}

function compileModule(
  file: string,
  text: string,
): { code: string; mappings: string; problem?: string } {
  const { outputText, sourceMapText, diagnostics } = ts.transpileModule(text, {
    // A name that does not ask for an ES module, which could not be loaded at once.
    fileName: file.replace(/\.[cm]([jt]s)$/, '.$1'),
    reportDiagnostics: true,
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.CommonJS,
      esModuleInterop: true,
      allowJs: true,
      sourceMap: true,
      jsx: ts.JsxEmit.React,
    },
    transformers: { before: [withOwnImport] },
  });
  const first = diagnostics?.find(({ code }) => code !== 1378 && code !== 1309);
  return {
    code: outputText.replace(/\n?\/\/# sourceMappingURL=.*\s*$/, ''),
    mappings: sourceMapText ? JSON.parse(sourceMapText).mappings : '',
    problem: first && ts.flattenDiagnosticMessageText(first.messageText, '\n'),
  };
}

/** `import()` and `import.meta` ask the kernel, which knows the author's files. */
function withOwnImport(context: ts.TransformationContext): ts.Transformer<ts.SourceFile> {
  const { factory } = context;
  const visit = (node: ts.Node): ts.Node => {
    const visited = ts.visitEachChild(node, visit, context);
    if (ts.isCallExpression(visited) && visited.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const own = factory.createIdentifier(IMPORT);
      return factory.createCallExpression(own, undefined, visited.arguments);
    }
    if (ts.isMetaProperty(visited) && visited.keywordToken === ts.SyntaxKind.ImportKeyword) {
      return factory.createIdentifier(META);
    }
    return visited;
  };
  return (source) => ts.visitEachChild(source, visit, context);
}

/** What `import * as` gives: the exports, with those of CommonJS as the default, too. */
function namespaceOf(exported: unknown): unknown {
  const isModule =
    typeof exported === 'object' &&
    exported !== null &&
    ('__esModule' in exported || Object.prototype.toString.call(exported) === '[object Module]');
  if (isModule) return exported;
  const namespace: Exports = Object.create(null, {
    default: { value: exported, enumerable: true },
  });
  if (exported === null || (typeof exported !== 'object' && typeof exported !== 'function')) {
    return namespace;
  }
  for (const name of Object.keys(exported)) {
    if (name === 'default') continue;
    Object.defineProperty(namespace, name, {
      enumerable: true,
      get: () => (exported as Exports)[name],
    });
  }
  return namespace;
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException | undefined)?.code;
}

function speaksOf(error: unknown, specifier: string): boolean {
  return error instanceof Error && error.message.includes(`'${specifier}'`);
}
