import { readFileSync } from 'node:fs';
import type { Canvas } from '@napi-rs/canvas';
import type { DOMWindow } from 'jsdom';
import { boundingBox, clientBox } from './element-box';
import { canvasLibrary } from './fonts';
import { textLength } from './text-layout';

/** The part of plotly.js that draws. */
export interface Plotly {
  newPlot(div: Element, data: unknown, layout: unknown, config: unknown): Promise<unknown>;
  purge(div: Element): void;
  validate(data: unknown, layout: unknown): { msg: string }[] | undefined;
  readonly Snapshot: { toSVG(div: Element, format: 'svg', scale: number): string };
}

/** A page without a browser that plotly.js runs in. */
export interface PlotlyPage {
  readonly document: Document;
  readonly plotly: Plotly;
}

/** Loads plotly.js into jsdom, which is taught what it lacks: measuring, and a canvas. */
export function openPlotlyPage(): PlotlyPage {
  const { JSDOM, VirtualConsole }: typeof import('jsdom') = require('jsdom');
  const { window } = new JSDOM('<!doctype html><body></body>', {
    runScripts: 'outside-only',
    pretendToBeVisual: true,
    virtualConsole: new VirtualConsole(),
  });
  teachMeasuring(window);
  teachCanvas(window);
  window.eval(readFileSync(require.resolve('plotly.js-dist-min'), 'utf8'));
  return { document: window.document, plotly: (window as unknown as { Plotly: Plotly }).Plotly };
}

function teachMeasuring(window: DOMWindow): void {
  const {
    svgPathProperties,
  }: typeof import('svg-path-properties') = require('svg-path-properties');
  const pathOf = (element: Element) => new svgPathProperties(element.getAttribute('d') ?? 'M0,0');
  Object.assign(window.SVGElement.prototype, {
    getBBox(this: Element) {
      return boundingBox(this);
    },
    getBoundingClientRect(this: Element) {
      const { x, y, width, height } = clientBox(this);
      return { x, y, width, height, left: x, top: y, right: x + width, bottom: y + height };
    },
    getComputedTextLength(this: Element) {
      return textLength(this);
    },
    getTotalLength(this: Element) {
      return pathOf(this).getTotalLength();
    },
    getPointAtLength(this: Element, at: number) {
      return pathOf(this).getPointAtLength(at);
    },
  });
}

function teachCanvas(window: DOMWindow): void {
  const { createCanvas } = canvasLibrary();
  const canvases = new WeakMap<HTMLCanvasElement, Canvas>();
  const canvasOf = (element: HTMLCanvasElement) => {
    let canvas = canvases.get(element);
    if (!canvas || canvas.width !== element.width || canvas.height !== element.height) {
      canvas = createCanvas(element.width, element.height);
      canvases.set(element, canvas);
    }
    return canvas;
  };
  Object.assign(window.HTMLCanvasElement.prototype, {
    getContext(this: HTMLCanvasElement, kind: string) {
      return kind === '2d' ? canvasOf(this).getContext('2d') : null;
    },
    toDataURL(this: HTMLCanvasElement) {
      return canvasOf(this).toDataURL('image/png');
    },
  });
  Object.assign(window, {
    matchMedia: () => ({ matches: false, addListener() {}, removeListener() {} }),
  });
  Object.assign(window.URL, { createObjectURL: () => 'blob:' });
}
