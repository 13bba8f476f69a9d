import { svgPathProperties } from 'svg-path-properties';
import {
  type Affine,
  type Box,
  boxOfPoints,
  compose,
  IDENTITY,
  mapBox,
  NO_BOX,
  parseTransform,
  union,
} from './geometry';
import { textBox } from './text-layout';

/** `getBBox`: the box of an SVG element in its own coordinates. */
export function boundingBox(element: Element): Box {
  const number = (name: string) => Number.parseFloat(element.getAttribute(name) ?? '0');
  switch (element.tagName.toLowerCase()) {
    case 'text':
    case 'tspan':
      return textBox(element);
    case 'rect':
    case 'image':
      return {
        x: number('x'),
        y: number('y'),
        width: number('width'),
        height: number('height'),
      };
    case 'circle': {
      const r = number('r');
      return { x: number('cx') - r, y: number('cy') - r, width: 2 * r, height: 2 * r };
    }
    case 'line':
      return boxOfPoints([
        [number('x1'), number('y1')],
        [number('x2'), number('y2')],
      ]);
    case 'path':
      return pathBox(element.getAttribute('d'));
    case 'g':
    case 'a':
    case 'svg':
      return union(
        [...element.children].map((child) => mapBox(ownTransform(child), boundingBox(child))),
      );
    default:
      return NO_BOX;
  }
}

/** `getBoundingClientRect`: the upright box on the page, through all transforms. */
export function clientBox(element: Element): Box {
  let toPage: Affine = IDENTITY;
  for (let at: Element | null = element; at; at = at.parentElement) {
    toPage = compose(ownTransform(at), toPage);
  }
  return mapBox(toPage, boundingBox(element));
}

/** The ends of a path's parts are enough: plotly asks for the boxes of straight paths only. */
function pathBox(d: string | null): Box {
  if (!d) return NO_BOX;
  const parts = new svgPathProperties(d).getParts();
  return boxOfPoints(
    parts.flatMap(({ start, end }) => [
      [start.x, start.y],
      [end.x, end.y],
    ]),
  );
}

function ownTransform(element: Element): Affine {
  return parseTransform(element.getAttribute('transform'));
}
