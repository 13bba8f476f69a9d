import { type Figure, isPicture, type Picture } from './figure';
import { type PreparedFigure, prepare } from './prepare';
import { render } from './render/renderer';

/** Device pixels a CSS pixel: sharp on paper and on dense screens. */
export const PIXEL_RATIO = 2;

/** A figure or picture as a PNG file. */
export function png(showable: Figure | Picture): Uint8Array {
  return isPicture(showable) ? showable.png : preparedPng(prepare(showable));
}

export function preparedPng({ data, layout }: PreparedFigure): Uint8Array {
  return render({ data, layout, scale: PIXEL_RATIO });
}
