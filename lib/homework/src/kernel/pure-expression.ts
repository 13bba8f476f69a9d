import { type Runtime, Session } from 'node:inspector';
import { inspect } from 'node:util';
import ts from 'typescript';
import { wording } from '../claims/wording';
import type { CellTypes } from './cell-types';
import { HELPER } from './global-declarations';

/** What an expression gives, a number as JavaScript writes it; or why that could not stand in a text. */
export type ExpressionResult = { readonly value: string | boolean } | { readonly error: string };

const LIMIT_MS = 5000;
/** The property of the global object that holds the words of claims while one is evaluated. */
const WORDING = '__notegradWording';

/**
 * The value of an expression among the notebook's names, checked like a cell. V8 watches that its
 * evaluation changes nothing: an assignment, a call that draws a random number or trains a model, or
 * output is an error.
 *
 * @param number the number under which TypeScript is to know the expression, no cell's
 */
export function evaluatePurely(
  expression: string,
  types: CellTypes,
  number: number,
): ExpressionResult {
  if (!isOneExpression(expression)) return { error: 'is not one expression' };
  // The notebook's own names go before the words of claims.
  const words = Object.entries(wording).filter(([name]) => !(name in globalThis));
  const parameters = words.map(([name, { type }]) => `${name}: ${type}`).join(', ');
  const code = `(${parameters}) => (\n${expression}\n)`;
  const { compiled, complaints, missingNames } = types.check(number, code);
  if (!compiled) return { error: complaints[0].message };
  const [missing] = missingNames.values();
  if (missing) return { error: missing };
  const functions = words.map(([, { say }]) => say);
  const call = `(${HELPER} => { 'use strict'; return ${compiled.code} })({ result: f => f })(...${WORDING})`;
  Object.defineProperty(globalThis, WORDING, { value: functions, configurable: true });
  try {
    return evaluateWatched(call);
  } finally {
    Reflect.deleteProperty(globalThis, WORDING);
  }
}

function isOneExpression(text: string): boolean {
  const { statements } = ts.createSourceFile('expression.ts', text, ts.ScriptTarget.ES2022);
  return statements.length === 1 && ts.isExpressionStatement(statements[0]);
}

function evaluateWatched(expression: string): ExpressionResult {
  const session = new Session();
  session.connect();
  try {
    let result: ExpressionResult = { error: 'was not evaluated' };
    const how = { throwOnSideEffect: true, silent: true, timeout: LIMIT_MS };
    session.post('Runtime.evaluate', { expression, ...how }, (failure, answer) => {
      result = failure
        ? { error: `takes more than ${LIMIT_MS / 1000} s: compute it in a code cell` }
        : resultOf(answer);
    });
    return result;
  } finally {
    session.disconnect();
  }
}

function resultOf({ result, exceptionDetails }: Runtime.EvaluateReturnType): ExpressionResult {
  if (exceptionDetails) {
    const { description, value } = exceptionDetails.exception ?? {};
    return { error: reasonOf(description?.split('\n')[0] ?? `throws ${inspect(value)}`) };
  }
  switch (result.type) {
    case 'string':
    case 'boolean':
      return { value: result.value };
    case 'number':
      return { value: result.description! };
    default: {
      const what = result.subtype ?? result.type;
      return {
        error: `is ${/^[aeiou]/.test(what) ? 'an' : 'a'} ${what}, not a text, number or truth`,
      };
    }
  }
}

function reasonOf(thrown: string): string {
  if (!thrown.includes('Possible side-effect')) return thrown.replaceAll('\u200d', '');
  return 'may change something (or V8 cannot rule it out): compute it in a code cell';
}
