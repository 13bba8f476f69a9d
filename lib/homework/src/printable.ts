import { formatWithOptions } from 'node:util';

/** What moves a terminal's cursor, colours or renames it, or turns the direction of a line. */
const CONTROLS = /(?![\n\t])[\p{Cc}\u{200E}\u{200F}\u{202A}-\u{202E}\u{2066}-\u{2069}]/gu;

/** Text with its control characters spelt out (`\\x1b`), but for ends of lines and tabs. */
export function printable(text: string): string {
  return text.replaceAll('\r\n', '\n').replaceAll(CONTROLS, (one) => {
    const code = one.codePointAt(0) ?? 0;
    return code < 256 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16)}`;
  });
}

/** The same in one line, for names and cells of tables. */
export function printableLine(text: string): string {
  return printable(text.replaceAll(/\s*[\n\r\t]\s*/g, ' '));
}

/**
 * From now on, what this process prints through the console cannot command the terminal: names, errors
 * and outputs of notebooks come from anybody.
 */
export function guardConsole(): void {
  for (const name of ['log', 'error', 'warn', 'info'] as const) {
    const print = console[name].bind(console);
    console[name] = (...parts: unknown[]) =>
      print('%s', printable(formatWithOptions({}, ...parts)));
  }
}
