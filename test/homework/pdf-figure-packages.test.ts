import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { errorOf } from '../support/folders';
import { temporaryFolder } from '../support/temporary-folder';
import { markdown, printed, ran, shows, writeCells } from './pdf-notebooks';

const VEGA_LITE = 'application/vnd.vegalite.v5+json';
const VEGA = 'application/vnd.vega.v5+json';
const MERMAID = 'text/vnd.mermaid';

const figure = (type: string, value: unknown) => ran('0', [shows({ [type]: value })]);

/** Stands in for the packages: says what it was given, and what of the world it reaches. */
const STANDING_IN: Readonly<Record<string, string>> = {
  'vega/build/vega.min.js': `globalThis.vega = {
    loader: () => ({ load() {}, sanitize: async (href) => ({ href }) }),
    parse: (spec) => spec,
    View: class {
      constructor(spec, options) { Object.assign(this, { spec, options }); }
      async toSVG() {
        const { spec, options } = this;
        if (spec.url) await options.loader.load(spec.url).catch((e) => options.logger.error('loading', e));
        if (spec.picture) await options.loader.sanitize(spec.picture, { context: 'image' }).catch(() => {});
        const reached = await fetch('http://127.0.0.1:9/').then(() => 'reached', () => 'kept');
        const made = new Function('return "made"')();
        document.body.innerHTML = '<img src="data:," onerror="document.title = 1">';
        return '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="40"><text y="20">'
          + [spec.title, reached, made].join('-') + '</text></svg>';
      }
    },
  };`,
  'vega-lite/build/vega-lite.min.js': `globalThis.vegaLite = {
    compile(chart) {
      if (chart.mark === 'nonsense') throw new Error('Invalid mark type.');
      return { spec: { ...chart, title: 'lite-' + chart.title } };
    },
  };`,
  'mermaid/dist/mermaid.min.js': `globalThis.mermaid = {
    initialize(options) { this.options = options; },
    async render(id, text) {
      if (text.includes('nonsense')) throw new Error('Parse error on line 1');
      const { securityLevel } = this.options;
      return { svg: '<svg id="' + id + '" viewBox="0 0 200 50"><title>A graph</title><text y="20">'
        + text + '-' + securityLevel + '</text><br></svg>' };
    },
  };`,
};

function folderWith(packages: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder();
  for (const [file, text] of Object.entries(packages)) {
    mkdirSync(dirname(join(folder, 'node_modules', file)), { recursive: true });
    writeFileSync(join(folder, 'node_modules', file), text);
  }
  // The nearest package counts, and notebooks stand in a folder below the project's.
  mkdirSync(join(folder, 'notebooks'));
  return join(folder, 'notebooks');
}

test('figures of Vega, Vega-Lite and Mermaid are drawn by packages of the project', async () => {
  const cells = [
    figure(VEGA, { title: 'chart', description: 'What the chart shows' }),
    figure(VEGA_LITE, { title: 'chart' }),
    figure(MERMAID, ['one', 'two']),
    markdown('end'),
  ];
  const { text, notes } = await printed(writeCells(folderWith(STANDING_IN), 'drawn', cells));
  for (const part of ['chart-kept-made', 'lite-chart-kept-made', 'onetwo-strict', 'end']) {
    assert.ok(text.includes(part), `${part} in ${text}`);
  }
  assert.is(notes.length, 1, 'two have words, the description and the title');
  assert.match(notes[0], 'cell 2: a picture has no words');
});

const FENCED = (diagram: string, prefix = '') =>
  ['```mermaid', ...diagram.split('\n'), '```'].map((line) => prefix + line).join('\n');

test('a fence of Mermaid is drawn where the package is, and else printed as the code that it is', async () => {
  const cells = [
    markdown(`${FENCED('one <b> $x\n  & two')}\n\n> ${FENCED('three', '> ').slice(2)}`),
    markdown(`- point\n${FENCED('four', '  ')}\n\nbetween\n\n${FENCED('nonsense')}\n\nend`),
  ];
  const drawn = await printed(writeCells(folderWith(STANDING_IN), 'drawn', cells));
  for (const part of ['three-strict', 'pointfour-strictbetween', 'nonsenseend']) {
    assert.ok(drawn.text.includes(part), `${part} in ${drawn.text}`);
  }
  const about = (notes: readonly string[]) => notes.filter((note) => note.includes('Mermaid'));
  assert.is(about(drawn.notes).length, 1);
  assert.match(
    about(drawn.notes)[0],
    'a Mermaid diagram is printed as code, since it cannot be drawn: Parse error on line 1',
  );
  if (installed('mermaid')) return console.log('skipped in part: mermaid is installed here');
  const { text, notes } = await printed(writeCells(temporaryFolder(), 'code', cells));
  assert.match(text, 'one<b>$x&twothreepointfourbetweennonsenseend');
  assert.is(about(notes).length, 2);
  for (const note of about(notes)) assert.match(note, 'npm install mermaid, and it is drawn');
});

