import type { OperationName } from '../../backend/operations';
import type { Graph, Value } from '../graph/call';

/** Operations that read each element before they write the one at its place. */
const ELEMENTWISE: ReadonlySet<OperationName> = new Set<OperationName>([
  'add',
  'sub',
  'multiply',
  'realDiv',
  'maximum',
  'minimum',
  'squaredDifference',
  'neg',
  'exp',
  'log',
  'sqrt',
  'square',
  'relu',
  'leakyRelu',
  'elu',
  'sigmoid',
  'tanh',
  'softplus',
  'clipByValue',
  'step',
  'activationGradient',
]);

/**
 * Where an elementwise operation may write over an input that nothing needs afterwards: the value
 * whose memory each of those outputs takes.
 */
export function valuesInPlace({ calls, results }: Graph): Map<Value, Value> {
  const lastUse = new Map<Value, number>();
  calls.forEach(({ inputs, outputs }, place) => {
    for (const value of [...inputs, ...outputs]) lastUse.set(value, place);
  });
  const written = new Set<Value>();
  const shared = new Map<Value, Value>();
  const isOwn = (value: Value) => value.origin.kind === 'computed' && !results.includes(value);
  calls.forEach(({ op, inputs, outputs: [output] }, place) => {
    const isFirst = output !== undefined && !written.has(output) && isOwn(output);
    const input = inputs.find(
      (value) =>
        isOwn(value) &&
        value.dtype === 'float32' &&
        value.length === output?.length &&
        lastUse.get(value) === place,
    );
    if (isFirst && input !== undefined && ELEMENTWISE.has(op) && output.dtype === 'float32') {
      shared.set(output, shared.get(input) ?? input);
    }
    for (const value of calls[place].outputs) written.add(value);
  });
  return shared;
}
