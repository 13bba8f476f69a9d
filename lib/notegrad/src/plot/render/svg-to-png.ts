import { FONT_FAMILY, fontFiles } from './fonts';

/**
 * Letters beyond those of notegrad's font (Latin, Greek, Cyrillic, Armenian, Hebrew, Arabic, Georgian,
 * symbols): only for them are the fonts of the machine read, as a figure is to be the same everywhere.
 */
const FOREIGN =
  /[^\s -\u06ff\u10a0-\u10ff\u1d00-\u2bff\ufb00-\ufdff\ufe70-\ufeff\u{1d400}-\u{1d7ff}]/u;

/**
 * Draws plotly's SVG as a PNG of at most 256 colours: a third of the size, and no eye sees it.
 *
 * @param scale device pixels a CSS pixel
 */
export async function svgToPng(svg: string, scale: number): Promise<Uint8Array> {
  const { Resvg }: typeof import('@resvg/resvg-js') = require('@resvg/resvg-js');
  const sharp: typeof import('sharp')['default'] = require('sharp');
  const drawing = new Resvg(forResvg(svg), {
    fitTo: { mode: 'zoom', value: scale },
    font: {
      fontFiles: fontFiles(),
      loadSystemFonts: FOREIGN.test(svg),
      defaultFontFamily: FONT_FAMILY,
    },
  }).render();
  const { width, height } = drawing;
  return sharp(drawing.pixels, { raw: { width, height, channels: 4 } })
    .flatten({ background: '#ffffff' })
    .png({ palette: true, colours: 256, dither: 0, compressionLevel: 9, effort: 4 })
    .toBuffer();
}

/** Says in resvg's words what plotly says in a browser's. */
function forResvg(svg: string): string {
  return svg
    .replace(/url\((?:'|&quot;|&apos;)([^)]*?)(?:'|&quot;|&apos;)\)/g, 'url($1)')
    .replace(/image-rendering:\s*pixelated/g, 'image-rendering: optimizeSpeed')
    .replace(/font-family:[^;"]*(?:&quot;[^;"]*&quot;[^;"]*)*/g, `font-family: ${FONT_FAMILY}`);
}
