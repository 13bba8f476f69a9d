import type { PDFDocument } from '@pdfme/pdf-lib';
import { markArtifacts } from './mark-artifacts';
import { drawings, mendTags } from './mend-tags';
import { type PdfTitle, writeMetadata } from './pdf-metadata';
import { placeFigures } from './place-figures';
import { type Quality, shrinkImages } from './shrink-images';
import { readTags, writeTags } from './tag-tree';

/**
 * Chromium's PDF as PDF/UA-1 wants it, and in fewer bytes: what only decorates is marked as such,
 * the tree of tags follows the standard, the metadata name report and authors, pictures and objects
 * are packed.
 */
export async function finishPdf(
  pdf: PDFDocument,
  title: PdfTitle,
  quality: Quality,
): Promise<Uint8Array> {
  const tags = readTags(pdf);
  if (tags) {
    const drawn = new Set(drawings(tags).map(({ page, mark }) => `${page} ${mark}`));
    const artifacts = markArtifacts(pdf, (page, mark) => drawn.has(`${page} ${mark}`));
    const mended = mendTags(tags, (page, mark) => artifacts.get(page)?.has(mark) ?? false);
    writeTags(pdf, placeFigures(pdf, mended));
  }
  await shrinkImages(pdf, quality);
  writeMetadata(pdf, title);
  return pdf.save({ useObjectStreams: true });
}
