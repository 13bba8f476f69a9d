import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Figure } from '../../lib/notegrad/src/plot/figure';
import type { DisplayBundle } from '../../lib/notegrad/src/plot/notebook';
import { saveHtml, savePng } from '../../lib/notegrad/src/plot/save';
import { show } from '../../lib/notegrad/src/plot/show';
import { table } from '../../lib/notegrad/src/plot/table';
import { openWindow } from '../../lib/notegrad/src/plot/window';
import { decodePng } from '../support/pixels';
import { emptyFolder, remove } from '../support/temporary-folder';

const FIGURE: Figure = {
  data: [{ type: 'scatter', mode: 'lines', x: [1, 2], y: Float32Array.of(0.5, Number.NaN) }],
  layout: {
    title: 'Loss </script>',
    xaxis: { title: 'steps' },
    yaxis: { title: 'nats' },
    width: 300,
  },
};

const test = suite<{ folder: string }>('show');

test.before.each((context) => {
  context.folder = emptyFolder();
  process.env.NOTEGRAD_FIGURES = context.folder;
});

test.after.each(({ folder }) => {
  remove(folder);
  leaveNotebook();
});

const JUPYTER = '/anywhere/tslab/dist/jupyter.js';
const PUBLIC = '/anywhere/tslab/dist/public.js';

/** Puts what a running tslab kernel has loaded into this process. */
function enterNotebook(jupyter: object, display: object = {}): void {
  require.cache[JUPYTER] = { exports: jupyter } as NodeModule;
  require.cache[PUBLIC] = { exports: { display } } as NodeModule;
}

function leaveNotebook(): void {
  delete require.cache[JUPYTER];
  delete require.cache[PUBLIC];
}

test('a figure in a notebook is one output: plotly JSON, a PNG at twice its size, text', async () => {
  const outputs: [DisplayBundle & { transient: object }, boolean][] = [];
  enterNotebook({
    lastWriteDisplayData: (...output: (typeof outputs)[number]) => outputs.push(output),
  });
  show(FIGURE);
  assert.is(outputs.length, 1);
  const [{ data, metadata, transient }, isUpdate] = outputs[0];
  assert.is(isUpdate, false);
  assert.equal(transient, {});
  assert.equal(Object.keys(data), ['application/vnd.plotly.v1+json', 'image/png', 'text/plain']);
  const plotly = data['application/vnd.plotly.v1+json'] as Figure;
  assert.equal(plotly.layout.title, { text: 'Loss </script>' });
  assert.equal(plotly.layout.xaxis, { title: { text: 'steps' } });
  assert.equal(plotly.data[0].y, [0.5, null]);
  assert.is(data['text/plain'], 'Loss : nats against steps');
  assert.equal(metadata, {
    'image/png': { width: 300, height: 400, alt: 'Loss : nats against steps' },
  });
  const pixels = await decodePng(Buffer.from(data['image/png'] as string, 'base64'));
  assert.equal([pixels.width, pixels.height], [600, 800]);
});

test('the writer is looked up at each call, because tslab replaces it for every cell', () => {
  const shown: string[] = [];
  const jupyter = { lastWriteDisplayData: () => shown.push('first cell') };
  enterNotebook(jupyter);
  show(table([{ a: 1 }]));
  jupyter.lastWriteDisplayData = () => shown.push('second cell');
  show(table([{ a: 1 }]));
  assert.equal(shown, ['first cell', 'second cell']);
});

test('a tslab without that writer shows the PNG of a figure and the HTML of a table', () => {
  const shown: [string, string | Uint8Array][] = [];
  enterNotebook({}, { raw: (type: string, data: string) => shown.push([type, data]) });
  show(FIGURE);
  show(table([{ a: 1 }]));
  assert.equal(
    shown.map(([type]) => type),
    ['image/png', 'text/html'],
  );
  assert.equal([...shown[0][1].slice(1, 4)], [...Buffer.from('PNG')]);
});

test('a script writes a figure to a file of its own and says where', ({ folder }) => {
  const lines: string[] = [];
  const { log } = console;
  console.log = (line: string) => lines.push(line);
  try {
    show({ ...FIGURE, layout: { title: 'Loss of run 1' } });
    show({ ...FIGURE, layout: { title: 'Loss of run 1' } });
    show(table([{ a: 1 }]));
  } finally {
    console.log = log;
  }
  const files = ['loss-of-run-1.png', 'loss-of-run-1-2.png'].map((name) => join(folder, name));
  assert.equal(lines, [...files.map((file) => `figure written: ${file}`), 'a\n-\n1']);
  assert.ok(files.every((file) => existsSync(file)));
});

test('a figure is saved as PNG into a folder that is made for it', async ({ folder }) => {
  const file = savePng(FIGURE, join(folder, 'a', 'b.png'));
  const pixels = await decodePng(readFileSync(file));
  assert.equal([pixels.width, pixels.height], [600, 800]);
});

test('a saved HTML page holds plotly.js and the figure, and no title ends its script', ({
  folder,
}) => {
  const page = readFileSync(saveHtml(FIGURE, join(folder, 'loss.html')), 'utf8');
  assert.is(page.match(/<\/script/gi)?.length, 2);
  assert.match(page, "Plotly.newPlot('figure', ");
  assert.match(page, '"y":[0.5,null]');
  assert.match(page, '<title>Loss </title>');
  assert.not.match(page, /src=["']?http/);
});

test('a window is opened neither from a notebook nor without a screen', () => {
  const { CI, DISPLAY } = process.env;
  process.env.CI = '1';
  assert.throws(() => openWindow(FIGURE), /no screen to open a window on: use savePng or saveHtml/);
  enterNotebook({});
  assert.throws(() => openWindow(FIGURE), /use show\(figure\)/);
  leaveNotebook();
  if (CI === undefined) delete process.env.CI;
  assert.is(process.env.DISPLAY, DISPLAY);
});

test.run();
