import { join } from 'node:path';
import { PlotError } from '../../errors';

/** The font of every figure; it comes with notegrad, so that a figure is the same everywhere. */
export const FONT_FAMILY = 'DejaVu Sans';

/** The font's files: regular, bold, oblique. */
export function fontFiles(): string[] {
  const folder = join(__dirname, '../../../vendor/dejavu-sans');
  return ['DejaVuSans', 'DejaVuSans-Bold', 'DejaVuSans-Oblique'].map((name) =>
    join(folder, `${name}.ttf`),
  );
}

let registered = false;

/** The canvas library, knowing the font. */
export function canvasLibrary(): typeof import('@napi-rs/canvas') {
  const canvas: typeof import('@napi-rs/canvas') = require('@napi-rs/canvas');
  if (!registered) {
    for (const file of fontFiles()) {
      if (!canvas.GlobalFonts.registerFromPath(file, FONT_FAMILY)) {
        throw new PlotError(`cannot read the font ${file}: run npm ci again`);
      }
    }
    registered = true;
  }
  return canvas;
}
