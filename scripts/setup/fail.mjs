// @ts-check

/**
 * Ends the set-up with one sentence.
 *
 * @returns {never}
 */
export function fail(/** @type {string} */ message) {
  console.error(`set-up: ${message}`);
  process.exit(1);
}
