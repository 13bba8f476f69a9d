import type { NativeTensorData } from '../../backend/memory';
import type { NativeBackend } from '../../backend/native-backend';
import type { Call } from '../graph/call';

/**
 * Runs calls one by one, as they were made. What is computed on the way takes memory where it is
 * first written, and gives it back after its last use if nothing holds it any longer.
 */
export function interpret(
  backend: NativeBackend,
  calls: readonly Call[],
  memories: readonly NativeTensorData[],
): void {
  const lastUse = new Map<number, number>();
  calls.forEach(({ inputs, outputs }, place) => {
    for (const { id } of inputs) lastUse.set(id, place);
    for (const { id } of outputs) lastUse.set(id, place);
  });
  calls.forEach(({ op, inputs, outputs, params }, place) => {
    for (const { id } of outputs) {
      if (memories[id].values === undefined) backend.giveMemory(memories[id]);
    }
    const values = [...inputs, ...outputs];
    backend.compute(
      backend.opId(op),
      values.map(({ id }) => memories[id].values!),
      params,
    );
    for (const { id, origin } of new Set(values)) {
      const data = memories[id];
      const isOver = origin.kind === 'computed' && data.refCount <= 0 && lastUse.get(id) === place;
      if (isOver) backend.release(data);
    }
  });
}
