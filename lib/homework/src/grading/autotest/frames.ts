import {
  apply,
  Bytes,
  bytesOf,
  createObject,
  decoder,
  encoder,
  files,
  getUint32,
  parse,
  part,
  setBytes,
  setUint32,
  stringify,
  textOf,
  View,
} from './kept';

/** What is said at once: a message in JSON, and bytes that it speaks of by their place. */
export interface Frame {
  readonly message: unknown;
  readonly blobs: readonly Uint8Array[];
}

/** Whom a frame of the examiner is for, and whom one comes from. */
export type Party = 'student' | 'grader';

const PARTIES: readonly Party[] = ['student', 'grader'];
/** The length of what follows, and the party. */
export const HEAD = 5;
/** More than this is no answer. */
export const MOST_BYTES = 256_000_000;
const MOST_JSON = 64_000_000;

/** A frame as bytes; its head says how many follow. */
export function packed({ message, blobs }: Frame, party: Party = 'student'): Uint8Array {
  const lengths: number[] = [];
  let total = 0;
  for (let i = 0; i < blobs.length; i++) {
    lengths[i] = blobs[i].length;
    total += blobs[i].length;
  }
  // Without a prototype: what is put on Object.prototype, as `toJSON`, is no part of it.
  const whole: Record<string, unknown> = createObject(null);
  whole.message = message;
  whole.blobs = lengths;
  const json = bytesOf(encoder, stringify(whole));
  const length = 4 + json.length + total;
  if (length > MOST_BYTES || json.length > MOST_JSON) {
    throw new RangeError(`more than ${MOST_BYTES / 1e6} MB: that is too much to be sent`);
  }
  const bytes = new Bytes(HEAD + length);
  const view = new View(bytes.buffer);
  setUint32(view, 0, length);
  bytes[4] = party === 'student' ? 0 : 1;
  setUint32(view, HEAD, json.length);
  setBytes(bytes, json, HEAD + 4);
  let at = HEAD + 4 + json.length;
  for (let i = 0; i < blobs.length; i++) {
    setBytes(bytes, blobs[i], at);
    at += blobs[i].length;
  }
  return bytes;
}

/** How many bytes follow a head, and whom they are for. */
export function headOf(head: Uint8Array): { readonly length: number; readonly party: Party } {
  const length = getUint32(new View(head.buffer, head.byteOffset, HEAD), 0);
  if (length < 4 || length > MOST_BYTES || head[4] > 1) throw new RangeError('no frame');
  return { length, party: PARTIES[head[4]] };
}

/**
 * What stands behind a head.
 *
 * @throws where it is no frame: it may come from anybody
 */
export function unpacked(bytes: Uint8Array): Frame {
  const size = getUint32(new View(bytes.buffer, bytes.byteOffset, 4), 0);
  if (size > bytes.length - 4) throw new RangeError('no frame');
  const whole: unknown = parse(textOf(decoder, part(bytes, 4, 4 + size)));
  const { message, blobs: lengths } = whole as { message: unknown; blobs: readonly number[] };
  const blobs: Uint8Array[] = [];
  let at = 4 + size;
  for (let i = 0; i < lengths.length; i++) {
    const end = at + lengths[i];
    if (!(lengths[i] >= 0 && end <= bytes.length)) throw new RangeError('no frame');
    // A copy, which begins where any kind of array may begin.
    const blob = new Bytes(lengths[i]);
    setBytes(blob, part(bytes, at, end));
    blobs[i] = blob;
    at = end;
  }
  return { message, blobs };
}

/** The other side has gone. */
export class ChannelClosed extends Error {}

/** Frames over file descriptors, one side at a time: who has asked waits. */
export class Channel {
  constructor(
    private readonly from: number,
    private readonly to: number,
  ) {}

  send(frame: Frame, party?: Party): void {
    const bytes = packed(frame, party);
    for (let at = 0; at < bytes.length; ) {
      at += again(() => files.writeSync(this.to, bytes, at, bytes.length - at));
    }
  }

  /** The next frame; nothing else happens in this process until it is there. */
  receive(): Frame & { readonly party: Party } {
    const head = headOf(this.readNow(HEAD));
    return { ...unpacked(this.readNow(head.length)), party: head.party };
  }

  /** The next frame, while the process goes on. It gets an error where there is none any more. */
  receiveLater(done: (error: Error | undefined, frame?: Frame) => void): void {
    this.readLater(HEAD, (error, head) => {
      if (error || !head) return done(error);
      this.readLater(headOf(head).length, (failure, bytes) =>
        failure || !bytes ? done(failure) : done(undefined, unpacked(bytes)),
      );
    });
  }

  private readNow(length: number): Uint8Array {
    const bytes = new Bytes(length);
    for (let at = 0; at < length; ) {
      const count = again(() => files.readSync(this.from, bytes, at, length - at, null));
      if (count === 0) throw new ChannelClosed('the other side has gone');
      at += count;
    }
    return bytes;
  }

  private readLater(length: number, done: (error?: Error, bytes?: Uint8Array) => void): void {
    const bytes = new Bytes(length);
    const more = (at: number): void => {
      files.read(this.from, bytes, at, length - at, null, (error, count) => {
        if (error && (error as NodeJS.ErrnoException).code === 'EAGAIN') return more(at);
        if (error || count === 0)
          return done(error ?? new ChannelClosed('the other side has gone'));
        if (at + count < length) return more(at + count);
        done(undefined, bytes);
      });
    };
    more(0);
  }
}

const nothing = new Int32Array(new SharedArrayBuffer(4));
const { wait } = Atomics;

/** Does it once the descriptor is ready, where it belongs to a pipe that does not wait by itself. */
function again(act: () => number): number {
  for (;;) {
    try {
      return apply(act, undefined, []);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      wait(nothing, 0, 0, 1);
    }
  }
}
