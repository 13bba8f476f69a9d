/**
 * An SVG whose shapes stay near the picture.
 *
 * A run that diverged is drawn to far outside of its axes and clipped there. resvg 0.4x cannot: where
 * something half transparent lies in a clipped group that reaches more than two pictures outside, it
 * panics and takes the process with it. So lines are clipped here, exactly, and far markers left out.
 *
 * @param reach how far from its origin a shape may go, in CSS pixels
 */
export function nearPaths(svg: string, reach: number): string {
  const isFar = (numbers: string) =>
    (numbers.match(/-?[\d.]+(?:e[-+]?\d+)?/g) ?? []).some((text) => Math.abs(Number(text)) > reach);
  return svg
    .replace(/ d="([^"]*)"/g, (whole, d) => (isFar(d) ? ` d="${nearPath(d, reach)}"` : whole))
    .replace(/<path\b[^>]*\btransform="translate\(([^)]*)\)[^>]*\/>/g, (whole, at) =>
      isFar(at) ? '' : whole,
    );
}

type Point = readonly [x: number, y: number];

function nearPath(d: string, reach: number): string {
  if (!/^[MLHVZ\d\s.,e+-]*$/.test(d)) return '';
  const lines = polylines(d);
  if (d.includes('Z')) return lines.map((line) => closedPath(line, reach)).join('');
  return lines.map((line) => clippedLine(line, reach)).join('');
}

/** The corners of each part of a path of absolute straight commands. */
function polylines(d: string): Point[][] {
  const lines: Point[][] = [];
  let [x, y] = [0, 0];
  for (const [, command, list] of d.matchAll(/([MLHV])([^MLHVZ]*)/g)) {
    const values = list
      .trim()
      .split(/[\s,]+/)
      .map(Number);
    if (command === 'M') lines.push([]);
    for (let i = 0; i < values.length; ) {
      if (command !== 'V') x = values[i++];
      if (command !== 'H') y = values[i++];
      lines[lines.length - 1].push([x, y]);
    }
  }
  return lines;
}

/** An area: what is far outside may take any form there. */
function closedPath(line: readonly Point[], reach: number): string {
  const near = (value: number) => Math.max(-reach, Math.min(reach, value));
  return `M${line.map(([x, y]) => `${near(x)},${near(y)}`).join('L')}Z`;
}

function clippedLine(line: readonly Point[], reach: number): string {
  let path = '';
  let at: Point | undefined;
  for (let i = 1; i < line.length; i++) {
    const segment = clippedSegment(line[i - 1], line[i], reach);
    if (!segment) continue;
    const [from, to] = segment;
    if (at?.[0] !== from[0] || at[1] !== from[1]) path += `M${from[0]},${from[1]}`;
    path += `L${to[0]},${to[1]}`;
    at = to;
  }
  return path;
}

/** The part of a segment within the square of `reach` (Liang and Barsky, 1984). */
function clippedSegment(from: Point, to: Point, reach: number): [Point, Point] | undefined {
  let [start, end] = [0, 1];
  for (const axis of [0, 1]) {
    const step = to[axis] - from[axis];
    const [toLow, toHigh] = [-reach - from[axis], reach - from[axis]];
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
