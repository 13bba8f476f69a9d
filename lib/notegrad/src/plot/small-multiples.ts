import { checkCounts, checkKnown, checkRecords } from '../checks';
import { PlotError } from '../errors';
import { optionsOf } from '../options';
import { altText, type Figure, plainText } from './figure';
import {
  type Annotations,
  escapeMarkup,
  FIGURE_WIDTH,
  type FigureText,
  headed,
  type Note,
} from './house-style';
import { LEGEND_BELOW } from './legend';
import { logAxis } from './log-axis';
import type { Plot } from './plotly-types';
import { extent } from './values';

/** What `smallMultiples` draws. */
export interface SmallMultiplesOptions extends FigureText {
  /** The panels by their names, in reading order: figures of curves, points or bars. */
  readonly panels: Readonly<Record<string, Figure>>;
  /** Panels beside each other. Default up to 3. */
  readonly columns?: number;
  /** Which axes are the same in all panels. Default `both`. */
  readonly share?: 'both' | 'x' | 'y' | 'none';
  /** CSS pixels of a panel's axes. Default 190. */
  readonly panelHeight?: number;
}

/**
 * Several figures as panels of one, with the same axes, so that they compare at a glance, and one
 * legend. Their captions and notes stand under the common title.
 *
 * @throws when there is no panel, a figure is a heat map or has panels itself, or what is shared
 *   does not agree: linear and log scales, other categories, one name in two colours
 */
export function smallMultiples(options: SmallMultiplesOptions): Figure {
  const {
    panels,
    columns,
    share = 'both',
    panelHeight = 190,
    ...text
  } = optionsOf('smallMultiples', options);
  checkRecords({ panels }, PlotError);
  checkCounts({ panelHeight }, PlotError);
  checkKnown({ share }, ['both', 'x', 'y', 'none'], PlotError);
  const named = Object.entries(panels);
  if (named.length === 0) throw new PlotError('small multiples without a panel');
  for (const [name, figure] of named) assertPanel(name, figure);
  const numColumns = columns ?? Math.min(3, named.length);
  if (!Number.isInteger(numColumns) || numColumns < 1) {
    throw new PlotError(`invalid number of columns: ${numColumns} (a positive integer)`);
  }
  const numRows = Math.ceil(named.length / numColumns);
  const isShared = { x: share === 'both' || share === 'x', y: share === 'both' || share === 'y' };
  const common = {
    x: isShared.x ? commonAxis(named, 'x') : {},
    y: isShared.y ? commonAxis(named, 'y') : {},
  };
  const head = headed(text, panelNotes(named));
  const top = (head.margin.t ?? 0) + NAME_HEIGHT;
  const height = top + numRows * panelHeight + (numRows - 1) * GAP + FOOT;
  const gap = {
    x: isShared.y ? 0.03 : 0.09,
    y: GAP / (numRows * panelHeight + (numRows - 1) * GAP),
  };
  const layout: Record<string, unknown> = {};
  const names: Annotations[] = [];
  named.forEach(([name, figure], i) => {
    const [row, column] = [Math.floor(i / numColumns), i % numColumns];
    const suffix = suffixOf(i);
    const isLowest = i + numColumns >= named.length;
    layout[`xaxis${suffix}`] = {
      ...figure.layout.xaxis,
      ...common.x,
      ...(isShared.x && i > 0 ? { matches: 'x' } : {}),
      ...(isShared.x && !isLowest ? WITHOUT_LABELS : {}),
      domain: part(column, numColumns, gap.x),
      anchor: `y${suffix}`,
    };
    const { scaleanchor } = figure.layout.yaxis ?? {};
    layout[`yaxis${suffix}`] = {
      ...figure.layout.yaxis,
      ...common.y,
      ...(isShared.y && i > 0 ? { matches: 'y' } : {}),
      ...(isShared.y && column > 0 ? WITHOUT_LABELS : {}),
      ...(scaleanchor ? { scaleanchor: `x${suffix}` } : {}),
      domain: part(numRows - 1 - row, numRows, gap.y),
      anchor: `x${suffix}`,
    };
    names.push(panelName(name, suffix));
  });
  const data = withOneLegend(named.map(([, figure], i) => placedTraces(figure, suffixOf(i))));
  const inPanels = named.flatMap(([, figure], i) =>
    (figure.layout.annotations ?? [])
      .filter((note) => note.xref !== 'paper')
      .map(
        (note) => ({ ...note, xref: `x${suffixOf(i)}`, yref: `y${suffixOf(i)}` }) as Annotations,
      ),
  );
  return {
    data,
    layout: {
      ...head,
      ...layout,
      margin: { ...head.margin, t: top },
      annotations: [...head.annotations.map(aboveNames), ...names, ...inPanels],
      width: FIGURE_WIDTH,
      height,
      barmode: named[0][1].layout.barmode,
      bargap: named[0][1].layout.bargap,
      showlegend: new Set(data.filter(isNamed).map(({ name }) => name)).size > 1,
      legend: { ...named[0][1].layout.legend, ...LEGEND_BELOW, traceorder: 'normal' },
    },
    alt:
      text.alt ??
      `${text.title}: ${named.length} panels; ` +
        named.map(([name, figure]) => `${name}: ${altText(figure)}`).join('; '),
  };
}

/** CSS pixels over the first row for the panels' names, between rows, and under the last. */
const NAME_HEIGHT = 18;
const GAP = 34;
const FOOT = 90;

const WITHOUT_LABELS = { showticklabels: false, title: { text: '' } };

function suffixOf(panel: number): string {
  return panel === 0 ? '' : String(panel + 1);
}

