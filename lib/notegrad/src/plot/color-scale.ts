import { INK } from './house-style';

/** Colours (`#rrggbb`) at places from 0 to 1. */
export type ColorScale = readonly (readonly [place: number, color: string])[];

export type Rgb = readonly [red: number, green: number, blue: number];

/** The colour at a place of a scale, in bytes. */
export function blend(scale: ColorScale, at: number): Rgb {
  const place = Math.max(0, Math.min(1, at));
  const next = Math.max(
    1,
    scale.findIndex(([end]) => end >= place),
  );
  const [[start, from], [end, to]] = [scale[next - 1], scale[next]];
  const share = (place - start) / (end - start);
  const [low, high] = [rgb(from), rgb(to)];
  return [mix(low[0], high[0], share), mix(low[1], high[1], share), mix(low[2], high[2], share)];
}

/** The scale by the square root of a place: what is small differs more from nothing. */
export function bySquareRoot(scale: ColorScale): ColorScale {
  const steps = Array.from({ length: 11 }, (_, i) => i / 10);
  return steps.map((step) => [step * step, hex(blend(scale, step))]);
}

/** The ink, dark or white, that is read on a colour. */
export function inkOn(color: Rgb): string {
  return lightness(color) > 0.55 ? INK : '#ffffff';
}

/** How light a colour looks, from 0 (black) to 1 (white): Rec. 709's luma. */
export function lightness([red, green, blue]: Rgb): number {
  return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255;
}

function hex(color: Rgb): string {
  return `#${color.map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

function rgb(color: string): Rgb {
  const value = Number.parseInt(color.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

function mix(from: number, to: number, share: number): number {
  return Math.round(from + share * (to - from));
}
