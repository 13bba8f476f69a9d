import type { NativeTensorData } from '../../backend/memory';
import type { Call, Graph, Value } from './call';

/** The calls of a trace, with the values of the constants that they may be chosen for. */
export function graphOf(
  path: readonly Call[],
  survivors: ReadonlySet<number>,
  memories: readonly NativeTensorData[],
): Graph {
  const constants = new Map<Value, Value>();
  const known = (value: Value): Value => {
    if (value.origin.kind !== 'constant') return value;
    const origin = { kind: 'constant', values: memories[value.id].values } as const;
    const constant = constants.get(value) ?? { ...value, origin };
    constants.set(value, constant);
    return constant;
  };
  const calls = path.map(({ op, inputs, outputs, params }) => ({
    op,
    inputs: inputs.map(known),
    outputs: outputs.map(known),
    params,
  }));
  const all = new Set(calls.flatMap(({ outputs }) => outputs));
  return { calls, results: [...all].filter(({ id }) => survivors.has(id)) };
}
