import type { Call, Graph, Value } from '../graph/call';

/** Leaves out the calls whose outputs nothing needs, such as the gradient of the batch. */
export function withoutDeadCalls(graph: Graph): Graph {
  const needed = new Set<Value>(graph.results);
  const isNeeded = (value: Value) => needed.has(value) || value.origin.kind !== 'computed';
  const calls: Call[] = [];
  for (const call of [...graph.calls].reverse()) {
    if (!call.outputs.some(isNeeded)) continue;
    for (const value of [...call.inputs, ...call.outputs]) needed.add(value);
    calls.push(call);
  }
  return { ...graph, calls: calls.reverse() };
}