test('code of a fence keeps its lines, whatever its first line says, and nothing is added to it', async () => {
  const fences = ['```python title="a"', '```nolanguage', '~~~~ js', '``` {r, echo=FALSE}', '```'];
  const cells = fences.map((open, i) => {
    const mark = /^[`~]+/.exec(open)![0];
    return markdown(`${open}\nfirst ${i}\n  second\n${mark}${mark[0]}\n\nwords`);
  });
  const { text } = await printed(writeCells(temporaryFolder(), 'fences', cells));
  assert.match(text, fences.map((_, i) => `first${i}secondwords`).join(''));
});

test('a figure whose package is not there is an error that says what to install', async () => {
  const folder = folderWith({ 'vega/build/vega.min.js': STANDING_IN['vega/build/vega.min.js'] });
  if (installed('vega-lite') || installed('mermaid')) return console.log('skipped: installed here');
  const of = (type: string, value: unknown) =>
    errorOf(() => printed(writeCells(folder, 'absent', [markdown('x'), figure(type, value)])));
  assert.match(
    await of(VEGA_LITE, {}),
    `absent.ipynb: cell 1: an output is of the type ${VEGA_LITE} alone, which vega and vega-lite would draw: install them (npm install vega vega-lite), or give`,
  );
  assert.match(await of(MERMAID, 'graph TD'), 'install it (npm install mermaid)');
});

test('the packages that draw are optional peers of this one, so that npm names a version that cannot', () => {
  const { peerDependencies, peerDependenciesMeta } = JSON.parse(
    readFileSync(join(__dirname, '..', '..', 'lib', 'homework', 'package.json'), 'utf8'),
  );
  const names = new Set(Object.keys(STANDING_IN).map((file) => file.split('/')[0]));
  assert.equal(Object.keys(peerDependencies).sort(), [...names].sort());
  for (const name of names) assert.equal(peerDependenciesMeta[name], { optional: true }, name);
});

test('a picture that comes with a figure is printed without any package', async () => {
  const svg =
    '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="30"><text y="20">own</text></svg>';
  const cell = ran('0', [shows({ [VEGA_LITE]: {}, 'image/svg+xml': svg })]);
  const { text } = await printed(writeCells(temporaryFolder(), 'both', [cell]));
  assert.match(text, 'own');
});

test('a figure that cannot be drawn, or needs more than itself, is an error that says why', async () => {
  const folder = folderWith(STANDING_IN);
  const cells = [
    figure(VEGA_LITE, { mark: 'nonsense' }),
    figure(VEGA, { url: 'data/cars.json' }),
    figure(VEGA, { picture: 'http://127.0.0.1:9/a.png' }),
    figure(MERMAID, 'nonsense'),
    figure(VEGA, null),
  ];
  const message = await errorOf(() => printed(writeCells(folder, 'wrong', cells)));
  for (const complaint of [
    `cell 1: a figure of the type ${VEGA_LITE} cannot be drawn: Invalid mark type.`,
    'cell 2: a figure of the type application/vnd.vega.v5+json cannot be drawn: it asks for data/cars.json, and a PDF is made without the network',
    'it asks for http://127.0.0.1:9/a.png',
    `cell 4: a figure of the type ${MERMAID} cannot be drawn: Parse error on line 1`,
    'cell 5: a figure of the type',
  ]) {
    assert.ok(message.includes(complaint), `${complaint} in ${message}`);
  }
});

function installed(name: string): boolean {
  const folders = createRequire(__filename).resolve.paths(name) ?? [];
  return folders.some((folder) => existsSync(join(folder, name)));
}

test('the packages themselves draw in print', async () => {
  const cells = [
    ...(installed('vega-lite') && installed('vega') ? [figure(VEGA_LITE, BARS)] : []),
    ...(installed('mermaid') ? [figure(MERMAID, 'graph TD; alpha-->beta')] : []),
  ];
  if (cells.length < 2) console.log('skipped in part: no vega and vega-lite, or no mermaid');
  if (cells.length === 0) return;
  const { text } = await printed(writeCells(temporaryFolder(), 'real', cells));
  for (const word of ['amount', 'alpha', 'beta'].slice(0, cells.length === 2 ? 3 : 0)) {
    assert.ok(text.includes(word), `${word} in ${text}`);
  }
});

const BARS = {
  $schema: 'https://vega.github.io/schema/vega-lite/v5.json',
  description: 'Two bars',
  data: {
    values: [
      { kind: 'a', amount: 1 },
      { kind: 'b', amount: 3 },
    ],
  },
  mark: 'bar',
  encoding: {
    x: { field: 'kind', type: 'nominal' },
    y: { field: 'amount', type: 'quantitative' },
  },
};

test.run();
