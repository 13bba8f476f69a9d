/** An affine map: x' = a·x + c·y + e, y' = b·x + d·y + f (the order of SVG's `matrix`). */
export type Affine = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export const IDENTITY: Affine = [1, 0, 0, 1, 0, 0];
export const NO_BOX: Box = { x: 0, y: 0, width: 0, height: 0 };

/** First `inner`, then `outer`. */
export function compose(outer: Affine, inner: Affine): Affine {
  const [a, b, c, d, e, f] = outer;
  const [A, B, C, D, E, F] = inner;
  return [
    a * A + c * B,
    b * A + d * B,
    a * C + c * D,
    b * C + d * D,
    a * E + c * F + e,
    b * E + d * F + f,
  ];
}

/** The value of an SVG `transform` attribute. */
export function parseTransform(attribute: string | null): Affine {
  let map = IDENTITY;
  for (const [, name, list] of (attribute ?? '').matchAll(/(\w+)\s*\(([^)]*)\)/g)) {
    map = compose(
      map,
      elementary(
        name,
        list
          .trim()
          .split(/[\s,]+/)
          .map(Number),
      ),
    );
  }
  return map;
}

function elementary(name: string, values: readonly number[]): Affine {
  const [p = 0, q, r] = values;
  switch (name) {
    case 'translate':
      return [1, 0, 0, 1, p, q ?? 0];
    case 'scale':
      return [p, 0, 0, q ?? p, 0, 0];
    case 'rotate':
      return rotation(p, q ?? 0, r ?? 0);
    case 'matrix':
      return [values[0], values[1], values[2], values[3], values[4], values[5]];
    default:
      return IDENTITY;
  }
}

function rotation(degrees: number, x: number, y: number): Affine {
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  return [cos, sin, -sin, cos, x - cos * x + sin * y, y - sin * x - cos * y];
}

/** The smallest upright box around the image of `box`. */
export function mapBox([a, b, c, d, e, f]: Affine, { x, y, width, height }: Box): Box {
  const corners = [
    [x, y],
    [x + width, y],
    [x, y + height],
    [x + width, y + height],
  ];
  return boxOfPoints(corners.map(([u, v]) => [a * u + c * v + e, b * u + d * v + f]));
}

export function boxOfPoints(points: readonly (readonly number[])[]): Box {
  if (points.length === 0) return NO_BOX;
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y] of points) {
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/** The smallest box around boxes; empty ones do not count. */
export function union(boxes: readonly Box[]): Box {
  const full = boxes.filter(({ width, height }) => width > 0 || height > 0);
  return boxOfPoints(
    full.flatMap(({ x, y, width, height }) => [
      [x, y],
      [x + width, y + height],
    ]),
  );
}
