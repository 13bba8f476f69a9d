/** A test that found something else than it expected. Any other error is one of the tested code. */
export class ExpectationError extends Error {
  override readonly name: string = 'ExpectationError';
}

/**
 * Ends a test in the words that all tests have: `predict: expected shape [3, 2], found [2, 3]`.
 *
 * @param what What is tested; empty for nothing.
 */
export function fail(what: string | undefined, expected: string, found: string): never {
  const subject = what ? `${what}: ` : '';
  throw new ExpectationError(`${subject}expected ${expected}, found ${found}`);
}
