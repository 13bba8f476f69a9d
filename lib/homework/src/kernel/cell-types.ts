import { join, resolve } from 'node:path';
import ts from 'typescript';
import { valueNames } from './cell-names';
import { type CompiledCell, compileCell } from './compile-cell';
import { createDocuments } from './documents';
import { isOwnModule, stampOf, TypeScriptHost } from './typescript-host';
import { type BoundFile, internals, type OpenProgram } from './typescript-internals';

export interface Complaint {
  readonly message: string;
  readonly code: number;
  /** The module that it is in; absent where that is the cell. */
  readonly path?: string;
  /** Counted from 1. */
  readonly line: number;
  readonly column: number;
}

export interface CheckedCell {
  readonly complaints: readonly Complaint[];
  /** Absent where there are complaints. */
  readonly compiled?: CompiledCell;
  /** What TypeScript says on names that nothing declares yet, for when they are still missing. */
  readonly missingNames: ReadonlyMap<string, string>;
}

/** What TypeScript says on a name that no declaration brings. */
const NAME_NOT_FOUND: ReadonlySet<number> = new Set([2304, 2552, 18004]);
/**
 * What a notebook need not heed: `import x = require()` in a module, an import that ends in `.ts`, a
 * package without types (it is `any`), and a `const list = []` whose type a later cell would show.
 */
const ALLOWED: ReadonlySet<number> = new Set([1202, 5097, 7016, 7005, 7034]);

/**
 * The types of a notebook. Every cell is a module of its own, whose outer scope is the cell before
 * it: a name means its newest declaration, types are inferred once, and one that is declared anew
 * may have another type.
 *
 * A cell that brings no new module is checked by the checker that knows the cells before it, which
 * takes a millisecond or two however many these are. Otherwise the program is built anew.
 */
export class CellTypes {
  private readonly folder: string;
  private readonly inTheMaking: string;
  private readonly host: TypeScriptHost;
  private readonly service: ts.LanguageService;
  private program: OpenProgram | undefined;
  private accepted: BoundFile[] = [];
  /** Names that a cell declared and did not come to: they mean what they meant before. */
  private readonly forgotten = new Map<string, Set<string>>();
  private checked: BoundFile | undefined;
  private readonly ownModules = new Map<string, string>();

  /** @param folder where modules of the notebook's own lie */
  constructor(folder: string, home: string) {
    // TypeScript resolves no module from a relative path.
    this.folder = resolve(folder);
    this.inTheMaking = join(this.folder, 'cell in the making.ts');
    this.host = new TypeScriptHost(this.folder, home);
    this.service = ts.createLanguageService(this.host, createDocuments(this.folder));
  }

  /** The path under which TypeScript knows the cell of this number. */
  pathOf(number: number): string {
    return join(this.folder, `cell ${number}.ts`);
  }

  /** Loads the standard library, so that the first cell does not wait for it. */
  warmUp(): void {
    this.check(0, 'export {}');
  }

  /** Checks a cell and compiles it. It counts as a part of the notebook once it is accepted. */
  check(number: number, code: string): CheckedCell {
    const path = this.pathOf(number);
    const file = this.fileIn(this.programFor(path, code), path, code);
    const program = this.program!;
    const behind = this.ownModulesBehind(file);
    const missingNames = new Map<string, string>();
    const found: ts.Diagnostic[] = [...program.getSyntacticDiagnostics(file)];
    if (found.length === 0) {
      const semantic = program.getSemanticDiagnostics(file);
      found.push(...semantic.filter((one) => !this.isForLater(one, missingNames)));
      for (const own of behind) {
        found.push(...program.getSyntacticDiagnostics(own), ...program.getSemanticDiagnostics(own));
      }
    }
    const complaints = found
      .filter(
        ({ category, code }) => category === ts.DiagnosticCategory.Error && !ALLOWED.has(code),
      )
      .map((one) => this.complaintOf(one, file));
    if (complaints.length > 0) {
      this.host.removeCell(path);
      return { complaints, missingNames };
    }
    for (const { fileName } of behind) this.ownModules.set(fileName, stampOf(fileName));
    this.checked = file;
    const names = new Set(valueNames(file.locals ?? new Map(), program.getTypeChecker()));
    const isCellName = (symbol: ts.Symbol | undefined, name: string) =>
      symbol !== undefined &&
      [...this.accepted, file].some((cell) => cell.locals?.get(name) === symbol);
    const compiled = compileCell(program, file, names, isCellName);
    return { complaints, compiled, missingNames };
  }

  /** The cell that passed its check last and is not accepted yet, and what knows its types. */
  get current(): { readonly file: ts.SourceFile; readonly checker: ts.TypeChecker } | undefined {
    return this.checked && { file: this.checked, checker: this.program!.getTypeChecker() };
  }

