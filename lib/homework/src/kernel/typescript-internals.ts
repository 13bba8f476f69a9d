import ts from 'typescript';

/** A syntax tree with what the binder notes on it, which TypeScript keeps out of its public types. */
export interface BoundFile extends ts.SourceFile {
  parent: ts.SourceFile;
  path: string;
  resolvedPath: string;
  originalFileName: string;
  /** Names declared at the top level. */
  readonly locals?: Map<string, ts.Symbol>;
}

/** A node with what its comments say, where they were read. */
export interface Commented extends ts.Node {
  jsDoc?: ts.JSDoc[];
}

interface Resolution {
  readonly resolvedModule?: ts.ResolvedModuleFull;
}

/** A program with the look-up that its checker asks for the meaning of an import. */
export interface OpenProgram extends ts.Program {
  getResolvedModule(
    file: ts.SourceFile,
    specifier: string,
    mode: ts.ResolutionMode,
  ): Resolution | undefined;
}

interface Internals {
  bindSourceFile(file: ts.SourceFile, options: ts.CompilerOptions): void;
  getSetExternalModuleIndicator(
    options: ts.CompilerOptions,
  ): ts.CreateSourceFileOptions['setExternalModuleIndicator'];
  getJSDocCommentRanges(node: ts.Node, text: string): readonly ts.TextRange[] | undefined;
  parseIsolatedJSDocComment(
    text: string,
    start: number,
    length: number,
  ): { readonly jsDoc: ts.JSDoc } | undefined;
  getSpellingSuggestion<T>(
    name: string,
    candidates: readonly T[],
    nameOf: (candidate: T) => string,
  ): T | undefined;
}

/** Functions of the compiler that it exports but does not declare. */
export const internals: Internals = ts as unknown as Internals;
