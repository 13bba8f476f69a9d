import path from 'node:path';
import { EngineError } from '../errors';

/**
 * Refuses a second copy of the library in one process (two installs, or lib/dist beside lib/src).
 * Both change the one tfjs there is, and each would keep a random sequence, an engine and recordings
 * of its own: `seedRandom` of one would not seed what the other draws.
 */
const folder = path.join(__dirname, '..');
const copies = globalThis as { [copy: symbol]: string | undefined };
const copy = Symbol.for('notegrad');

if (copies[copy] !== undefined) {
  throw new EngineError(
    `two copies of notegrad in one process, ${copies[copy]} and ${folder}: import one of them only`,
  );
}
copies[copy] = folder;
