import type { Plot } from 'nodeplotlib';
import { PlotError } from '../errors';
import type { Figure } from './figure';
import { inNotebook } from './notebook';
import { prepare } from './prepare';

/**
 * Opens a figure in a browser window by nodeplotlib, for a script that a person runs. It starts a
 * local server that keeps the process alive until the window has been opened, and the page fetches
 * plotly.js from the network.
 *
 * @throws in a notebook (`show` it there), and where there is no screen
 */
export function openWindow(figure: Figure): void {
  if (inNotebook()) throw new PlotError('no window is opened from a notebook: use show(figure)');
  const isLinux = process.platform === 'linux';
  const hasScreen = !isLinux || process.env.DISPLAY || process.env.WAYLAND_DISPLAY;
  if (process.env.CI || !hasScreen) {
    throw new PlotError('there is no screen to open a window on: use savePng or saveHtml');
  }
  const { data, layout, config } = prepare(figure);
  const { plot }: typeof import('nodeplotlib') = require('nodeplotlib');
  plot(data as Plot[], layout, config);
}
