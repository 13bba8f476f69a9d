/** Says how far something long has come. */
export type OnProgress = (done: number, total: number) => void;

const QUIET_MS = 1000;
const REDRAW_MS = 200;

/**
 * Progress on stderr: a line redrawn in place on a terminal, else a line every tenth; nothing when
 * it is done within a second.
 *
 * @param show words for the numbers: '12 of 40 images'.
 */
export function progressOnStderr(show: (done: number, total: number) => string): OnProgress {
  const stream = process.stderr;
  const startedAt = performance.now();
  let drawnAt = 0;
  let tenthsShown = 0;
  let shown = false;
  return (done, total) => {
    const now = performance.now();
    const finished = done >= total;
    if (now - startedAt < QUIET_MS || (finished && !shown)) return;
    if (stream.isTTY) {
      if (!finished && now - drawnAt < REDRAW_MS) return;
      stream.write(`\r${show(done, total)}\u001b[K${finished ? '\n' : ''}`);
    } else {
      const tenths = Math.floor((10 * done) / total);
      if (tenths <= tenthsShown) return;
      tenthsShown = tenths;
      stream.write(`${show(done, total)}\n`);
    }
    drawnAt = now;
    shown = true;
  };
}
