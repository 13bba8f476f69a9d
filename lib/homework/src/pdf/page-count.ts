/** How many pages a PDF has: the largest count in its tree of pages, whose root counts all. */
export function pageCount(pdf: Uint8Array): number {
  const text = Buffer.from(pdf.buffer, pdf.byteOffset, pdf.byteLength).toString('latin1');
  const nodes = text.matchAll(/\/Type\s*\/Pages\b[^>]*?\/Count\s+(\d+)/g);
  return Math.max(0, ...[...nodes].map(([, count]) => Number(count)));
}
