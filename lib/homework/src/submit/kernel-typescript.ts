import type TypeScript from 'typescript';
import { ownRequire } from '../project';

export type TypeScriptApi = typeof TypeScript;

/** The TypeScript inside the notebooks' kernel: what its cells were written and checked with. */
export function kernelTypeScript(): TypeScriptApi {
  return ownRequire('typescript') as TypeScriptApi;
}

/** Code as a syntax tree; `await` may stand anywhere, as in a cell. */
export function parse(ts: TypeScriptApi, code: string): TypeScript.SourceFile {
  const asModule = `${code}\nexport {};`;
  return ts.createSourceFile('cell.ts', asModule, ts.ScriptTarget.ES2022, true);
}
