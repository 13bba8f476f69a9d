import { NotegradError } from '../errors';

/** Where the kernel of @notegrad/homework says how a question is checked. */
const HOOK = Symbol.for('notegrad.check');

/**
 * Runs the visible tests of a question of the assignment beside this notebook, as they were released,
 * and shows what they expected and found.
 *
 * ```ts
 * await check('q2a')
 * ```
 *
 * @throws outside a notebook, and where there is no such question
 */
export async function check(question: string): Promise<void> {
  const run: unknown = Reflect.get(globalThis, HOOK);
  if (typeof run !== 'function') {
    throw new NotegradError(
      `check runs in a notebook; elsewhere: npx homework check --question ${question}`,
    );
  }
  await run(question);
}
