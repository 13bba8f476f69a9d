import { isInView, type View } from './bulk-view';
import type { PointClass } from './class-points';
import { type Annotations, escapeMarkup } from './house-style';
import { quantile } from './values';
import { wrapped } from './wrapped';

/** CSS pixels: a letter's mean width and a line's height at the size of a name, and its padding. */
const LETTER_WIDTH = 7.8;
const LINE_HEIGHT = 17;
const PADDING = 8;
const NAME_LENGTH = 18;

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * The name of each class at its centre, the median of its points in the view on both axes. Names
 * that would lie over each other are moved apart.
 *
 * @param width CSS pixels of the view
 */
export function centreNames(
  classes: readonly PointClass[],
  view: View,
  width: number,
  height: number,
): Annotations[] {
  const taken: Box[] = [];
  return classes.flatMap(({ name, xs, ys, color }) => {
    const seen = Array.from(xs.keys()).filter((i) => isInView(xs[i], ys[i], view));
    if (seen.length === 0) return [];
    const at = (values: readonly number[]) =>
      quantile(
        seen.map((i) => values[i]),
        0.5,
      );
    const [x, y] = [at(xs), at(ys)];
    const lines = wrapped(name, NAME_LENGTH);
    const longest = Math.max(...lines.map(({ length }) => length));
    const box = {
      x: ((x - view.x[0]) / (view.x[1] - view.x[0])) * width,
      y: ((y - view.y[0]) / (view.y[1] - view.y[0])) * height,
      width: longest * LETTER_WIDTH + PADDING,
      height: lines.length * LINE_HEIGHT + PADDING / 2,
    };
    const free = freePlace(box, taken);
    taken.push(free);
    return [
      {
        x,
        y,
        xshift: free.x - box.x,
        yshift: free.y - box.y,
        text: lines.map((line) => `<b>${escapeMarkup(line)}</b>`).join('<br>'),
        font: { size: 12, color },
        bgcolor: 'rgba(255, 255, 255, 0.85)',
        bordercolor: color,
        borderwidth: 1,
        borderpad: 2,
        showarrow: false,
      },
    ];
  });
}

/** The nearest place, on rings about the box's own, where it lies over no other. */
function freePlace(box: Box, taken: readonly Box[]): Box {
  for (let ring = 0; ring < 30; ring++) {
    for (let turn = 0; turn < Math.max(1, 8 * ring); turn++) {
      const angle = (2 * Math.PI * turn) / Math.max(1, 8 * ring);
      const moved = {
        ...box,
        x: box.x + 6 * ring * Math.sin(angle),
        y: box.y + 6 * ring * Math.cos(angle),
      };
      if (!taken.some((other) => overlap(moved, other))) return moved;
    }
  }
  return box;
}

function overlap(a: Box, b: Box): boolean {
  return (
    2 * Math.abs(a.x - b.x) < a.width + b.width && 2 * Math.abs(a.y - b.y) < a.height + b.height
  );
}
