import { spawnSync } from 'node:child_process';
import type { Plot } from 'nodeplotlib';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Figure } from '../../lib/notegrad/src/plot/figure';
import { COLORS } from '../../lib/notegrad/src/plot/house-style';
import { png } from '../../lib/notegrad/src/plot/png';
import { render } from '../../lib/notegrad/src/plot/render/renderer';
import { decodePng, type Pixels } from '../support/pixels';

const draw = (figure: Figure): Promise<Pixels> => decodePng(png(figure));

const LINE: Plot = { type: 'scatter', mode: 'lines', x: [0, 1, 2, 3], y: [1, 2, 3, 2] };

/** The rows of pixels in which a colour occurs. */
function rowsOf(
  pixels: Pixels,
  isInk: (rgb: number[]) => boolean,
  x0 = 0,
  x1 = pixels.width,
): number[] {
  const rows = [];
  for (let y = 0; y < pixels.height; y++) {
    for (let x = x0; x < x1; x++) {
      if (isInk(pixels.at(x, y))) {
        rows.push(y);
        break;
      }
    }
  }
  return rows;
}

const isDark = (rgb: number[]) => rgb.every((value) => value < 110);

test('a figure is drawn at twice its size, on white, in the house colours', async () => {
  const pixels = await draw({ data: [LINE], layout: { width: 340, height: 200 } });
  assert.equal([pixels.width, pixels.height], [680, 400]);
  assert.equal(pixels.at(0, 0), [255, 255, 255]);
  assert.ok(pixels.count(COLORS[0]) > 500);
  assert.is(pixels.count(COLORS[1]), 0);
});

test('titles and tick labels are drawn, with the font that notegrad brings', async () => {
  const without = await draw({ data: [LINE], layout: { height: 300 } });
  const titled = await draw({ data: [LINE], layout: { height: 300, title: 'Loss by epoch' } });
  const inHead = (pixels: Pixels) => rowsOf(pixels, isDark).filter((y) => y < 70).length;
  assert.is(inHead(without), 0);
  const height = inHead(titled);
  assert.ok(height > 15 && height < 50, `${height} rows of title`);
  const tickLabels = rowsOf(titled, isDark, 0, 100);
  assert.ok(tickLabels.length > 30);
});

test('margins grow with the tick labels, so that none is cut off', async () => {
  const names = ['a', 'a very long name of a category that needs room'];
  const bars: Plot = { type: 'bar', orientation: 'h', x: [1, 2], y: names };
  const pixels = await draw({ data: [bars], layout: {} });
  for (let y = 0; y < pixels.height; y++) assert.equal(pixels.at(2, y), [255, 255, 255]);
  const left = (color: string) => {
    for (let x = 0; x < pixels.width; x++) {
      for (let y = 0; y < pixels.height; y += 4) {
        if (pixels.at(x, y).join() === color) return x;
      }
    }
    return -1;
  };
  const [red, green, blue] = [1, 3, 5].map((i) => Number.parseInt(COLORS[0].slice(i, i + 2), 16));
  const start = left([red, green, blue].join());
  assert.ok(start > 500, `bars begin at pixel ${start}`);
});

test('a run that diverges beyond the axes does not hide half-transparent curves or end the process', async () => {
  const x = Array.from({ length: 200 }, (_, i) => i);
  const calm = x.map((i) => 1 + Math.sin(i));
  const wild = x.map((i) => (i < 9 ? 1e6 * (i % 2) : 2.4));
  const layout = { yaxis: { range: [0, 3] } };
  const line = (y: number[], color: string, opacity: number) =>
    ({ type: 'scatter', mode: 'lines', x, y, line: { color }, opacity }) as const;
  const alone = await draw({ data: [line(calm, '#ff0000', 0.5)], layout });
  const markers = {
    type: 'scatter',
    mode: 'markers',
    x,
    y: wild,
    marker: { color: '#0000ff' },
  } as const;
  const both = await draw({
    data: [line(calm, '#ff0000', 0.5), line(wild, '#00ff00', 0.5), markers],
    layout: { ...layout, showlegend: false },
  });
  const [before, after] = [alone.count('#ff8080', 4), both.count('#ff8080', 4)];
  assert.ok(before > 2000 && after > 0.7 * before, `${before} pixels alone, ${after} with it`);
});

test('letters that the font of figures lacks are drawn by a font of the machine', () => {
  const isThere = spawnSync('fc-list', [':lang=ja'], { encoding: 'utf8' }).stdout?.trim();
  if (!isThere) {
    console.log('skipped: no font with Japanese letters on this machine');
    return;
  }
  const titled = (title: string) => png({ data: [LINE], layout: { title, height: 200 } });
  assert.not.equal(titled('日'), titled('本'));
});

test('a heat map, a box plot and a contour are drawn too', async () => {
  const z = [
    [1, 2],
    [3, 4],
  ];
  for (const type of ['heatmap', 'contour'] as const) {
    const pixels = await draw({ data: [{ type, z }], layout: {} });
    assert.ok(pixels.count('#ffffff') < 0.7 * pixels.width * pixels.height, type);
  }
  const box = await draw({ data: [{ type: 'box', y: [1, 2, 3, 9] }], layout: {} });
  assert.ok(box.count(COLORS[0]) > 200);
});

test('what needs WebGL or a map is refused at once, naming it', () => {
  for (const type of ['scattergl', 'scatter3d', 'surface', 'mesh3d', 'choropleth', 'scattergeo']) {
    const figure = { data: [{ type, x: [1], y: [1] }], layout: {} } as unknown as Figure;
    assert.throws(
      () => png(figure),
      new RegExp(`cannot draw trace 0: ${type} needs WebGL or map data`),
    );
  }
  assert.throws(() => png({ data: [], layout: {} }), 'a figure without data');
});

test('an error within the renderer is told, and the next figure is drawn all the same', async () => {
  const layout = { width: 100, height: 100 };
  const broken = { data: [{ type: 'scatter', x: [1], y: [1] }], layout, scale: -1 };
  assert.throws(() => render(broken), /plotly cannot draw this figure: /);
  assert.is((await draw({ data: [LINE], layout: { width: 100 } })).width, 200);
});

test('the renderer does not keep a process alive', () => {
  const script = `
    const { png } = require('./lib/notegrad/src/plot/png');
    const { length } = png({ data: [{ type: 'bar', x: [1], y: [1] }], layout: {} });
    console.log(length > 1000);`;
  const { stdout, status, stderr } = spawnSync(
    process.execPath,
    ['-r', 'esbuild-register', '-e', script],
    { encoding: 'utf8', timeout: 60_000 },
  );
  assert.is(status, 0, stderr);
  assert.is(stdout, 'true\n');
});

test.run();
