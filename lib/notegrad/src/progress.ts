import { checkNumbers } from './checks';
import { NotegradError } from './errors';
import { optionsOf } from './options';
import { inNotebook, tslabModule } from './tslab';

/** Says how far a long piece of work has come. */
export interface Progress {
  /**
   * `done` of the total are behind us; `note` is a few words such as the loss. `count` is what is shown
   * in place of `done/total`.
   */
  update(done: number, note?: string, count?: string): void;
  /** The work is over: the last line that stays. */
  finish(line: string): void;
}

/** Where a `progress` line begins. */
export interface ProgressOptions {
  /** How many units of work were done before. Default 0. */
  readonly from?: number;
}

type Show = (line: string, isLast: boolean) => void;

/** Terminal and notebook lines are renewed at most this often. */
const RENEWAL_MS = 200;
/** A plain log gets its first lines at such a distance, then ever fewer, but at least this often. */
const LOG_MS = { first: 2_000, most: 30_000 };
const BAR_WIDTH = 20;

/**
 * A progress line that suits where it is shown: one output updated in place in a tslab notebook
 * (only its last state is stored), one renewed line on a terminal; elsewhere plain lines, one at once,
 * at each tenth, and in between after 2 s to 30 s.
 *
 * @param title what is being done, e.g. `training`
 * @param total how many units of work there are
 */
export function progress(title: string, total: number, options: ProgressOptions = {}): Progress {
  const { from = 0 } = optionsOf('progress', options);
  checkNumbers({ total, from }, NotegradError, 0);
  const started = Date.now();
  const place = showPlace();
  let shownAt = Number.NEGATIVE_INFINITY;
  let shownTenth = 0;
  return {
    update(done, note = '', count = `${done}/${total}`) {
      const now = Date.now();
      const tenth = Math.floor((10 * done) / total);
      const silence = Math.min(LOG_MS.most, Math.max(LOG_MS.first, (shownAt - started) / 2));
      const isDue = place.isLog
        ? tenth > shownTenth || now - shownAt >= silence
        : now - shownAt >= RENEWAL_MS;
      if (!isDue) return;
      [shownAt, shownTenth] = [now, tenth];
      const left = done > from ? ((now - started) / (done - from)) * (total - done) : 0;
      const parts = [`${title} ${bar(done / total)} ${count}`, note, timeLeft(left)];
      place.show(parts.filter(Boolean).join('  '), false);
    },
    finish: (line) => place.show(line, true),
  };
}

/** Progress that nobody sees. */
export const silent: Progress = { update() {}, finish() {} };

function bar(fraction: number): string {
  const full = Math.round(BAR_WIDTH * Math.min(1, fraction));
  return '█'.repeat(full) + '░'.repeat(BAR_WIDTH - full);
}

/** Nothing where it cannot be told, as at the end, when something else is still to do. */
function timeLeft(ms: number): string {
  if (ms <= 0) return '';
  return ms < 1000 ? 'under 1 s left' : `${duration(ms / 1000)} left`;
}

/** Seconds in words of a length that a progress line can hold: `0.42 s`, `12 s`, `3 min 5 s`. */
export function duration(seconds: number): string {
  checkNumbers({ seconds }, NotegradError);
  if (seconds < 1) return `${seconds.toFixed(2)} s`;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

function showPlace(): { show: Show; isLog: boolean } {
  // Asked first, because in a kernel that was started from a terminal stdout can be one.
  if (inNotebook()) return { show: showInNotebook(), isLog: false };
  if (process.stdout.isTTY && !process.env.CI) return { show: showOnTerminal, isLog: false };
  return { show: (line) => console.log(line), isLog: true };
}

function showInNotebook(): Show {
  const tslab = tslabModule<typeof import('tslab')>('public.js');
  const { newDisplay } = tslab ?? (require('tslab') as typeof import('tslab'));
  const display = newDisplay();
  return (line) => display.text(line);
}

function showOnTerminal(line: string, isLast: boolean): void {
  const width = process.stdout.columns ?? 80;
  process.stdout.write(`\r\x1b[2K${line.slice(0, width - 1)}${isLast ? '\n' : ''}`);
}
