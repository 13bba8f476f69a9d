import { Session } from 'node:inspector';
import { inNextTurn } from './own-clock';

/**
 * Collects all garbage and gives the system the memory back that V8 holds for more: after TypeScript
 * has read its libraries, which is some 40 MiB that V8 itself would give back after minutes.
 */
export function giveBackMemory(): void {
  const session = new Session();
  session.connect();
  // Within its own answer, a session cannot end.
  session.post('HeapProfiler.collectGarbage', () => inNextTurn(() => session.disconnect()));
}
