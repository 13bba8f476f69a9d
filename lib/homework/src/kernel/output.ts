import { AsyncLocalStorage } from 'node:async_hooks';
import { withBuiltins } from './builtin-methods';
import { PrintedTooMuch } from './errors';
import { clearTimer, now, setTimer } from './own-clock';

export type StreamName = 'stdout' | 'stderr';

/** One output with its forms by MIME type, as Jupyter has it. */
export interface Display {
  readonly data: Readonly<Record<string, unknown>>;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly transient?: Readonly<Record<string, unknown>>;
}

export interface Publisher {
  stream(name: StreamName, text: string): void;
  display(display: Display, isUpdate: boolean): void;
}

const MAX_LINES = 10_000;
/** More text than this no front end can show. */
export const MAX_CHARACTERS = 1_000_000;
/** What is printed within this time is sent together. */
const TOGETHER_MS = 40;

/** The outputs of one cell, while it runs and afterwards. */
export class CellOutput {
  private name: StreamName = 'stdout';
  private text = '';
  private sentAt = 0;
  private timer: NodeJS.Timeout | undefined;
  private lines = 0;
  private characters = 0;
  private isStopped = false;
  /** Of bytes, the last may be the beginning of a character. */
  private readonly decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() };

  constructor(
    private readonly publisher: Publisher,
    private readonly onTooMuch: (error: PrintedTooMuch) => void,
  ) {}

  print(name: StreamName, printed: string | Uint8Array): void {
    const text =
      typeof printed === 'string' ? printed : this.decoders[name].decode(printed, { stream: true });
    if (this.isStopped || text === '') return;
    if (name !== this.name) this.flush();
    this.name = name;
    this.text += text.slice(0, MAX_CHARACTERS - this.characters);
    this.count(text);
    if (now() - this.sentAt >= TOGETHER_MS) this.flush();
    else this.timer ??= setTimer(() => this.flush(), TOGETHER_MS);
  }

  display(display: Display, isUpdate: boolean): void {
    if (this.isStopped) return;
    this.flush();
    this.publisher.display(display, isUpdate);
  }

  flush(): void {
    if (this.timer) clearTimer(this.timer);
    this.timer = undefined;
    this.sentAt = now();
    if (this.text === '') return;
    this.publisher.stream(this.name, this.text);
    this.text = '';
  }

  /** From now on nothing of this cell is shown, and its code ends where it next awaits. */
  stop(): void {
    this.flush();
    this.isStopped = true;
  }

  get stopped(): boolean {
    return this.isStopped;
  }

  private count(text: string): void {
    this.characters += text.length;
    for (let i = text.indexOf('\n'); i !== -1; i = text.indexOf('\n', i + 1)) this.lines++;
    const what =
      this.lines > MAX_LINES
        ? `more than ${MAX_LINES.toLocaleString('en')} lines`
        : this.characters > MAX_CHARACTERS && 'more than 1 MB of text';
    if (!what) return;
    this.stop();
    this.onTooMuch(new PrintedTooMuch(what));
  }
}

const UTF8 = /^utf-?8$/i;

/** Which cell the running code belongs to, across timers and promises. */
export const cellContext: AsyncLocalStorage<CellOutput> = new AsyncLocalStorage();

/** Sends what is printed to the cell that printed it; before the first cell, to the terminal. */
export function captureStreams(latest: () => CellOutput | undefined): void {
  for (const name of ['stdout', 'stderr'] as const) {
    const stream = process[name];
    const toTerminal = stream.write.bind(stream);
    const write = (...args: [string | Uint8Array, ...unknown[]]): boolean =>
      withBuiltins(() => writeNow(...args));
    const writeNow = (chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
      const output = cellContext.getStore() ?? latest();
      const callback = rest.find((one) => typeof one === 'function') as (() => void) | undefined;
      if (!output) return toTerminal(chunk as string);
      const isEncoded =
        typeof chunk === 'string' && typeof rest[0] === 'string' && !UTF8.test(rest[0]);
      output.print(name, isEncoded ? Buffer.from(chunk, rest[0] as BufferEncoding) : chunk);
      if (callback) process.nextTick(callback);
      return true;
    };
    // The stream is every cell's: none ends it for the others, though each is told that it has.
    const end = (...args: unknown[]) => {
      const [last] = args;
      if (typeof last === 'string' || last instanceof Uint8Array) write(last, args[1]);
      const callback = args.find((one) => typeof one === 'function') as (() => void) | undefined;
      process.nextTick(() => {
        stream.emit('finish');
        stream.emit('close');
        callback?.();
      });
      return stream;
    };
    stream.write = write as typeof stream.write;
    stream.end = end as typeof stream.end;
  }
}
