import { FONT_FAMILY, fontFiles } from './fonts';

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
      loadSystemFonts: false,
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
