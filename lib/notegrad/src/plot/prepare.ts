import { PlotError } from '../errors';
import type { Figure } from './figure';
import { FIGURE_HEIGHT, FIGURE_WIDTH, HOUSE_LAYOUT } from './house-style';
import type { Config, Layout, Plot } from './plotly-types';

/** A figure as plotly 4 takes it: plain JSON, in the house style, of a stated size. */
export interface PreparedFigure {
  readonly data: readonly object[];
  readonly layout: object & { readonly width: number; readonly height: number };
  readonly config: Config;
}

/** Traces that need WebGL or the network; a drawing without a browser has neither. */
const UNDRAWABLE =
  /gl$|3d$|^(splom|parcoords|surface|cone|streamtube|isosurface|volume)$|map|geo|^choropleth/;

/**
 * Makes a figure ready to be drawn and stored: string titles become plotly 4's objects, typed
 * arrays become plain ones, and what is not said comes from the house style.
 *
 * @throws when there is no trace, or one that cannot be drawn without a browser
 */
export function prepare({ data, layout, config = {} }: Figure): PreparedFigure {
  if (data.length === 0) throw new PlotError('a figure without data: give it at least one trace');
  data.forEach(refuseUndrawable);
  const { template, width = FIGURE_WIDTH, height = FIGURE_HEIGHT } = layout;
  return plain({
    data: data.map(withTitleObjects),
    layout: {
      ...(withTitleObjects(layout) as Layout),
      template: template ?? { layout: HOUSE_LAYOUT },
      width,
      height,
    },
    config: { responsive: false, displaylogo: false, ...config },
  }) as PreparedFigure;
}

function refuseUndrawable({ type }: Plot, index: number): void {
  if (type && type !== 'heatmap' && type !== 'treemap' && UNDRAWABLE.test(type)) {
    throw new PlotError(
      `cannot draw trace ${index}: ${type} needs WebGL or map data, ` +
        'which a drawing without a browser has not (scattergl: use scatter)',
    );
  }
}

/** Plotly 4 ignores `title: 'text'`: `title: { text }`, at every depth (axes, colour bars). */
function withTitleObjects(value: unknown): object {
  return Object.fromEntries(
    Object.entries(value as object).map(([key, part]) => {
      if (key === 'title' && typeof part === 'string') return [key, { text: part }];
      const isObject = part !== null && typeof part === 'object' && !isList(part);
      return [key, isObject ? withTitleObjects(part) : part];
    }),
  );
}

function isList(value: object): boolean {
  return Array.isArray(value) || ArrayBuffer.isView(value) || value instanceof Date;
}

/** Through JSON: NaN and infinities become null (a gap), typed arrays plain arrays. */
function plain(value: object): unknown {
  return JSON.parse(
    JSON.stringify(value, (_key, part) =>
      ArrayBuffer.isView(part) ? Array.from(part as Float32Array) : part,
    ),
  );
}
