import { MEMORY_ADVICE } from './kernel/out-of-memory';

/** Ways in which a run ends early. */
export type FailureKind = 'start' | 'error' | 'uncaught' | 'died' | 'time' | 'output' | 'stopped';

export interface Failure {
  readonly kind: FailureKind;
  /** In [n] of the cell, or null when none had been started. */
  readonly number: number | null;
  /** Text of the error, or what the limit was. */
  readonly text: string;
}

/** What happened, in one line. */
export function summaryOf({ kind, number, text }: Failure): string {
  const cell = number === null ? '' : `cell ${number} `;
  switch (kind) {
    case 'start':
      return 'the kernel does not start';
    case 'error':
      return `${cell}fails`;
    case 'uncaught':
      return `nobody caught an error while ${cell}ran (it, or what a cell before it had started)`;
    case 'died':
      return `the kernel died in ${cell}(${causeOfDeath(text)})`;
    case 'time':
      return `${cell}${pastTimeLimit(text)}`;
    case 'output':
      return `${cell}printed ${text} and was stopped`;
    case 'stopped':
      return number === null ? 'stopped before the first cell' : `stopped in ${cell}`.trim();
  }
}

/** What is said of a limit of time that was passed, be it the clock's or the processors'. */
export function pastTimeLimit(limit: string): string {
  return limit.includes('of processor time')
    ? `used more than ${limit}`
    : `ran longer than its time limit of ${limit}`;
}

/** The error's own words; empty where the summary says all. */
export function detailsOf({ kind, text }: Failure): string {
  if (kind === 'died') return detailsOfDeath(text);
  return kind === 'start' || kind === 'error' || kind === 'uncaught' ? text.trim() : '';
}

/** How the text of a death begins that a limit brought about. */
export const PASSED_LIMIT = 'it ';

/** What the kernel said, and what helps where that is known. */
function detailsOfDeath(text: string): string {
  const [ended, ...lines] = text.split('\n');
  const isHeapFull = isOutOfHeap(text);
  // Of a full heap, V8 tells the addresses of its own functions.
  const said = isHeapFull ? lines.filter((line) => line.includes(MEMORY_ADVICE)) : lines;
  const isAdvised = said.some((line) => line.includes(MEMORY_ADVICE));
  const needsAdvice = (isHeapFull || ended === 'signal 9') && !isAdvised;
  return [...said, ...(needsAdvice ? [`What helps: ${MEMORY_ADVICE}.`] : [])].join('\n');
}

function isOutOfHeap(text: string): boolean {
  return /heap out of memory/.test(text);
}

function causeOfDeath(text: string): string {
  if (text.startsWith(PASSED_LIMIT)) return text;
  if (isOutOfHeap(text)) return 'it ran out of memory';
  const [ended] = text.split('\n');
  if (ended === 'signal 9') return 'killed from outside, most likely for want of memory';
  if (ended === 'signal 24') return 'it used up its processor time';
  return ended.startsWith('exit code') ? `${ended}: a process.exit()?` : ended;
}
