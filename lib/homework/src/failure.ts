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
      return `${cell}ran longer than its time limit of ${text}`;
    case 'output':
      return `${cell}printed ${text} and was stopped`;
    case 'stopped':
      return number === null ? 'stopped before the first cell' : `stopped in ${cell}`.trim();
  }
}

/** The error's own words; empty where the summary says all. */
export function detailsOf({ kind, text }: Failure): string {
  if (kind === 'died') return text.split('\n').slice(1).join('\n');
  return kind === 'start' || kind === 'error' || kind === 'uncaught' ? text.trim() : '';
}

/** How the text of a death begins that a limit brought about. */
export const PASSED_LIMIT = 'it ';

function causeOfDeath(text: string): string {
  if (text.startsWith(PASSED_LIMIT)) return text;
  if (/heap out of memory/.test(text)) return 'it ran out of memory';
  const [ended] = text.split('\n');
  if (ended === 'signal 9') return 'killed from outside, most likely for want of memory';
  if (ended === 'signal 24') return 'it used up its processor time';
  return ended.startsWith('exit code') ? `${ended}: a process.exit()?` : ended;
}