  /**
   * Makes the cell that was checked last a part of the notebook.
   *
   * @param isThere whether a name that it declares has a value; where it has none, the cell threw
   * before, and the name keeps its older meaning
   */
  accept(isThere: (name: string) => boolean): void {
    const file = this.checked;
    if (!file) return;
    this.checked = undefined;
    const missing = valueNames(file.locals ?? new Map(), this.program!.getTypeChecker()).filter(
      (name) => !isThere(name),
    );
    if (missing.length > 0) this.forgotten.set(file.fileName, new Set(missing));
    forget(file, missing);
    this.host.setCell(file.fileName, file.text);
    this.accepted.push(file);
  }

  /** The language service, with this cell at the end of the notebook. */
  serviceFor(code: string): { service: ts.LanguageService; path: string } {
    this.host.setCell(this.inTheMaking, code);
    this.link(this.service.getProgram() as OpenProgram, this.inTheMaking);
    return { service: this.service, path: this.inTheMaking };
  }

  /** Ends what `serviceFor` began. The file stays: with other files, all modules are looked up anew. */
  endService(): void {
    this.host.setCell(this.inTheMaking, 'export {}');
  }

  /** The names that packages export, by package; none for one that is not there. */
  exportsOf(specifiers: readonly string[]): ReadonlyMap<string, ReadonlySet<string>> {
    const code = specifiers.map((name, i) => `import * as p${i} from '${name}';`).join('\n');
    const { service, path } = this.serviceFor(code);
    try {
      const program = service.getProgram()!;
      const checker = program.getTypeChecker();
      const imports = program.getSourceFile(path)!.statements.filter(ts.isImportDeclaration);
      return new Map(
        imports.map(({ moduleSpecifier }, i) => {
          const module = checker.getSymbolAtLocation(moduleSpecifier);
          const names = module ? checker.getExportsOfModule(module).map(({ name }) => name) : [];
          return [specifiers[i], new Set(names.filter((name) => name !== 'default'))];
        }),
      );
    } finally {
      this.endService();
    }
  }

  /** Node's modules whose names are names in TypeScript, too, as `fs` is. */
  nodeModules(): readonly string[] {
    return [...this.ambientModules()]
      .map((name) => /^"node:(\w+)"$/.exec(name)?.[1])
      .filter((name) => name !== undefined);
  }

  private programFor(path: string, code: string): OpenProgram {
    if (this.program && !this.bringsModules(code) && !this.ownModulesChanged()) return this.program;
    this.host.setCell(path, code);
    this.program = this.service.getProgram() as OpenProgram;
    this.link(this.program, path);
    shareResolutions(this.program, () => this.accepted);
    return this.program;
  }

  /** Chains the cells of a program one in the other. */
  private link(program: OpenProgram, lastPath: string): void {
    program.getTypeChecker();
    const paths = [...this.accepted.map(({ fileName }) => fileName), lastPath];
    const files = paths.map((path) => program.getSourceFile(path) as BoundFile);
    files.forEach((file, index) => {
      if (index > 0) file.parent = files[index - 1];
      forget(file, this.forgotten.get(file.fileName) ?? []);
    });
    if (program === this.program) this.accepted = files.slice(0, -1);
  }

  private fileIn(program: OpenProgram, path: string, code: string): BoundFile {
    const known = program.getSourceFile(path) as BoundFile | undefined;
    if (known?.text === code) return known;
    const { options } = this.host;
    const file = ts.createSourceFile(
      path,
      code,
      {
        languageVersion: ts.ScriptTarget.ES2022,
        setExternalModuleIndicator: internals.getSetExternalModuleIndicator(options),
      },
      true,
    ) as BoundFile;
    file.path = path;
    file.resolvedPath = path;
    file.originalFileName = path;
    internals.bindSourceFile(file, options);
    const before = this.accepted.at(-1);
    if (before) file.parent = before;
    return file;
  }

  private bringsModules(code: string): boolean {
    const needsProgram = /\bdeclare\s+(?:global|module)\b|\bimport\s+[\w$]+\s*=\s*require\b/;
    if (needsProgram.test(code)) return true;
    const { importedFiles, referencedFiles, typeReferenceDirectives, libReferenceDirectives } =
      ts.preProcessFile(code, true, false);
    const references = [referencedFiles, typeReferenceDirectives, libReferenceDirectives];
    return (
      references.some((found) => found.length > 0) ||
      importedFiles.some(({ fileName }) => !this.knowsModule(fileName))
    );
  }

