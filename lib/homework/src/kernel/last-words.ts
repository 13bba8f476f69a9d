import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { inMebibytes, MEMORY_ADVICE } from './out-of-memory';

/**
 * A note that a kernel which takes much memory leaves beside its connection file, for the one that
 * Jupyter starts in its place should the system end it: then it cannot say anything itself. So does one
 * whose messages may not arrive any more.
 */
export function lastWordsFile(connectionFile: string): string {
  return `${connectionFile}.last-words`;
}

/** Notes down what to say if the kernel is never heard again. */
export function leaveLastWords(file: string, cell: string, resident: number): void {
  const text =
    `The kernel has ended. When last seen, ${cell}, it took ${inMebibytes(resident)}: most likely it ran ` +
    `out of memory. All variables are gone. What helps: ${MEMORY_ADVICE}.\n`;
  writeFileSync(file, text);
}

/** Notes down why a kernel ends that knows it. */
export function leaveReason(file: string, reason: string): void {
  writeFileSync(file, `The kernel has ended: ${reason}. All variables are gone.\n`);
}

/** Takes back the note of this kernel. */
export function withdrawLastWords(file: string): void {
  rmSync(file, { force: true });
}

/** The note of the kernel before, if it left one; it is read once. */
export function takeLastWords(file: string): string | undefined {
  try {
    const text = readFileSync(file, 'utf8');
    withdrawLastWords(file);
    return text;
  } catch {
    return undefined;
  }
}
