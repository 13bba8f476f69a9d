import { openSync } from 'node:fs';
import { join } from 'node:path';
import { globalName } from '../../kernel/cell-names';
import { ownRequire } from '../../project';
import { Channel } from './frames';
import { type Serving, serveCalls } from './serve-calls';
import { tensorsOf } from './tensors';

/** The variable that names the folder with a kernel's two pipes. */
export const PIPES_VARIABLE = 'NOTEGRAD_AUTOTEST';
/** What the grader writes to the kernel by, and what it reads. */
export const TO_KERNEL = 'to-kernel';
export const FROM_KERNEL = 'from-kernel';

/** What the kernel says when it has come to a test. */
export interface Arrival {
  readonly says: 'here';
  /** What the grader called the test. */
  readonly token: string;
}

const HOOK = 'notegrad.autotest';
const KeptPromise = Promise;

/** A cell that stands where a test stood, and answers for the notebook until that is over. */
export function servingCell(token: string): string {
  return `// The test runs in another process, which asks for the values of this notebook.
await Reflect.get(globalThis, Symbol.for('${HOOK}'))('${token}');`;
}

/** Lets a grader ask for the notebook's values where its tests stand. */
export function installServing(): void {
  const folder = process.env[PIPES_VARIABLE];
  if (!folder) return;
  delete process.env[PIPES_VARIABLE];
  const library: typeof import('notegrad') = ownRequire('notegrad');
  const tensors = tensorsOf(library.tf);
  const { restoreRandomState } = library;
  const { hasOwn } = Object;
  const names = globalThis as unknown as Readonly<Record<string, unknown>>;
  let channel: Channel | undefined;
  let serving: Serving | undefined;
  let onEnd: (test?: string) => boolean = () => true;
  const valueOfName = (name: string): unknown => {
    const known = globalName(name);
    if (!hasOwn(names, known)) throw new ReferenceError(`${name} is not defined`);
    return names[known];
  };
  const serve = (token: string) =>
    new KeptPromise<void>((resolve) => {
      // A test that was cut off may be called over when the next one has begun.
      onEnd = (test = token) => {
        if (test === token) resolve();
        return test === token;
      };
      channel ??= new Channel(
        openSync(join(folder, TO_KERNEL), 'r'),
        openSync(join(folder, FROM_KERNEL), 'w'),
      );
      serving ??= serveCalls({
        channel,
        tensors,
        valueOfName,
        goOnRandom: restoreRandomState,
        onEnd: (test) => onEnd(test),
      });
      serving.resume();
      const arrival: Arrival = { says: 'here', token };
      channel.send({ message: arrival, blobs: [] });
    });
  Object.defineProperty(globalThis, Symbol.for(HOOK), { value: serve });
}
