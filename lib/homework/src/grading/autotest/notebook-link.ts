import { execFileSync } from 'node:child_process';
import { constants, mkdtempSync, openSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { removeFolder } from '../../remove-folder';
import { FrameReader } from './frame-reader';
import { type Frame, HEAD, packed, unpacked } from './frames';
import type { NumberedRequest } from './messages';
import { type Arrival, FROM_KERNEL, PIPES_VARIABLE, TO_KERNEL } from './serve-notebook';
import type { StudentLink } from './student-link';

/** Runs the test of this token, whose notebook answers; it never fails. */
export type OnArrival = (token: string, link: StudentLink) => Promise<void>;

/** The way to a notebook's kernel, which says when it has come to a test. */
export class NotebookLink {
  /** What the kernel's environment has to hold. */
  readonly environment: Readonly<Record<string, string>>;
  private readonly pipes: string;
  private readonly from: Socket;
  private readonly to: Socket;
  private reader = new FrameReader();
  /** Each test is asked for once. */
  private readonly seen = new Set<string>();
  private current: StudentLink | undefined;
  private tests: Promise<void> = Promise.resolve();

  /**
   * @param folder one that the kernel can write in
   */
  constructor(
    folder: string,
    private readonly onArrival: OnArrival,
  ) {
    this.pipes = mkdtempSync(join(folder, '.autotest-'));
    const paths = [TO_KERNEL, FROM_KERNEL].map((name) => join(this.pipes, name));
    execFileSync('mkfifo', ['-m', '600', ...paths]);
    // Open to both sides, so that neither waits for the other nor hears an end.
    const [to, from] = paths.map((path) =>
      openSync(path, constants.O_RDWR | constants.O_NONBLOCK | constants.O_NOFOLLOW),
    );
    this.to = new Socket({ fd: to, readable: false, writable: true });
    this.from = new Socket({ fd: from, readable: true, writable: false });
    this.environment = { [PIPES_VARIABLE]: this.pipes };
    for (const socket of [this.to, this.from]) socket.on('error', () => undefined);
    this.from.on('data', (piece) => this.hear(piece));
  }

  /** The kernel has ended, or is to be asked no more. */
  async close(): Promise<void> {
    this.current?.end('died', 'the kernel ended');
    await this.tests;
    this.to.destroy();
    this.from.destroy();
    removeFolder(this.pipes);
  }

  private hear(piece: Buffer): void {
    try {
      for (const frame of this.reader.push(piece)) {
        const token = tokenOf(frame);
        if (token === undefined) this.current?.onFrame(frame);
        else this.begin(token);
      }
    } catch {
      this.reader = new FrameReader();
      this.current?.end('died', 'it said what is no answer');
    }
  }

  private begin(token: string): void {
    if (this.seen.has(token)) return;
    this.seen.add(token);
    this.current?.end('timeout', 'the notebook went on');
    const link = this.newLink();
    this.current = link;
    this.tests = this.tests
      .then(() => this.onArrival(token, link))
      .then(() => {
        this.to.write(packed(over(token)));
      });
  }

  private newLink(): StudentLink {
    let ended: StudentLink['ended'];
    const link: StudentLink = {
      get ended() {
        return ended;
      },
      send: (frame) => {
        this.to.write(frame);
      },
      end: (how, text) => {
        if (ended) return;
        ended = { says: 'ended', how, text };
        link.onEnd();
      },
      onFrame: () => undefined,
      onEnd: () => undefined,
    };
    return link;
  }
}

/** Tells the kernel that a test is over. */
function over(token: string): Frame {
  const message: NumberedRequest = { asks: 'nothing', nonce: token };
  return { message, blobs: [] };
}

/** The token of an arrival; undefined for any other frame. */
function tokenOf(frame: Buffer): string | undefined {
  if (frame.length > 1000) return undefined;
  try {
    const message = unpacked(frame.subarray(HEAD)).message as Partial<Arrival> | null;
    return message?.says === 'here' && typeof message.token === 'string'
      ? message.token
      : undefined;
  } catch {
    return undefined;
  }
}
