// @ts-check
import { ask } from './run.mjs';

/** Debian 12's. Another major version forms some lines differently. */
const VERSION = 14;

/**
 * The clang-format that our C++ is formed by, or what is wrong with the one that is here.
 *
 * @returns {{ command: string, missing?: undefined } | { command?: undefined, missing: string }}
 */
export function clangFormat() {
  const versions = [`clang-format-${VERSION}`, 'clang-format'].map((command) => ({
    command,
    version: /version (\d+)/.exec(ask(command, '--version') ?? '')?.[1],
  }));
  const right = versions.find(({ version }) => version === String(VERSION));
  if (right) return { command: right.command };
  const other = versions.find(({ version }) => version !== undefined)?.version;
  return {
    missing: `clang-format ${VERSION}${other ? ` (found: ${other})` : ' is not installed'}`,
  };
}
