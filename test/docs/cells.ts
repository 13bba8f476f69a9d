import type { CodeBlock } from './pages';

const IMPORT = /^import\b[^;]*?from\s*'[^']+';?/gm;

/**
 * A block as a notebook's cell. One that is not to run is the body of a function that nobody calls, so
 * that it is checked with all that the page has defined so far; it keeps its lines.
 *
 * @throws where a block says `no-run` without a reason
 */
export function asCell({ code, attributes }: CodeBlock): string {
  if (attributes === '') return code;
  if (!/^no-run: \S/.test(attributes)) {
    throw new Error(`unknown attributes of a block: ${attributes} (known: no-run: REASON)`);
  }
  const imports = (code.match(IMPORT) ?? []).map((found) => found.replaceAll('\n', ' '));
  const body = code.replaceAll(IMPORT, (found) => found.replaceAll(/[^\n]/g, ''));
  return `${imports.join(' ')}void (async () => { async function unused(): Promise<void> {${body}\n} void unused; });`;
}
