import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { withBuiltins } from './builtin-methods';
import type { StreamName } from './output';

type Call = (...args: unknown[]) => unknown;
type Callback = (error: null, ...results: unknown[]) => void;

/** What leads to the kernel's own streams, which end in the terminal that started Jupyter. */
const STREAMS: ReadonlyMap<unknown, StreamName> = new Map<unknown, StreamName>([
  [1, 'stdout'],
  [2, 'stderr'],
  ['/dev/stdout', 'stdout'],
  ['/dev/stderr', 'stderr'],
]);

/** Lets what is written to the descriptors 1 and 2 through `fs` stand in its cell, in its place. */
export function captureDescriptors(): void {
  const capture = (
    name: keyof typeof fs,
    print: (stream: StreamName, args: unknown[]) => unknown,
  ) => {
    const call = fs[name] as Call;
    const captured = (...args: unknown[]) => {
      const stream = STREAMS.get(args[0]);
      return stream
        ? withBuiltins(() => print(stream, args.slice(1)))
        : Reflect.apply(call, fs, args);
    };
    // What Node and others note on the function stays, as `promisify` needs it.
    Object.defineProperties(captured, Object.getOwnPropertyDescriptors(call));
    Object.defineProperty(fs, name, { value: captured, configurable: true, writable: true });
  };
  const write = (stream: StreamName, data: unknown, rest: readonly unknown[]): number => {
    const bytes = bytesOf(data, rest);
    process[stream].write(bytes);
    return bytes.length;
  };
  const writeAll = (stream: StreamName, all: readonly unknown[]) =>
    all.reduce<number>((written, data) => written + write(stream, data, []), 0);
  const answer = (args: readonly unknown[], ...results: unknown[]) => {
    const callback = args.findLast((one) => typeof one === 'function') as Callback;
    process.nextTick(callback, null, ...results);
  };

  capture('writeSync', (stream, [data, ...rest]) => write(stream, data, rest));
  capture('write', (stream, [data, ...rest]) => answer(rest, write(stream, data, rest), data));
  capture('writevSync', (stream, [all]) => writeAll(stream, all as readonly unknown[]));
  capture('writev', (stream, [all, ...rest]) =>
    answer(rest, writeAll(stream, all as readonly unknown[]), all),
  );
  for (const name of ['writeFileSync', 'appendFileSync'] as const) {
    capture(name, (stream, [data, options]) => {
      write(stream, data, [encodingIn(options)]);
    });
  }
  for (const name of ['writeFile', 'appendFile'] as const) {
    capture(name, (stream, [data, ...rest]) => {
      write(stream, data, [encodingIn(rest[0])]);
      answer(rest);
    });
  }
  capture('closeSync', () => undefined);
  capture('close', (_stream, args) => answer([() => {}, ...args]));
  syncBuiltinESMExports();
}

/** What is to be written of a text, in an encoding, or of bytes, from a place on, as `fs.write` takes it. */
function bytesOf(data: unknown, rest: readonly unknown[]): Buffer {
  if (typeof data === 'string') {
    const encoding = rest.find((one) => typeof one === 'string') as BufferEncoding | undefined;
    return Buffer.from(data, encoding);
  }
  const { buffer, byteOffset, byteLength } = data as NodeJS.ArrayBufferView;
  const [first, second] = rest;
  const { offset, length } = (
    typeof first === 'object' && first !== null ? first : { offset: first, length: second }
  ) as { offset?: unknown; length?: unknown };
  const start = typeof offset === 'number' ? offset : 0;
  const count = typeof length === 'number' ? length : byteLength - start;
  return Buffer.from(buffer, byteOffset + start, count);
}

function encodingIn(options: unknown): unknown {
  return typeof options === 'object' && options !== null && 'encoding' in options
    ? options.encoding
    : options;
}
