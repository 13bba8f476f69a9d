import { escapeMarkup } from './house-style';
import type { Layout } from './plotly-types';
import { wrapped } from './wrapped';

/** A legend under the axes, over the whole width: names of any length have room. */
export const LEGEND_BELOW = {
  orientation: 'h',
  x: 0.5,
  xanchor: 'center',
  y: 0,
  yref: 'container',
  yanchor: 'bottom',
} as Layout['legend'];

/** Letters of a name that fit beside each other. */
const NAME_LENGTH = 80;

/** A name as the legend shows it: as it is written, a long one in lines. */
export function legendName(name: string): string {
  return wrapped(name, NAME_LENGTH).map(escapeMarkup).join('<br>');
}
