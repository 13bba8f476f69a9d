import type ts from 'typescript';
import { awaits } from './awaits';
import { globalName } from './cell-names';
import { withGlobals } from './global-declarations';
import { type CellImport, withoutModuleSyntax } from './module-syntax';
import { type IsCellName, renameReserved } from './rename-reserved';

export interface CompiledCell {
  readonly code: string;
  /** Source map of the code, in its VLQ form. */
  readonly mappings: string;
  readonly imports: readonly CellImport[];
  /** Variables that exist before their cell begins, as `var` has it. */
  readonly hoisted: readonly string[];
  readonly isAsync: boolean;
}

/**
 * Compiles a checked cell to JavaScript in which every declaration of its top level is an
 * assignment to a property of the global object. All other code stays as it was written, so names
 * are looked up by V8 as it looks up globals: live, by every function of every cell, at full speed.
 */
export function compileCell(
  program: ts.Program,
  file: ts.SourceFile,
  names: ReadonlySet<string>,
  isCellName: IsCellName,
): CompiledCell {
  const checker = program.getTypeChecker();
  const imports: CellImport[] = [];
  const hoisted: string[] = [];
  let code = '';
  let mappings = '';
  const write = (name: string, text: string) => {
    if (name.endsWith('.map')) mappings = JSON.parse(text).mappings;
    else code = text.replace(/\n?\/\/# sourceMappingURL=.*\s*$/, '');
  };
  const globals = new Set([...names].map(globalName));
  program.emit(file, write, undefined, false, {
    before: [
      renameReserved(checker, isCellName),
      (context) => (source) => withoutModuleSyntax(context, source, checker, imports),
    ],
    after: [(context) => (source) => withGlobals(context, source, globals, hoisted)],
  });
  return { code, mappings, imports, hoisted, isAsync: awaits(file) };
}
