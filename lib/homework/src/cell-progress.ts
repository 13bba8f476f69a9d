import { printableLine } from './printable';

/** Tells which cell of which notebook is running. */
export interface Progress {
  /** What is being done now; replaces what was there before. */
  show(text: string): void;
  /** Ends the progress, so that other lines can be printed. */
  clear(): void;
}

/**
 * One line that is rewritten, with the seconds it has taken, where a person watches a terminal;
 * else (a file, CI) a line for each step.
 */
export function startProgress(stream: NodeJS.WriteStream = process.stdout): Progress {
  return stream.isTTY && !process.env.CI ? rewrittenLine(stream) : plainLines(stream);
}

function plainLines(stream: NodeJS.WritableStream): Progress {
  return {
    show: (text) => {
      stream.write(`${printableLine(text)}\n`);
    },
    clear: () => {},
  };
}

function rewrittenLine(stream: NodeJS.WriteStream): Progress {
  let text = '';
  let start = Date.now();
  const draw = () => {
    const seconds = Math.round((Date.now() - start) / 1000);
    const line = seconds > 0 ? `${text}  ${seconds} s` : text;
    stream.write(`\r\x1b[K${line.slice(0, stream.columns - 1)}`);
  };
  const timer = setInterval(draw, 500);
  timer.unref();
  return {
    show: (next) => {
      text = printableLine(next);
      start = Date.now();
      draw();
    },
    clear: () => {
      clearInterval(timer);
      stream.write('\r\x1b[K');
    },
  };
}
