import vm from 'node:vm';
import type { CompiledCell } from './compile-cell';
import { Interrupted } from './errors';
import { HELPER } from './global-declarations';
import { cellContext } from './output';
import type { Scope } from './scope';

/** What a cell sees besides the notebook's names. */
export interface CellSurroundings {
  readonly scope: Scope;
  readonly require: NodeJS.Require;
  readonly import: (specifier: unknown) => Promise<unknown>;
  readonly folder: string;
}

/** A cell under way. */
export interface Evaluation {
  /** Settles with the cell where that awaits; else there is nothing to wait for. */
  readonly ended: unknown;
  /** The value of the last statement, once the cell has ended. */
  readonly value: () => unknown;
}

const PARAMETERS = `${HELPER}, require, module, exports, __filename, __dirname`;
const { runInThisContext } = vm.Script.prototype;
/** Kept from cells that change what Node has. */
const runScript = Function.prototype.call.bind(runInThisContext) as (script: vm.Script) => unknown;

/**
 * Runs a compiled cell. Code up to its first `await` has run when this returns, and what that
 * throws is thrown.
 *
 * @param file the name that stack traces have for the compiled code
 */
export function evaluateCell(
  { code, hoisted, isAsync }: CompiledCell,
  file: string,
  { scope, require, folder, import: load }: CellSurroundings,
): Evaluation {
  scope.hoist(hoisted);
  const head = `(${isAsync ? 'async ' : ''}function (${PARAMETERS}) { 'use strict';`;
  const script = new vm.Script(`${head}${code}\n})`, {
    filename: file,
    columnOffset: -head.length,
  });
  let value: unknown;
  const path = `${folder}/notebook.ts`;
  const helper = {
    variables: scope.variables,
    constants: scope.constants,
    result: (last: unknown) => {
      value = last;
    },
    resumed: <T>(result: T): T => {
      if (cellContext.getStore()?.stopped) throw new Interrupted('the cell was interrupted');
      return result;
    },
    import: load,
    meta: {
      url: `file://${encodeURI(path)}`,
      filename: path,
      dirname: folder,
      resolve: (specifier: string) => require.resolve(specifier),
    },
  };
  const cell = runScript(script) as (...args: unknown[]) => unknown;
  const module = { exports: {} };
  const ended = cell.call(undefined, helper, require, module, module.exports, path, folder);
  return { ended, value: () => value };
}
