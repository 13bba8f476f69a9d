/** Something the user can put right: shown as one line, without a stack trace. */
export class Mistake extends Error {}

/** Lines as a list below a heading. */
export function listed(lines: readonly string[]): string {
  return lines.map((line) => `\n  - ${line}`).join('');
}

/** What went wrong in the words of the system, for the end of a sentence. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
