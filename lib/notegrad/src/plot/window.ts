import { PlotError } from '../errors';
import { optionalPackage } from '../optional-package';
import { inNotebook } from '../tslab';
import type { Figure } from './figure';
import type { Plot } from './plotly-types';
import { prepare } from './prepare';

/**
 * Opens a figure in a browser window by nodeplotlib, for a script that a person runs. It starts a
 * local server that keeps the process alive until the window has been opened, and the page fetches
 * plotly.js from the network.
 *
 * @throws in a notebook (`show` it there), where there is no screen, and where nodeplotlib is not
 *   installed
 */
export function openWindow(figure: Figure): void {
  if (inNotebook()) throw new PlotError('no window is opened from a notebook: use show(figure)');
  const isLinux = process.platform === 'linux';
  const hasScreen = !isLinux || process.env.DISPLAY || process.env.WAYLAND_DISPLAY;
  if (process.env.CI || !hasScreen) {
    throw new PlotError('there is no screen to open a window on: use savePng or saveHtml');
  }
  const { data, layout, config } = prepare(figure);
  const { plot } = optionalPackage<typeof import('nodeplotlib')>('nodeplotlib', 'opens windows');
  plot(data as Plot[], layout, config);
}
