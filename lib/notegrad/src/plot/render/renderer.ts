import {
  MessageChannel,
  type MessagePort,
  receiveMessageOnPort,
  Worker,
} from 'node:worker_threads';
import { PlotError } from '../../errors';

/** A figure to draw: plain JSON values, sizes in CSS pixels. */
export interface RenderRequest {
  readonly data: readonly object[];
  readonly layout: object & { readonly width: number; readonly height: number };
  /** Device pixels a CSS pixel. */
  readonly scale: number;
}

/** The drawing, an error, or neither: the worker is ready. */
export interface RenderReply {
  readonly png?: Uint8Array;
  readonly error?: string;
}

/** Of computing: other work on the machine may make it take several times as long. */
const START_LIMIT_MS = 60_000;
const DRAW_LIMIT_MS = 15_000;
const SLOWEST = 10;
const LOOK_EVERY_MS = 500;

let renderer: Renderer | undefined;

/**
 * Draws a plotly figure as PNG, without a browser, and waits for it. The first drawing takes some
 * seconds (plotly.js is loaded into a thread), the next ones a few tenths.
 *
 * @throws when plotly cannot draw it, or not in 15 s of computing
 */
export function render(request: RenderRequest): Uint8Array {
  renderer ??= new Renderer();
  try {
    return renderer.render(request);
  } catch (error) {
    // What is left of it is not trusted: the next figure begins afresh.
    renderer.stop();
    renderer = undefined;
    throw error;
  }
}

class Renderer {
  private readonly worker: Worker;
  private readonly port: MessagePort;
  private isReady = false;
  private readonly replies = new Int32Array(new SharedArrayBuffer(4));

  constructor() {
    const { port1, port2 } = new MessageChannel();
    const file = require.resolve('./worker');
    this.port = port1;
    this.worker = new Worker(file, {
      workerData: { port: port2, replies: this.replies },
      transferList: [port2],
      // From the sources, as in our tests, the thread has to learn TypeScript as we did.
      execArgv: file.endsWith('.ts') ? ['-r', 'esbuild-register'] : [],
    });
    // What goes wrong is told through the port; without a listener it would end the process.
    this.worker.on('error', () => {});
    this.worker.unref();
    this.port.unref();
  }

  render(request: RenderRequest): Uint8Array {
    if (!this.isReady) this.receive(0, START_LIMIT_MS, 'start');
    this.isReady = true;
    const before = Atomics.load(this.replies, 0);
    this.port.postMessage(request);
    const { png } = this.receive(before, DRAW_LIMIT_MS, 'draw a figure');
    if (!png) throw new PlotError('the plot renderer gave no picture');
    return png;
  }

  stop(): void {
    this.port.close();
    void this.worker.terminate();
  }

  private receive(before: number, limitMs: number, work: string): RenderReply {
    const start = process.cpuUsage();
    const latest = Date.now() + SLOWEST * limitMs;
    while (Atomics.wait(this.replies, 0, before, LOOK_EVERY_MS) === 'timed-out') {
      // While this thread waits, the process computes nothing but the drawing.
      const { user, system } = process.cpuUsage(start);
      if ((user + system) / 1000 > limitMs || Date.now() > latest) {
        throw new PlotError(
          `the plot renderer did not ${work} in ${limitMs / 1000} s of computing`,
        );
      }
    }
    const reply: RenderReply = receiveMessageOnPort(this.port)?.message ?? {};
    if (reply.error) throw new PlotError(`plotly cannot draw this figure: ${reply.error}`);
    return reply;
  }
}
