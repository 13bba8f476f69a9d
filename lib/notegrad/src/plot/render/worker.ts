import { type MessagePort, workerData } from 'node:worker_threads';
import type { RenderReply, RenderRequest } from './renderer';

/** Draws what comes through the port. It runs in a thread of its own, so that `show` can wait. */
const { port, replies } = workerData as { port: MessagePort; replies: Int32Array };

function reply(message: RenderReply): void {
  port.postMessage(message);
  Atomics.add(replies, 0, 1);
  Atomics.notify(replies, 0);
}

function fail(error: unknown): void {
  reply({ error: error instanceof Error ? error.message : String(error) });
}

process.on('uncaughtException', fail);
process.on('unhandledRejection', fail);

function start(): void {
  // Loaded here, so that a module that is missing is told too.
  const { openPlotlyPage }: typeof import('./plotly-page') = require('./plotly-page');
  const { keepShapesNear }: typeof import('./near-shapes') = require('./near-shapes');
  const { svgToPng }: typeof import('./svg-to-png') = require('./svg-to-png');
  const { document, plotly } = openPlotlyPage();

  const draw = async ({ data, layout, scale }: RenderRequest): Promise<Uint8Array> => {
    const div = document.body.appendChild(document.createElement('div'));
    try {
      await plotly.newPlot(div, data, layout, { staticPlot: true });
      keepShapesNear(div, layout.width, layout.height);
      return svgToPng(plotly.Snapshot.toSVG(div, 'svg', 1), scale);
    } finally {
      plotly.purge(div);
      div.remove();
    }
  };
  port.on('message', (request: RenderRequest) => {
    draw(request).then((png) => reply({ png }), fail);
  });
  reply({});
}

try {
  start();
} catch (error) {
  fail(error);
}
