import type { PDFDocument, PDFRef } from '@pdfme/pdf-lib';
import { around, type Box, markedBoxes } from './content-boxes';
import { type Attribute, isMark, isTag, type Mark, type Tag } from './tag-tree';

/** Tags in which each figure that lies on one page says where (`BBox`), and that it is a block. */
export function placeFigures(pdf: PDFDocument, top: Tag): Tag {
  const boxes = new Map<PDFRef, ReadonlyMap<number, Box>>();
  for (const page of pdf.getPages()) boxes.set(page.ref, markedBoxes(page));
  const place = (tag: Tag): Tag => {
    const kids = tag.kids.map((kid) => (isTag(kid) ? place(kid) : kid));
    const box = tag.type === 'Figure' && boxOf(tag.kids.filter(isMark), boxes);
    const attributes = box ? [...tag.attributes, ...placeOf(box)] : tag.attributes;
    return { ...tag, attributes, kids };
  };
  return place(top);
}

function boxOf(
  marks: readonly Mark[],
  boxes: ReadonlyMap<PDFRef, ReadonlyMap<number, Box>>,
): Box | undefined {
  if (new Set(marks.map(({ page }) => page)).size !== 1) return undefined;
  const parts = marks
    .map(({ page, mark }) => boxes.get(page)?.get(mark))
    .filter((box) => box !== undefined);
  return parts.length > 0 ? parts.reduce(around) : undefined;
}

function placeOf(box: Box): readonly Attribute[] {
  const rounded = box.map((side) => Math.round(100 * side) / 100);
  return [
    { owner: 'Layout', name: 'Placement', value: 'Block' },
    { owner: 'Layout', name: 'BBox', value: rounded },
  ];
}