  /** Whether a cell before asked for this module, and found it. */
  private knowsModule(specifier: string): boolean {
    return (
      this.accepted.some((cell) => this.resolved(cell, specifier)) ||
      this.ambientModules().has(`"${specifier}"`)
    );
  }

  /** Modules that declarations speak of, as those of Node, in quotes. */
  private ambientModules(): ReadonlySet<string> {
    const modules = this.program?.getTypeChecker().getAmbientModules() ?? [];
    return new Set(modules.map(({ name }) => name));
  }

  private resolved(from: ts.SourceFile, specifier: string): ts.ResolvedModuleFull | undefined {
    const modes = [undefined, ts.ModuleKind.ESNext, ts.ModuleKind.CommonJS] as const;
    for (const mode of modes) {
      const found = this.program?.getResolvedModule(from, specifier, mode)?.resolvedModule;
      if (found) return found;
    }
    return undefined;
  }

  private ownModulesChanged(): boolean {
    for (const [path, stamp] of this.ownModules) if (stampOf(path) !== stamp) return true;
    return false;
  }

  /** The author's modules behind a cell, where one of them was not checked as it is now. */
  private ownModulesBehind(file: ts.SourceFile): readonly ts.SourceFile[] {
    const found = new Set<ts.SourceFile>();
    const visit = (from: ts.SourceFile): void => {
      for (const { fileName } of ts.preProcessFile(from.text, true, false).importedFiles) {
        const path = this.resolved(from, fileName)?.resolvedFileName;
        const module =
          path && isOwnModule(path) && /\.[cm]?tsx?$/.test(path)
            ? this.program!.getSourceFile(path)
            : undefined;
        if (!module || found.has(module)) continue;
        found.add(module);
        visit(module);
      }
    };
    visit(file);
    const isNew = ({ fileName }: ts.SourceFile) =>
      this.ownModules.get(fileName) !== stampOf(fileName);
    return [...found].some(isNew) ? [...found] : [];
  }

  /** A function may name what a later cell declares: whether that comes, its call will show. */
  private isForLater(diagnostic: ts.Diagnostic, missing: Map<string, string>): boolean {
    const node = missingName(diagnostic);
    if (!node || node.text === 'arguments' || ts.isPartOfTypeNode(node)) return false;
    if (!ts.findAncestor(node, (one) => ts.isFunctionLike(one) && 'body' in one)) return false;
    missing.set(node.text, this.messageOf(diagnostic));
    return true;
  }

  private complaintOf(diagnostic: ts.Diagnostic, cell: ts.SourceFile): Complaint {
    const { file = cell, start = 0, code } = diagnostic;
    const { line, character } = file.getLineAndCharacterOfPosition(start);
    return {
      message: this.messageOf(diagnostic),
      code,
      ...(file.fileName !== cell.fileName && { path: file.fileName }),
      line: line + 1,
      column: character + 1,
    };
  }

  /** What TypeScript says; it makes ten suggestions for misspelt names, and we all others. */
  private messageOf(diagnostic: ts.Diagnostic): string {
    const message = ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n');
    const node = diagnostic.code === 2304 ? missingName(diagnostic) : undefined;
    if (!node) return message;
    const meaning = ts.isPartOfTypeNode(node) ? ts.SymbolFlags.Type : ts.SymbolFlags.Value;
    const known = this.program!.getTypeChecker().getSymbolsInScope(node, meaning);
    const meant = internals.getSpellingSuggestion(node.text, known, ({ name }) => name);
    return meant ? `${message} Did you mean '${meant.name}'?` : message;
  }
}

/** The name that nothing declares, where that is what a diagnostic is about. */
function missingName({ code, file, start }: ts.Diagnostic): ts.Identifier | undefined {
  if (!NAME_NOT_FOUND.has(code) || !file || start === undefined) return undefined;
  let node: ts.Node = file;
  for (;;) {
    const inner: ts.Node | undefined = ts.forEachChild(node, (child) =>
      child.getFullStart() <= start && start < child.getEnd() ? child : undefined,
    );
    if (!inner) break;
    node = inner;
  }
  return ts.isIdentifier(node) ? node : undefined;
}

/** A cell that is not of the program itself finds the modules that other cells found. */
function shareResolutions(program: OpenProgram, cells: () => readonly ts.SourceFile[]): void {
  const own = program.getResolvedModule.bind(program);
  program.getResolvedModule = (file, specifier, mode) => {
    if (program.getSourceFile(file.fileName) === file) return own(file, specifier, mode);
    for (const cell of cells()) {
      const found = own(cell, specifier, mode);
      if (found?.resolvedModule) return found;
    }
    return undefined;
  };
}

function forget(file: BoundFile, names: Iterable<string>): void {
  for (const name of names) file.locals?.delete(name);
}