function assertPanel(name: string, { data, layout }: Figure): void {
  if (data.some(({ type }) => type === 'heatmap')) {
    throw new PlotError(
      `panel ${name} is a heat map: small multiples are of curves, points or bars`,
    );
  }
  if ('xaxis2' in layout) {
    throw new PlotError(`panel ${name} has several pairs of axes: give a figure of one`);
  }
}

/** Where the part of an axis' length with a rank lies, of `count` equal ones. */
function part(rank: number, count: number, gap: number): [number, number] {
  const length = (1 - (count - 1) * gap) / count;
  const start = rank * (length + gap);
  return [start, Math.min(1, start + length)];
}

type Named = readonly (readonly [name: string, figure: Figure])[];

interface AxisSettings {
  readonly type?: string;
  readonly range?: readonly [number, number];
  readonly ticktext?: readonly string[];
}

/** What the panels' axes have to have alike: their type, their range and their ticks. */
function commonAxis(named: Named, letter: 'x' | 'y'): object {
  const axes = named.map(([, { layout }]) => (layout[`${letter}axis`] ?? {}) as AxisSettings);
  const isLog = axes.map(({ type }) => type === 'log');
  const other = isLog.findIndex((own) => own !== isLog[0]);
  if (other > 0) {
    throw new PlotError(
      `panels ${named[0][0]} and ${named[other][0]} cannot share ${letter}: one is linear, one log`,
    );
  }
  const labels = axes.map(({ ticktext }) => JSON.stringify(ticktext));
  const differs = isLog[0] ? -1 : labels.findIndex((own) => own !== labels[0]);
  if (differs > 0) {
    throw new PlotError(
      `panels ${named[0][0]} and ${named[differs][0]} cannot share ${letter}: other categories`,
    );
  }
  const stated = axes.flatMap(({ range }) => (range ? [...range] : []));
  const isStated = axes.every(({ range }) => range !== undefined);
  const seen = named.flatMap(([, { data }]) => data.flatMap((trace) => reach(trace, letter)));
  if (isLog[0]) {
    const [low, high] = extent(seen.filter((value) => value > 0));
    if (Number.isNaN(low)) return {};
    const ends = isStated ? extent(stated) : padded([Math.log10(low), Math.log10(high)]);
    return { ...logAxis(10 ** ends[0], 10 ** ends[1]), range: ends };
  }
  if (isStated) {
    const [low, high] = extent(stated);
    return { range: stated[0] > stated[1] ? [high, low] : [low, high] };
  }
  const [low, high] = extent([...seen, ...stated]);
  const [from, to] = padded([low, high]);
  return { range: [low === 0 ? 0 : from, high === 0 ? 0 : to] };
}

/** How far a trace goes along an axis: its points, the feet of its bars and its error bars. */
function reach(trace: Plot, letter: 'x' | 'y'): number[] {
  const values = Array.from((trace[letter] ?? []) as ArrayLike<number | null>, (value) =>
    value === null ? Number.NaN : value,
  );
  if (trace.type !== 'bar') return values;
  if (letter === 'x') {
    const half = Number(trace.width ?? 1) / 2;
    return values.flatMap((value) => [value - half, value + half]);
  }
  const errors = (trace.error_y as { readonly array?: readonly number[] } | undefined)?.array;
  return [
    0,
    ...values.flatMap((value, i) => [value - (errors?.[i] ?? 0), value + (errors?.[i] ?? 0)]),
  ];
}

/** With a little room on both sides. */
function padded([low, high]: readonly [number, number]): [number, number] {
  const room = 0.06 * (high - low || Math.abs(high) || 1);
  return [low - room, high + room];
}

/** Captions and notes of the panels, each once; what only some say names them. */
function panelNotes(named: Named): Note[] {
  const texts = named.map(([, { layout }]) =>
    plainText(
      (layout.annotations ?? [])
        .filter(({ xref }) => xref === 'paper')
        .map(({ text }) => text)
        .join(' '),
    ),
  );
  return [...new Set(texts)].filter(Boolean).map((text) => {
    const owners = named.filter((_, i) => texts[i] === text).map(([name]) => name);
    return { text: owners.length === named.length ? text : `${owners.join(', ')}: ${text}` };
  });
}

function aboveNames(note: Annotations): Annotations {
  return { ...note, yshift: (note.yshift ?? 0) + NAME_HEIGHT };
}

function panelName(name: string, suffix: string): Annotations {
  return {
    text: `<b>${escapeMarkup(name)}</b>`,
    font: { size: 12 },
    showarrow: false,
    xref: `x${suffix} domain` as 'x',
    x: 0,
    xanchor: 'left',
    yref: `y${suffix} domain` as 'y',
    y: 1,
    yanchor: 'bottom',
    yshift: 2,
  };
}

function placedTraces({ data }: Figure, suffix: string): Plot[] {
  return data.map((trace) => ({ ...trace, xaxis: `x${suffix}`, yaxis: `y${suffix}` }));
}

function isNamed({ showlegend }: Plot): boolean {
  return showlegend !== false;
}

function colorOf({ line, marker }: Plot): string {
  return String(line?.color ?? marker?.color);
}

/** A name that several panels have stands in the legend once. */
function withOneLegend(panels: readonly (readonly Plot[])[]): Plot[] {
  const colors = new Map<string | undefined, string>();
  return panels.flatMap((data) => {
    const before = new Map(colors);
    return data.map((trace): Plot => {
      if (!isNamed(trace)) return trace;
      const color = colorOf(trace);
      if ((before.get(trace.name) ?? color) !== color) {
        throw new PlotError(`${plainText(trace.name ?? '')} has other colours in other panels`);
      }
      colors.set(trace.name, color);
      return before.has(trace.name) ? { ...trace, showlegend: false } : trace;
    });
  });
}
