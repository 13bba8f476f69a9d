import { readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'puppeteer-core';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { findBrowser } from '../../../lib/homework/bin/find-browser';
import { findPython } from '../../../lib/homework/bin/find-python';
import { notebookText } from '../../../lib/homework/src/notebook-text';
import { withBrowser } from '../../../lib/homework/src/pdf/browser';
import { temporaryFolder } from '../../support/temporary-folder';
import { writeNotebook } from '../notebooks';
import { pdfText, plainPdf } from '../pdf-text';
import { classicNotebook } from './classic-notebook';
import { type FrontEndPage, FrontEndServer, until } from './front-end';
import { jupyterLab } from './jupyterlab';

const SETUP = `import { display } from 'tslab';
import { fit, lines, mlp, profile, show, tf } from 'notegrad';
const settings = profile({ quick: { epochs: 1 }, full: { epochs: 2 } });
await tf.setBackend('cpu');
let kept = 41;`;
const TRAINING = `const model = mlp({ inputShape: [4], hiddenSizes: [8], numClasses: 2 });
const optimizer = tf.train.sgd(0.01);
const x = tf.randomNormal([8, 4]);
let steps = 0;
const history = await fit({
  batches: () => [x.clone()],
  step: (batch) => {
    steps++;
    return optimizer.minimize(() => (model.apply(batch) as tf.Tensor).square().mean() as tf.Scalar, true)!;
  },
  numEpochs: 1_000_000,
  compile: false,
});`;
const SHOWN = `kept += 1;
show(lines({ series: { a: { x: [1, 2], y: [3, 4] } }, title: 'A line', xLabel: 'x', yLabel: 'y' }));
display.markdown('Some **prose**');
display.html('<b id="made">HTML</b>');`;

const SECONDS = 280;

const folder = temporaryFolder();
const frontEnd = findPython().python?.frontEnd;
const why = !frontEnd ? 'no front end of Jupyter' : !findBrowser() ? 'no Chromium' : undefined;
if (why) console.log(`skipped: notebooks in a browser: ${why} is installed`);

let server: FrontEndServer;
let page: Page;
let notebook: FrontEndPage;
let closed: () => void;
let browser: Promise<void>;
const name = 'taste.ipynb';

test.before(async () => {
  if (why) return;
  writeNotebook(folder, 'taste', [SETUP, TRAINING, 'history.interrupted', SHOWN, 'kept']);
  server = await FrontEndServer.start(folder, {
    NODE_OPTIONS: '--max-old-space-size=600',
  });
  await new Promise<void>((opened, reject) => {
    browser = withBrowser(
      async (chromium) => {
        page = await chromium.newPage();
        await page.setViewport({ width: 1200, height: 1400 });
        page.on('dialog', (dialog) => void dialog.accept());
        notebook =
          frontEnd === 'notebook' ? classicNotebook(page, server) : jupyterLab(page, server);
        opened();
        await new Promise<void>((resolve) => {
          closed = resolve;
        });
      },
      AbortSignal.timeout(SECONDS * 1000),
    );
    browser.catch(reject);
  });
});

test.after(async () => {
  if (why) return;
  closed();
  await browser;
  await server.end();
});

const cell = async (index: number) => (await notebook.cells())[index];
const hasRun = (index: number) =>
  until(`cell ${index} has run`, async () => /^\d+$/.test((await cell(index)).number));
const saved = () => JSON.parse(readFileSync(join(folder, name), 'utf8'));

let failed = false;

/** Each step begins where the one before ended, so none follows one that failed. */
function step(name: string, body: () => Promise<void>): void {
  if (why) return;
  test(name, async () => {
    if (failed) throw new Error('a step before failed');
    failed = true;
    try {
      await body();
      failed = false;
    } finally {
      const picture = join(tmpdir(), 'front-end.png') as `${string}.png`;
      if (failed) await page.screenshot({ path: picture });
    }
  });
}

step(
  'a notebook opens and runs; Stop ends a training with its history, and nothing is lost',
  async () => {
    await notebook.open(name);
    await notebook.runAll();
    await until('the training runs', async () => (await cell(1)).number === '*');
    await until('its progress', async () => (await cell(1)).text.includes('epoch'));
    await notebook.stop();
    await hasRun(4);
    const [setup, training, interrupted, , kept] = await notebook.cells();
    assert.match(setup.text, 'profile: quick');
    assert.match(training.text, 'stopped by hand');
    assert.is(interrupted.text.trim(), 'true');
    assert.is(kept.text.trim(), '42');
  },
);

step('Stop ends a loop, and the kernel lives with its variables', async () => {
  await notebook.type(4, 'for (;;) {}');
  await notebook.runCell();
  await until('the loop runs', async () => (await cell(4)).number === '*');
  await notebook.stop();
  await until('it was stopped', async () => (await cell(4)).text.includes('interrupted'));
  await notebook.type(4, 'kept');
  await notebook.runCell();
  await until('the variable', async () => (await cell(4)).text.trim() === '42');
});

step('a cell that fills the memory says so, and its kernel lives with its variables', async () => {
  await notebook.type(4, 'const all: number[][] = []; for (;;) all.push([all.length, 2, 3]);');
  await notebook.runCell();
  await until('it was stopped', async () => (await cell(4)).text.includes('OutOfMemory'));
  assert.match((await cell(4)).text, 'use smaller batches');
  await notebook.type(4, 'all.length = 0; kept');
  await notebook.runCell();
  await until('the variable', async () => (await cell(4)).text.trim() === '42');
});

step('figures, Markdown and HTML are shown, and pictures have their texts', async () => {
  const { html, pictures, text } = await cell(3);
  assert.match(html, '<strong>prose</strong>');
  assert.match(html, 'id="made"');
  assert.is(pictures.length, 1);
  assert.match(pictures[0] ?? '', 'A line');
  assert.match(text, 'HTML');
});

step('Tab completes, with packages not yet imported, and Shift-Tab documents', async () => {
  await notebook.type(4, 'history.inter');
  const offered = await notebook.complete(4);
  assert.ok(
    offered.some((one) => one.includes('interrupted')),
    offered.join(),
  );
  await notebook.type(4, "'🎲'; kept");
  assert.match(await notebook.hover(), 'let kept: number');
});

step('what is saved is what is shown, as Jupyter saves it', async () => {
  await notebook.type(4, 'kept');
  await notebook.runCell();
  await until('the value', async () => (await cell(4)).text.trim() === '42');
  await notebook.save();
  const outputs = await until('the file', () => {
    const { cells } = saved();
    return cells[4].outputs.length === 1 && cells[3].outputs;
  });
  assert.equal(
    outputs.map(({ data }: { data: object }) => Object.keys(data).sort()),
    [
      ['application/vnd.plotly.v1+json', 'image/png', 'text/plain'],
      ['text/markdown', 'text/plain'],
      ['text/html', 'text/plain'],
    ],
  );
  const text = readFileSync(join(folder, name), 'utf8');
  assert.is(notebookText(JSON.parse(text)), text);
});

step('after a restart the variables are gone, and the kernel runs cells', async () => {
  await notebook.restart();
  await notebook.type(4, 'typeof kept');
  await notebook.runCell();
  await until('an error', async () => (await cell(4)).text.includes('kept'));
  await notebook.type(4, '6 * 7');
  await notebook.runCell();
  await until('the product', async () => (await cell(4)).text.trim() === '42');
  await notebook.save();
  await until('the file', () => saved().cells[4].source.includes('6 * 7'));
});

step('of a kernel that the system ends for its memory, the next one tells', async () => {
  const code =
    'const all = new Array(5e7).fill(1); setTimeout(() => process.kill(process.pid, 9), 1000);';
  await notebook.type(4, code);
  await notebook.runCell();
  await notebook.confirmDeath();
  await notebook.type(4, '6 * 7');
  await notebook.runCell();
  await until('the news', async () => (await cell(4)).text.includes('The kernel has ended.'));
  const { text } = await cell(4);
  assert.match(text, 'most likely it ran out of memory. All variables are gone.');
  await until('the product', async () => (await cell(4)).text.trim().endsWith('42'));
  await notebook.runCell();
  await until('the product alone', async () => (await cell(4)).text.trim() === '42');
});

step('the notebook opens again as it was saved, with its prose', async () => {
  await notebook.open(name);
  const { html, pictures } = await until('the outputs', async () => {
    const shown = await cell(3);
    return shown.html.includes('prose') && shown;
  });
  assert.match(html, '<strong>prose</strong>');
  assert.match(pictures[0] ?? '', 'A line');
});

step(
  'a notebook from elsewhere, which Jupyter does not trust, shows its prose as text',
  async () => {
    const strange = saved();
    strange.cells[3].outputs[1].data['text/plain'] = 'Some other prose';
    writeFileSync(join(folder, 'strange.ipynb'), JSON.stringify(strange));
    await notebook.open('strange.ipynb');
    await until('the prose', async () => /Some.*prose/.test((await cell(3)).text));
  },
);

step('each PDF entry of the File menu prints as `homework pdf` does', async () => {
  const entries = await notebook.pdfEntries();
  assert.ok(entries.length > 0);
  for (const entry of entries) {
    const answer = await server.get(`/nbconvert/${entry}/${name}?download=true`);
    assert.is(answer.status, 200, `${entry}: ${await answer.clone().text()}`);
    const pdf = Buffer.from(await answer.arrayBuffer());
    assert.is(pdf.subarray(0, 5).toString(), '%PDF-', entry);
    assert.match(pdfText(await plainPdf(pdf)), 'prose');
  }
});

test.run();
