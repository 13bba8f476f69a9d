import ts from 'typescript';
import type { CellTypes } from './cell-types';
import { readComments } from './documents';
import type { ImportableNames } from './importable-names';

/** What may stand at the cursor; positions count Unicode characters, as Jupyter's do. */
export interface Completions {
  readonly start: number;
  readonly end: number;
  readonly matches: readonly string[];
}

/**
 * Names that may stand at the cursor, those that begin as what is written there first. Names that
 * could be imported follow; one that is written out is completed with its import above the cell.
 */
export function completionsAt(
  types: CellTypes,
  importable: ImportableNames,
  code: string,
  cursor: number,
): Completions {
  const position = unitsBefore(code, cursor);
  const known = withService(types, code, (service, path) => knownAt(service, path, code, position));
  const { start, end, matches, isOpen } = known;
  const inCharacters = (from: number, to: number, found: readonly string[]): Completions => ({
    start: charactersBefore(code, from),
    end: charactersBefore(code, to),
    matches: found,
  });
  const typed = code.slice(start, position);
  if (!isOpen || typed === '' || matches.includes(typed)) return inCharacters(start, end, matches);
  const line = importable.importOf(typed);
  if (line && matches.every((name) => !name.startsWith(typed))) {
    return inCharacters(0, end, [`${line}\n${code.slice(0, start)}${typed}`]);
  }
  const more = importable.startingWith(typed).filter((name) => !matches.includes(name));
  const first = matches.filter((name) => name.startsWith(typed));
  return inCharacters(start, end, [...first, ...more, ...matches.slice(first.length)]);
}

interface Known {
  readonly start: number;
  readonly end: number;
  readonly matches: readonly string[];
  /** Whether any name may stand here, not only the members of something. */
  readonly isOpen: boolean;
}

function knownAt(service: ts.LanguageService, path: string, code: string, position: number): Known {
  const { start, end } = wordAt(code, position);
  const found = service.getCompletionsAtPosition(path, position, {
    includeCompletionsForModuleExports: false,
    includeCompletionsWithInsertText: false,
  });
  const span = found?.optionalReplacementSpan;
  const [from, to] = span ? [span.start, span.start + span.length] : [start, end];
  const typed = code.slice(from, position);
  const ranked = (found?.entries ?? [])
    .map((entry, index) => ({ entry, index, rank: rankOf(entry.name, typed) }))
    .filter(({ rank }) => rank < 3);
  ranked.sort(
    (a, b) =>
      a.rank - b.rank || a.entry.sortText.localeCompare(b.entry.sortText) || a.index - b.index,
  );
  return {
    start: from,
    end: to,
    matches: ranked.map(({ entry }) => entry.name),
    isOpen: found?.isGlobalCompletion ?? false,
  };
}

/** The type and documentation of what is at the cursor; inside a call's parentheses, of the call. */
export function describeAt(types: CellTypes, code: string, cursor: number): string | undefined {
  const position = unitsBefore(code, cursor);
  return withService(types, code, (service, path) => {
    readCommentsOn(service, path, position);
    const info =
      service.getQuickInfoAtPosition(path, position) ??
      (position > 0 ? service.getQuickInfoAtPosition(path, position - 1) : undefined);
    if (info) {
      const head = ts.displayPartsToString(info.displayParts);
      return withDocumentation(head, info.documentation, info.tags);
    }
    const callee = calleeAt(service.getProgram()?.getSourceFile(path), position);
    if (callee !== undefined) readCommentsOn(service, path, callee);
    const help = service.getSignatureHelpItems(path, position, undefined);
    const item = help?.items[help.selectedItemIndex];
    if (!item) return undefined;
    const parameters = item.parameters.map((one) => ts.displayPartsToString(one.displayParts));
    const separator = ts.displayPartsToString(item.separatorDisplayParts);
    const head =
      ts.displayPartsToString(item.prefixDisplayParts) +
      parameters.join(separator) +
      ts.displayPartsToString(item.suffixDisplayParts);
    return withDocumentation(head, item.documentation, item.tags);
  });
}

/** Where the function is named whose call is around the cursor. */
function calleeAt(file: ts.SourceFile | undefined, position: number): number | undefined {
  let end: number | undefined;
  const visit = (node: ts.Node): void => {
    if (position < node.pos || node.end < position) return;
    const isCall = ts.isCallExpression(node) || ts.isNewExpression(node);
    if (isCall && node.expression.end < position) end = node.expression.end;
    ts.forEachChild(node, visit);
  };
  if (file) visit(file);
  return end;
}

/** Reads what is said where the name at this position is declared. */
function readCommentsOn(service: ts.LanguageService, path: string, position: number): void {
  const program = service.getProgram();
  for (const { fileName, textSpan } of service.getDefinitionAtPosition(path, position) ?? []) {
    const file = program?.getSourceFile(fileName);
    if (file) readComments(file, textSpan.start);
  }
}

function withService<T>(
  types: CellTypes,
  code: string,
  ask: (service: ts.LanguageService, path: string) => T,
): T {
  const { service, path } = types.serviceFor(code);
  try {
    return ask(service, path);
  } finally {
    types.endService();
  }
}

function withDocumentation(
  head: string,
  documentation: readonly ts.SymbolDisplayPart[] | undefined,
  tags: readonly ts.JSDocTagInfo[] | undefined,
): string {
  const text = ts.displayPartsToString([...(documentation ?? [])]);
  const notes = (tags ?? []).map(({ name, text }) =>
    `@${name} ${ts.displayPartsToString(text ?? [])}`.trim(),
  );
  return [head, ...(text || notes.length > 0 ? [''] : []), text, ...notes]
    .filter((line, index) => index < 2 || line !== '')
    .join('\n')
    .trim();
}

function wordAt(code: string, position: number): { start: number; end: number } {
  const isPart = (index: number) => /[\p{ID_Continue}$]/u.test(code[index] ?? '');
  let [start, end] = [position, position];
  while (start > 0 && isPart(start - 1)) start--;
  while (isPart(end)) end++;
  return { start, end };
}

function rankOf(name: string, typed: string): number {
  if (name.startsWith(typed)) return 0;
  const [lower, typedLower] = [name.toLowerCase(), typed.toLowerCase()];
  if (lower.startsWith(typedLower)) return 1;
  return lower.includes(typedLower) ? 2 : 3;
}

/** The UTF-16 position of a cursor that counts characters. */
function unitsBefore(code: string, characters: number): number {
  return [...code].slice(0, characters).join('').length;
}

function charactersBefore(code: string, units: number): number {
  return [...code.slice(0, units)].length;
}
