import { checkTexts } from '../checks';
import { PlotError } from '../errors';
import { refuseUnknown } from '../options';
import type { Layout } from './plotly-types';
import { wrapped } from './wrapped';

/** A text placed in a figure. */
export type Annotations = NonNullable<Layout['annotations']>[number];

/** The width of a figure in CSS pixels: a line of text on A4. */
export const FIGURE_WIDTH = 680;
export const FIGURE_HEIGHT = 400;

export const INK = '#1f2430';
export const FAINT_INK = '#667085';
export const GRID = '#e4e7ec';

/**
 * Sixteen colours that differ, for people with colour blindness too. The first ten are Petroff's
 * ("Accessible color sequences for data visualization", 2021), darkened where white paper needs it;
 * each further one is as far from all before it as a search over RGB found (CIELAB, also as seen
 * with deuteranopia and protanopia).
 */
export const COLORS: readonly string[] = [
  '#3f90da',
  '#e76300',
  '#832db6',
  '#2f9e77',
  '#bd1f01',
  '#ffa90e',
  '#717581',
  '#a96b59',
  '#46c5d8',
  '#e07bc0',
  '#0000ff',
  '#4b003c',
  '#b4c369',
  '#000f69',
  '#5a4b87',
  '#961e4b',
];

/** Markers that differ without colour too. */
export const SYMBOLS: readonly string[] = [
  'circle',
  'square',
  'diamond',
  'triangle-up',
  'x',
  'triangle-down',
  'cross',
  'pentagon',
  'hexagram',
  'bowtie',
];

/** Light to dark: what is more is darker. */
export const BLUES: readonly [number, string][] = [
  [0, '#f7fbff'],
  [0.15, '#deebf7'],
  [0.35, '#9ecae1'],
  [0.6, '#4292c6'],
  [0.8, '#2171b5'],
  [1, '#08306b'],
];

/** Light to dark; the lightest is told from white at a glance. */
export const REDS: readonly [number, string][] = [
  [0, '#fcc5ae'],
  [0.5, '#ef6548'],
  [1, '#99000d'],
];

/** Blue for negative, white for zero, red for positive. */
export const BLUE_WHITE_RED: readonly [number, string][] = [
  [0, '#2166ac'],
  [0.25, '#92c5de'],
  [0.5, '#ffffff'],
  [0.75, '#f4a582'],
  [1, '#b2182b'],
];

const FONTS = 'DejaVu Sans, Verdana, sans-serif';

const AXIS = {
  automargin: true,
  gridcolor: GRID,
  zeroline: false,
  showline: true,
  linecolor: FAINT_INK,
  ticks: 'outside',
  tickcolor: FAINT_INK,
  ticklen: 4,
  tickfont: { size: 11 },
  separatethousands: true,
  exponentformat: 'e',
  minexponent: 5,
  title: { font: { size: 12 }, standoff: 10 },
} as const;

/** What a figure looks like where it says nothing else. */
export const HOUSE_LAYOUT: object = {
  font: { family: FONTS, size: 12, color: INK },
  paper_bgcolor: '#ffffff',
  plot_bgcolor: '#ffffff',
  colorway: COLORS,
  title: {
    font: { size: 15 },
    x: 0,
    xref: 'paper',
    xanchor: 'left',
    y: 1,
    yref: 'container',
    yanchor: 'top',
    pad: { t: 14 },
  },
  margin: { l: 56, r: 16, t: 56, b: 48 },
  legend: {
    font: { size: 11 },
    title: { font: { size: 11 } },
  },
  hovermode: 'closest',
  xaxis: AXIS,
  yaxis: AXIS,
};

/** What every figure factory takes. */
export interface FigureText {
  readonly title: string;
  /** A small line under the title, such as `quick profile` or `synthetic data`. Default none. */
  readonly caption?: string;
  /** What the figure shows, for who cannot see it. Default: made of the title and the data. */
  readonly alt?: string;
}

const TITLE_SIZE = 15;
/** A longer title is set smaller, so that it is not cut off. */
const TITLE_LENGTH = 62;

/** A line under the title. */
export interface Note {
  readonly text: string;
  /** Default faint ink. */
  readonly color?: string;
}

const NOTE_HEIGHT = 16;

/** Title, caption and further notes as plotly takes them, with the room that they need. */
export function headed(
  { title, caption, ...unknown }: FigureText,
  notes: readonly Note[] = [],
): Required<Pick<Layout, 'title' | 'margin' | 'annotations'>> {
  refuseUnknown('a figure', unknown);
  checkTexts({ title, ...(caption !== undefined && { caption }) }, PlotError);
  const size = TITLE_SIZE * Math.min(1, TITLE_LENGTH / title.length);
  const lines = [...(caption ? [{ text: caption }] : []), ...notes].flatMap(brokenNote);
  return {
    title: { text: escapeMarkup(title), font: { size } },
    margin: { t: 44 + NOTE_HEIGHT * lines.length },
    annotations: lines.map((note, i) => placed(note, lines.length - 1 - i)),
  };
}

/** Letters of a note that fit beside each other. */
const NOTE_LENGTH = 90;

function brokenNote({ text, color }: Note): Note[] {
  return wrapped(text, NOTE_LENGTH).map((line) => ({ text: line, color }));
}

/** A note over the plot, in the given line counted from below. */
function placed({ text, color = FAINT_INK }: Note, line: number): Annotations {
  return {
    text: escapeMarkup(text),
    font: { size: 11, color },
    showarrow: false,
    xref: 'paper',
    x: 0,
    xanchor: 'left',
    yref: 'paper',
    y: 1,
    yanchor: 'bottom',
    yshift: 6 + NOTE_HEIGHT * line,
    borderpad: 0,
  };
}

/** An axis with its title. */
export function titledAxis(title: string): { title: { text: string } } {
  checkTexts({ 'title of an axis': title }, PlotError);
  return { title: { text: escapeMarkup(title) } };
}

/** Text that plotly shall show as it is written: `a < b` is no tag, `$5` no formula. */
export function escapeMarkup(text: string): string {
  return text
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/\$/g, '&#36;');
}
