import { checkTexts } from '../checks';
import { described } from '../described';
import { PlotError } from '../errors';
import type { Config, Layout, Plot } from './plotly-types';

/** A plotly figure. */
export interface Figure {
  readonly data: readonly Plot[];
  readonly layout: Layout;
  readonly config?: Config;
  /** What the figure shows, for who cannot see it. Default: its title and its axes. */
  readonly alt?: string;
}

/** A finished image. */
export interface Picture {
  /** A PNG file, twice as many pixels each way as `width` and `height`. */
  readonly png: Uint8Array;
  /** In CSS pixels (1/96 inch on paper). */
  readonly width: number;
  /** In CSS pixels. */
  readonly height: number;
  readonly title: string;
  /** What the picture shows, for who cannot see it. */
  readonly alt: string;
}

/** A table for people. */
export interface Table {
  readonly html: string;
  /** The same table in a fixed-width font. */
  readonly text: string;
}

/** Whatever `show` can show. */
export type Showable = Figure | Picture | Table;

export function isPicture(showable: Showable): showable is Picture {
  return 'png' in showable;
}

export function isTable(showable: Showable): showable is Table {
  return 'html' in showable;
}

/** The first line of a figure's title as plain text; empty if it has none. */
export function titleOf({ layout }: Figure): string {
  return plainText(titleText(layout.title).split(/<br/i)[0]);
}

/** What a figure shows: its own alt text, else its title and the titles of its axes. */
export function altText(figure: Figure): string {
  if (figure.alt !== undefined) checkTexts({ alt: figure.alt }, PlotError);
  if (figure.alt) return figure.alt;
  const { xaxis, yaxis } = figure.layout;
  const axes = [yaxis, xaxis].map((axis) => plainText(titleText(axis?.title))).filter(Boolean);
  return [titleOf(figure) || 'figure', axes.join(' against ')].filter(Boolean).join(': ');
}

/** Plotly's pseudo-HTML (`a<sup>2</sup> &lt; b`) as text. */
export function plainText(text: string): string {
  return text
    .replace(/<br\s*\/?>/gi, ' ')
    .replace(/<\/?[a-z][^>]*>/gi, '')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&#36;/g, '$')
    .replace(/&amp;/g, '&');
}

function titleText(title: string | { text?: string } | undefined): string {
  return (typeof title === 'string' ? title : title?.text) ?? '';
}

/** @throws PlotError for what is no figure, picture or table */
export function expectShowable(showable: Showable): void {
  if (typeof showable === 'object' && showable !== null) {
    if (isPicture(showable) || isTable(showable)) return;
    const { data, layout } = showable;
    const isDrawn = Array.isArray(data) && data.every((one) => typeof one === 'object' && one);
    if (isDrawn && typeof layout === 'object' && layout !== null) return;
  }
  throw new PlotError(`expected a figure, picture or table, got ${described(showable)}`);
}
