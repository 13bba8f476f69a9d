import { createCanvas, loadImage } from '@napi-rs/canvas';

/** A decoded PNG file. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  at(x: number, y: number): [red: number, green: number, blue: number];
  /** How many pixels differ from `#rrggbb` by at most `tolerance` in each channel. */
  count(color: string, tolerance?: number): number;
}

export async function decodePng(png: Uint8Array): Promise<Pixels> {
  const image = await loadImage(Buffer.from(png));
  const { width, height } = image;
  const context = createCanvas(width, height).getContext('2d');
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, width, height);
  return {
    width,
    height,
    at(x, y) {
      const i = 4 * (y * width + x);
      return [data[i], data[i + 1], data[i + 2]];
    },
    count(color, tolerance = 8) {
      const channels = [1, 3, 5].map((i) => Number.parseInt(color.slice(i, i + 2), 16));
      let count = 0;
      for (let i = 0; i < data.length; i += 4) {
        if (channels.every((value, c) => Math.abs(data[i + c] - value) <= tolerance)) count++;
      }
      return count;
    },
  };
}
