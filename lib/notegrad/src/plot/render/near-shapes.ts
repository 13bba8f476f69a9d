type Point = readonly [x: number, y: number];

interface Bounds {
  readonly low: Point;
  readonly high: Point;
}

/** How far outside of the picture a shape may go, in CSS pixels. */
const MARGIN = 100;

/**
 * Keeps what is drawn in the axes of a plotly figure near the picture.
 *
 * A run that diverged is drawn to far outside of its axes and clipped there. resvg 0.4x cannot do
 * so: where something half transparent lies in a clipped group that reaches far outside, it loses
 * that, or panics and takes the process with it. So lines are clipped here, exactly, areas are cut
 * short, and what nobody sees is left out: markers and curved shapes.
 */
export function keepShapesNear(figure: Element, width: number, height: number): void {
  const bounds: Bounds = { low: [-MARGIN, -MARGIN], high: [width + MARGIN, height + MARGIN] };
  for (const path of figure.querySelectorAll('.cartesianlayer path')) {
    const at = /^translate\(([^,)]*),([^)]*)\)/.exec(path.getAttribute('transform') ?? '');
    const d = path.getAttribute('d') ?? '';
    if (at) {
      if (isOutside([Number(at[1]), Number(at[2])], bounds)) path.remove();
    } else if (!isStraight(d)) {
      if (farthest(d) > 2 * Math.max(...bounds.high)) path.remove();
    } else {
      const lines = polylines(d);
      if (lines.flat().some((point) => isOutside(point, bounds))) {
        path.setAttribute('d', near(lines, d.includes('Z'), bounds));
      }
    }
  }
}

function isOutside([x, y]: Point, { low, high }: Bounds): boolean {
  return x < low[0] || y < low[1] || x > high[0] || y > high[1];
}

/** Whether a path has absolute straight commands only, as plotly's lines, areas and bars have. */
function isStraight(d: string): boolean {
  return /^[MLHVZ\d\s.,e+-]*$/.test(d);
}

function farthest(d: string): number {
  const numbers = d.match(/[\d.]+(?:e[-+]?\d+)?/g) ?? [];
  return numbers.reduce((most, text) => Math.max(most, Number(text)), 0);
}

/** The corners of each part of a straight path. */
function polylines(d: string): Point[][] {
  const lines: Point[][] = [];
  let [x, y] = [0, 0];
  for (const [, command, list] of d.matchAll(/([MLHV])([^MLHVZ]*)/g)) {
    const values = list.trim().split(/[\s,]+/);
    if (command === 'M') lines.push([]);
    for (let i = 0; i < values.length; ) {
      if (command !== 'V') x = Number(values[i++]);
      if (command !== 'H') y = Number(values[i++]);
      lines[lines.length - 1].push([x, y]);
    }
  }
  return lines;
}

function near(lines: readonly (readonly Point[])[], isClosed: boolean, bounds: Bounds): string {
  return lines
    .map((line) => (isClosed ? cutArea(line, bounds) : clippedLine(line, bounds)))
    .join('');
}

/** Outside, where an area is not seen, its form does not matter. */
function cutArea(line: readonly Point[], { low, high }: Bounds): string {
  const inside = (value: number, axis: 0 | 1) => Math.max(low[axis], Math.min(high[axis], value));
  return `M${line.map(([x, y]) => `${inside(x, 0)},${inside(y, 1)}`).join('L')}Z`;
}

function clippedLine(line: readonly Point[], bounds: Bounds): string {
  let path = '';
  let at: Point | undefined;
  for (let i = 1; i < line.length; i++) {
    const segment = clippedSegment(line[i - 1], line[i], bounds);
    if (!segment) continue;
    const [from, to] = segment;
    if (at?.[0] !== from[0] || at[1] !== from[1]) path += `M${from[0]},${from[1]}`;
    path += `L${to[0]},${to[1]}`;
    at = to;
  }
  return path;
}

/** The part of a segment within the bounds (Liang and Barsky, 1984). */
function clippedSegment(from: Point, to: Point, { low, high }: Bounds): [Point, Point] | undefined {
  let [start, end] = [0, 1];
  for (const axis of [0, 1]) {
    const step = to[axis] - from[axis];
    const [toLow, toHigh] = [low[axis] - from[axis], high[axis] - from[axis]];
    if (step === 0) {
      if (toLow > 0 || toHigh < 0) return undefined;
      continue;
    }
    const [enter, leave] = step > 0 ? [toLow / step, toHigh / step] : [toHigh / step, toLow / step];
    start = Math.max(start, enter);
    end = Math.min(end, leave);
  }
  if (start > end) return undefined;
  const pointAt = (share: number): Point => [
    from[0] + share * (to[0] - from[0]),
    from[1] + share * (to[1] - from[1]),
  ];
  return [start === 0 ? from : pointAt(start), end === 1 ? to : pointAt(end)];
}
