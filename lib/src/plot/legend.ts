import type { Layout } from 'nodeplotlib';

/** A legend under the axes, over the whole width: names of any length have room. */
export const LEGEND_BELOW = {
  orientation: 'h',
  x: 0.5,
  xanchor: 'center',
  y: 0,
  yref: 'container',
  yanchor: 'bottom',
} as Layout['legend'];
