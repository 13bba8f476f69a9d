import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { checkTexts } from '../checks';
import { PlotError } from '../errors';
import { altText, expectShowable, type Figure, isPicture, type Picture, titleOf } from './figure';
import { escapeHtml } from './html';
import { png } from './png';
import { prepare } from './prepare';

/**
 * Writes a figure or picture as a PNG file at twice its size in CSS pixels. Folders are made.
 *
 * @returns the file's name
 */
export function savePng(showable: Figure | Picture, file: string): string {
  expectShowable(showable);
  return write(file, png(showable));
}

/**
 * Writes a figure as an HTML page that needs no network: one can zoom in it and read values off.
 * It holds plotly.js, so it is about 5 MB. A picture becomes a page with that picture.
 *
 * @returns the file's name
 */
export function saveHtml(showable: Figure | Picture, file: string): string {
  expectShowable(showable);
  return write(file, isPicture(showable) ? picturePage(showable) : figurePage(showable));
}

function picturePage({ png, width, height, title, alt }: Picture): string {
  const source = `data:image/png;base64,${Buffer.from(png).toString('base64')}`;
  const size = `width="${width}" height="${height}"`;
  return page(title, `<img src="${source}" ${size} alt="${escapeHtml(alt)}">`);
}

function figurePage(figure: Figure): string {
  const plotly = readFileSync(require.resolve('plotly.js-dist-min'), 'utf8');
  const { data, layout, config } = prepare(figure);
  const values = [data, layout, config].map((value) => JSON.stringify(value)).join(', ');
  const label = `role="img" aria-label="${escapeHtml(altText(figure))}"`;
  return page(
    titleOf(figure),
    `<div id="figure" ${label}></div>
<script>${scriptSafe(plotly)}</script>
<script>Plotly.newPlot('figure', ${scriptSafe(values)});</script>`,
  );
}

/** A script ends at its first `</script`, wherever that is written. */
function scriptSafe(code: string): string {
  return code.replace(/<\/(?=script)/gi, '<\\/').replace(/<!--/g, '<\\!--');
}

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${escapeHtml(title)}</title></head>
<body>
${body}
</body>
</html>
`;
}

function write(file: string, content: string | Uint8Array): string {
  checkTexts({ file }, PlotError);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  return file;
}
