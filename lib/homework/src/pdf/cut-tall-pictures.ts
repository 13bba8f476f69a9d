/** A picture that fits on a page at this share of its size is made smaller, and not cut. */
export const LEAST_SCALE_OF_WHOLE = 0.85;

/** A picture that was higher than a page. */
export interface TallPicture {
  readonly part: number;
  /** What of its size it has, where it is still one. */
  readonly scale?: number;
}

/**
 * Runs in the page: a picture that is higher than a page, such as a grid of images with their captions,
 * is cut where it has rows of nothing, so that its words keep their size. One without such rows is made
 * smaller.
 *
 * @param highest how high a picture may be, in CSS pixels
 */
export function cutTallPictures(highest: number, leastScale: number): readonly TallPicture[] {
  const LARGEST_SLICE = highest / 3;
  const SMALLEST_SLICE = 60;
  const SMALLEST_GAP = 4;
  const tall: TallPicture[] = [];
  for (const image of document.querySelectorAll<HTMLImageElement>('main > .part img')) {
    const { width } = image.getBoundingClientRect();
    const height = (width * image.naturalHeight) / image.naturalWidth;
    if (!(height > highest)) continue;
    const whole = highest / height;
    const isCuttable = whole < leastScale && !image.closest('table, .turned');
    const edges = isCuttable ? [0, ...cutsOf(image, width, height), height] : [0, height];
    const isCut = edges.every((edge, i) => i === 0 || edge - edges[i - 1] <= highest);
    if (isCut) cut(image, width, edges);
    else image.style.cssText += `; max-height: ${highest}px !important; object-fit: contain`;
    const part = Number(image.closest<HTMLElement>('.part')?.dataset.part);
    tall.push({ part, ...(!isCut && { scale: whole }) });
    if (isCut) image.remove();
  }
  return tall;

  /** Where to cut, from the top, in rising order. */
  function cutsOf(image: HTMLImageElement, width: number, height: number): readonly number[] {
    const gaps = gapsOf(image, width, height);
    const between = (top: number, bottom: number): readonly number[] => {
      if (bottom - top <= LARGEST_SLICE) return [];
      const distance = ({ middle }: Gap) => Math.abs(middle - (top + bottom) / 2);
      const [widest] = gaps
        .filter(({ middle }) => middle - top > SMALLEST_SLICE && bottom - middle > SMALLEST_SLICE)
        .sort((a, b) => b.size - a.size || distance(a) - distance(b));
      if (!widest) return [];
      return [...between(top, widest.middle), widest.middle, ...between(widest.middle, bottom)];
    };
    return between(0, height);
  }

  interface Gap {
    readonly middle: number;
    readonly size: number;
  }

  /** Rows of the ground's colour alone, in CSS pixels. */
  function gapsOf(image: HTMLImageElement, width: number, height: number): readonly Gap[] {
    const ALIKE = 8;
    const canvas = document.createElement('canvas');
    canvas.width = Math.ceil(width);
    canvas.height = Math.floor(height);
    const pen = canvas.getContext('2d', { willReadFrequently: true })!;
    pen.fillStyle = 'white';
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(image, 0, 0, canvas.width, canvas.height);
    const { data } = pen.getImageData(0, 0, canvas.width, canvas.height);
    const rowLength = 4 * canvas.width;
    const isEmpty = (row: number) => {
      const pixels = data.subarray(row * rowLength, (row + 1) * rowLength);
      return pixels.every((value, i) => Math.abs(value - data[i % 4]) < ALIKE);
    };
    const gaps: Gap[] = [];
    let start: number | undefined;
    for (let row = 0; row <= canvas.height; row++) {
      const empty = row < canvas.height && isEmpty(row);
      if (empty) start ??= row;
      else if (start !== undefined) {
        const size = row - start;
        if (size >= SMALLEST_GAP) gaps.push({ middle: start + Math.floor(size / 2), size });
        start = undefined;
      }
    }
    return gaps;
  }

  /** Slices below each other in place of the picture, between which a page may end. */
  function cut(image: HTMLImageElement, width: number, edges: readonly number[]): void {
    const slices = edges.slice(1).map((bottom, i) => {
      const slice = image.cloneNode() as HTMLImageElement;
      slice.classList.add('slice');
      if (i > 0) slice.alt = `The picture goes on (${i + 1} of ${edges.length - 1}).`;
      slice.style.cssText += `; width: ${width}px !important; height: ${bottom - edges[i]}px !important;
        object-fit: cover; object-position: 0 ${-edges[i]}px`;
      return slice;
    });
    image.before(...slices);
    for (let box = image.parentElement; box?.closest('.part'); box = box.parentElement) {
      box.style.breakInside = 'auto';
    }
  }
}
