import { PDFArray, PDFDict, type PDFDocument, PDFName, PDFRef } from '@pdfme/pdf-lib';

/** On which page, from 1, each place of a PDF is that a link leads to by name. */
export function pagesOfNames(pdf: PDFDocument): Readonly<Record<string, number>> {
  const pages = new Map(pdf.getPages().map(({ ref }, i) => [ref, i + 1]));
  const places = pdf.catalog.lookupMaybe(PDFName.of('Dests'), PDFDict)?.entries() ?? [];
  return Object.fromEntries(
    places.flatMap(([name, value]) => {
      const place = pdf.context.lookup(value);
      const page = place instanceof PDFArray && place.get(0);
      return page instanceof PDFRef ? [[name.decodeText(), pages.get(page) ?? 0]] : [];
    }),
  );
}
