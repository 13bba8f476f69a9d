import { altText, type Figure, isPicture, isTable, type Picture, type Showable } from './figure';
import type { DisplayBundle } from './notebook';
import { preparedPng } from './png';
import { prepare } from './prepare';

/**
 * All forms of an output, so that every viewer finds one that it can show: plotly's JSON (VS Code,
 * JupyterLab with plotly's extension), a PNG (GitHub, the classic Notebook, a PDF) and text.
 */
export function bundle(showable: Showable): DisplayBundle {
  if (isTable(showable)) {
    return { data: { 'text/html': showable.html, 'text/plain': showable.text }, metadata: {} };
  }
  return isPicture(showable) ? pictureBundle(showable) : figureBundle(showable);
}

function pictureBundle({ png, width, height, alt }: Picture): DisplayBundle {
  return {
    data: { 'image/png': Buffer.from(png).toString('base64'), 'text/plain': alt },
    metadata: { 'image/png': { width, height, alt } },
  };
}

function figureBundle(figure: Figure): DisplayBundle {
  const prepared = prepare(figure);
  const { width, height } = prepared.layout;
  const alt = altText(figure);
  const picture = pictureBundle({ png: preparedPng(prepared), width, height, title: '', alt });
  return {
    data: { 'application/vnd.plotly.v1+json': prepared, ...picture.data },
    metadata: picture.metadata,
  };
}
