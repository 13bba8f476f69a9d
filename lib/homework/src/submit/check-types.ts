import { basename, join } from 'node:path';
import { ownModules, projectFolder } from '../project';
import { kernelTypeScript } from './kernel-typescript';

export interface TypeError {
  /** The file's name without its folder. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly message: string;
  /** The name that is not declared, where that is the error. */
  readonly unknownName?: string;
}

/** TypeScript's codes for `Cannot find name 'x'`, with and without a guess at what was meant. */
const CANNOT_FIND_NAME = [2304, 2552];

/** What the kernel's TypeScript has against these files, by the rules under which cells run. */
export function typeErrors(files: readonly string[]): readonly TypeError[] {
  const ts = kernelTypeScript();
  const modules = ownModules();
  const program = ts.createProgram(files, {
    target: ts.ScriptTarget.ES2020,
    lib: ['lib.es2022.d.ts', 'lib.dom.d.ts'],
    module: ts.ModuleKind.CommonJS,
    moduleResolution: ts.ModuleResolutionKind.NodeJs,
    moduleDetection: ts.ModuleDetectionKind.Force,
    baseUrl: modules,
    paths: { '*': ['*', join(projectFolder(), 'node_modules', '*')] },
    types: ['node'],
    typeRoots: [join(modules, '@types')],
    esModuleInterop: true,
    skipLibCheck: true,
    noEmit: true,
  });
  return ts.getPreEmitDiagnostics(program).map(({ file, start = 0, messageText, code }) => {
    const message = ts.flattenDiagnosticMessageText(messageText, ' ');
    const [, unknownName] = CANNOT_FIND_NAME.includes(code) ? (/'(.+?)'/.exec(message) ?? []) : [];
    if (!file) return { file: '', line: 0, message };
    const { line } = file.getLineAndCharacterOfPosition(start);
    return { file: basename(file.fileName), line: line + 1, message, unknownName };
  });
}
