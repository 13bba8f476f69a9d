import type { Figure } from '../../lib/notegrad/src/plot/figure';
import { prepare } from '../../lib/notegrad/src/plot/prepare';
import { openPlotlyPage, type PlotlyPage } from '../../lib/notegrad/src/plot/render/plotly-page';

/** What of a drawn figure tests look at: plotly's SVG. */
export interface DrawnFigure {
  /** The texts of the elements that a CSS selector finds, as a reader sees them. */
  texts(selector: string): string[];
  /** How many elements a CSS selector finds. */
  count(selector: string): number;
}

let page: PlotlyPage | undefined;

/** Draws a figure as `png` does, up to the SVG. */
export async function drawnFigure(figure: Figure): Promise<DrawnFigure> {
  page ??= openPlotlyPage();
  const { document, plotly } = page;
  const div = document.createElement('div');
  document.body.append(div);
  const { data, layout } = prepare(figure);
  await plotly.newPlot(div, data, layout, { staticPlot: true });
  const root = document.createElement('div');
  root.innerHTML = div.innerHTML;
  plotly.purge(div);
  div.remove();
  return {
    texts: (selector) => [...root.querySelectorAll(selector)].map(textOf),
    count: (selector) => root.querySelectorAll(selector).length,
  };
}

/** The lines of a text with a blank between them. */
function textOf(element: Element): string {
  const lines = [...element.querySelectorAll('tspan.line')];
  return (lines.length > 0 ? lines : [element]).map((part) => part.textContent ?? '').join(' ');
}
