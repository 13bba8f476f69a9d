/** Says how far a long piece of work has come. */
export interface Progress {
  /** `done` of the total are behind us; `note` is a few words such as the loss. */
  update(done: number, note?: string): void;
  /** The work is over: the last line that stays. */
  finish(line: string): void;
}

type Show = (line: string, isLast: boolean) => void;

/** Terminal and notebook lines are renewed at most this often. */
const RENEWAL_MS = 200;
/** A plain log gets a line at each tenth of the work, and at least this often. */
const LOG_MS = 30_000;
const BAR_WIDTH = 20;

/**
 * A progress line that suits where it is shown: one output updated in place in a tslab notebook
 * (only its last state is stored), one renewed line on a terminal, a plain line at each tenth
 * elsewhere.
 *
 * @param title what is being done, e.g. `training`
 * @param total how many units of work there are
 */
export function progress(title: string, total: number): Progress {
  const started = Date.now();
  const place = showPlace();
  let shownAt = 0;
  let shownTenth = 0;
  return {
    update(done, note = '') {
      const now = Date.now();
      const tenth = Math.floor((10 * done) / total);
      const isDue = place.isLog
        ? tenth > shownTenth || now - Math.max(shownAt, started) >= LOG_MS
        : now - shownAt >= RENEWAL_MS;
      if (!isDue) return;
      [shownAt, shownTenth] = [now, tenth];
      const left = done > 0 ? ((now - started) / done) * (total - done) : Number.NaN;
      const parts = [`${title} ${bar(done / total)} ${done}/${total}`, note, timeLeft(left)];
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

function timeLeft(ms: number): string {
  return Number.isFinite(ms) ? `${duration(ms / 1000)} left` : '';
}

/** Seconds in words of a length that a progress line can hold: `0.42 s`, `12 s`, `3 min 5 s`. */
export function duration(seconds: number): string {
  if (seconds < 1) return `${seconds.toFixed(2)} s`;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

function showPlace(): { show: Show; isLog: boolean } {
  // Asked first, because in a kernel that was started from a terminal stdout can be one.
  if (inTslab()) return { show: showInNotebook(), isLog: false };
  if (process.stdout.isTTY && !process.env.CI) return { show: showOnTerminal, isLog: false };
  return { show: (line) => console.log(line), isLog: true };
}

/** Whether this process is a tslab kernel: its protocol module is loaded by nothing else. */
function inTslab(): boolean {
  return Object.keys(require.cache).some((file) =>
    /[\\/]tslab[\\/]dist[\\/]jupyter\.js$/.test(file),
  );
}

function showInNotebook(): Show {
  const { newDisplay } = require('tslab') as typeof import('tslab');
  const display = newDisplay();
  return (line) => display.text(line);
}

function showOnTerminal(line: string, isLast: boolean): void {
  const width = process.stdout.columns ?? 80;
  process.stdout.write(`\r\x1b[2K${line.slice(0, width - 1)}${isLast ? '\n' : ''}`);
}
