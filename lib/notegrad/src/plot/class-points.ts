import { random } from '../data/random';
import { permutation } from '../data/shuffle';
import type { Points } from './bulk-view';
import { legendName } from './legend';
import type { Plot } from './plotly-types';
import { rounded } from './values';

/** The points of a class and how they are drawn. */
export interface PointClass extends Points {
  readonly name: string;
  readonly color: string;
  readonly symbol: string;
}

export interface PointStyle {
  /** CSS pixels. */
  readonly size: number;
  readonly opacity: number;
}

const SEED = 20;
const MOST_LAYERS = 8;

/**
 * Points in shuffled order, so that no class covers the others: they are dealt at random into
 * layers one over the other, and in each layer the classes come in another order. Each layer is a
 * trace a class (plotly draws a trace at a time), all of a class under one name in the legend.
 */
export function shuffledTraces(classes: readonly PointClass[], style: PointStyle): Plot[] {
  const filled = classes.flatMap((own, id) => (own.xs.length > 0 ? [{ ...placed(own), id }] : []));
  const numPoints = filled.reduce((sum, { xs }) => sum + xs.length, 0);
  const numLayers =
    filled.length > 1
      ? Math.max(1, Math.min(MOST_LAYERS, Math.round(Math.sqrt(numPoints / filled.length) / 2)))
      : 1;
  const decks = filled.map(({ xs, id }) => permutation(xs.length, random(SEED, id)));
  const isNamed = new Set<number>();
  return Array.from({ length: numLayers }, (_, layer) => layer).flatMap((layer) =>
    Array.from(permutation(filled.length, random(SEED, -1 - layer))).flatMap((place): Plot[] => {
      const own = filled[place];
      const members = Array.from(decks[place])
        .filter((_, rank) => (rank + place) % numLayers === layer)
        .sort((a, b) => a - b);
      if (members.length === 0) return [];
      const isFirst = !isNamed.has(own.id);
      isNamed.add(own.id);
      return [pointTrace(own, members, style, isFirst)];
    }),
  );
}

/** Points in the order of their classes: a later class covers an earlier one. */
export function orderedTraces(classes: readonly PointClass[], style: PointStyle): Plot[] {
  return classes.flatMap((own, id) =>
    own.xs.length > 0
      ? [pointTrace({ ...placed(own), id }, Array.from(own.xs.keys()), style, true)]
      : [],
  );
}

function placed(own: PointClass): PointClass {
  return { ...own, xs: rounded(own.xs), ys: rounded(own.ys) };
}

function pointTrace(
  { name, xs, ys, color, symbol, id }: PointClass & { readonly id: number },
  members: readonly number[],
  { size, opacity }: PointStyle,
  isNamed: boolean,
): Plot {
  return {
    type: 'scatter',
    mode: 'markers',
    name: legendName(name),
    x: members.map((i) => xs[i]),
    y: members.map((i) => ys[i]),
    marker: { color, symbol, size, opacity },
    legendgroup: String(id),
    ...(isNamed ? { legendrank: 1000 + id } : { showlegend: false }),
  } as Plot;
}
