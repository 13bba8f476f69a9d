import type { Values } from './addon';
import type { Call, Origin, Recording, Value } from './recording';

/** How the second call of a step did something else than the first; null when it did the same. */
export function difference(first: Recording, second: Recording): string | null {
  const calls = Math.min(first.calls.length, second.calls.length);
  for (let i = 0; i < calls; i++) {
    const found = callDifference(first.calls[i], second.calls[i]);
    if (found !== null) return found;
  }
  if (first.calls.length !== second.calls.length) {
    return `it computes ${first.calls.length} operations at one call and ${second.calls.length} at the next`;
  }
  return (
    listDifference(resultsOf(first), resultsOf(second)) ??
    listDifference(assigned(first), assigned(second))
  );
}

const resultsOf = ({ results }: Recording) => results.map(({ value }) => value);
const assigned = ({ assignments }: Recording) => assignments.map(({ value }) => value);

function callDifference(a: Call, b: Call): string | null {
  if (a.op !== b.op) return `it computes ${a.op} at one call where it computes ${b.op} at the next`;
  if (a.params.length !== b.params.length || a.params.some((x, i) => !Object.is(x, b.params[i]))) {
    return `it computes ${a.op} with other parameters at each call`;
  }
  return listDifference(a.inputs, b.inputs, a.op) ?? listDifference(a.outputs, b.outputs, a.op);
}

function listDifference(a: Value[] | readonly Value[], b: readonly Value[], op = 'its result') {
  if (a.length !== b.length) return `${op} takes other tensors at each call`;
  for (let i = 0; i < a.length; i++) {
    if (a[i].id !== b[i].id || a[i].length !== b[i].length || a[i].dtype !== b[i].dtype) {
      return `${op} takes other tensors at each call`;
    }
    const found = originDifference(a[i].origin, b[i].origin, op);
    if (found !== null) return found;
  }
  return null;
}

function originDifference(a: Origin, b: Origin, op: string): string | null {
  if (a.kind === 'constant' && b.kind === 'constant') {
    if (sameBytes(a.values, b.values)) return null;
    return `${op} takes numbers that JavaScript makes anew at each call`;
  }
  const same =
    (a.kind === 'batch' && b.kind === 'batch' && a.index === b.index) ||
    (a.kind === 'variable' && b.kind === 'variable' && a.variable === b.variable) ||
    (a.kind === 'captured' && b.kind === 'captured' && a.dataId === b.dataId) ||
    (a.kind === b.kind && (a.kind === 'computed' || a.kind === 'live'));
  return same ? null : `${op} takes another tensor from outside the step at each call`;
}

function sameBytes(a: Values, b: Values): boolean {
  const bytes = (v: Values) => Buffer.from(v.buffer, v.byteOffset, v.byteLength);
  return bytes(a).equals(bytes(b));
}
