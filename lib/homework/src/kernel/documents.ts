import ts from 'typescript';
import { type Commented, internals } from './typescript-internals';

type Parse = ts.DocumentRegistry['acquireDocumentWithKey'];
type Options = Parameters<Parse>[7];

/** Files that every notebook reads, and whose comments are wanted only where somebody hovers. */
function isLibrary(path: string): boolean {
  return /\/(?:typescript\/lib|@types\/node|undici-types)\//.test(path);
}

/**
 * Syntax trees of files, without those of the comments in libraries: they would be the tenth part of what
 * an idle kernel takes.
 */
export function createDocuments(folder: string): ts.DocumentRegistry {
  const whole = ts.createDocumentRegistry(true, folder);
  const bare = ts.createDocumentRegistry(true, folder, ts.JSDocParsingMode.ParseNone);
  const registryOf = (path: string) => (isLibrary(path) ? bare : whole);
  const optionsFor = (path: string, options: Options) =>
    isLibrary(path) && typeof options === 'object'
      ? { ...options, jsDocParsingMode: ts.JSDocParsingMode.ParseNone }
      : options;
  const parse =
    (how: 'acquireDocumentWithKey' | 'updateDocumentWithKey'): Parse =>
    (name, path, settings, key, text, version, kind, options) => {
      const own = optionsFor(name, options);
      return registryOf(name)[how](name, path, settings, key, text, version, kind, own);
    };
  return {
    ...whole,
    acquireDocumentWithKey: parse('acquireDocumentWithKey'),
    updateDocumentWithKey: parse('updateDocumentWithKey'),
    releaseDocumentWithKey: (
      path: ts.Path,
      key: ts.DocumentRegistryBucketKey,
      kind: ts.ScriptKind,
      format?: ts.ResolutionMode,
    ) => registryOf(path).releaseDocumentWithKey(path, key, kind, format),
  };
}

/** Reads the comments about what stands at a place, if the file was read without any. */
export function readComments(file: ts.SourceFile, position: number): void {
  if (!isLibrary(file.fileName)) return;
  const read = (node: Commented): void => {
    const comments = internals.getJSDocCommentRanges(node, file.text) ?? [];
    node.jsDoc ??= comments.flatMap(({ pos, end }) => {
      const found = internals.parseIsolatedJSDocComment(file.text, pos, end - pos);
      return found ? Object.assign(found.jsDoc, { parent: node }) : [];
    });
    const inner = ts.forEachChild(node, (child) =>
      child.pos <= position && position < child.end ? child : undefined,
    );
    if (inner) read(inner);
  };
  for (const statement of file.statements) {
    if (statement.pos <= position && position < statement.end) read(statement);
  }
}
