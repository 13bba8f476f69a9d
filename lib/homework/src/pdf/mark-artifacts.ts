import {
  decodePDFRawStream,
  type PDFDocument,
  PDFName,
  type PDFPage,
  PDFRawStream,
  type PDFRef,
} from '@pdfme/pdf-lib';

const MARKED = /^\/\w+ <<\/MCID (\d+) >>BDC$/;
const BEGINS = /\b(?:BDC|BMC)$/;
const SHOWS_MORE_THAN_LINES = /(?:T[jJ]|\bDo|\bEI|\bsh)$/;
const STARTS_PATH = /(?:^|\s)(?:re|m)$/;
const ENDS_PATH = /^(?:f\*?|F|[sS]|[bB]\*?|n|W\*? n)$/;

/**
 * Marks all that Chromium paints outside the tree of tags (running heads, spaces between words) as
 * artifacts, and so what is in the tree but is only lines and areas: rules of tables, backgrounds.
 * Chromium writes one operator a line, except within words.
 *
 * @param isMeant whether the lines of a mark are what it is about, as in a drawing
 * @returns by page, the numbers of the marks that are artifacts now
 */
export function markArtifacts(
  pdf: PDFDocument,
  isMeant: (page: PDFRef, mark: number) => boolean,
): ReadonlyMap<PDFRef, ReadonlySet<number>> {
  const artifacts = new Map<PDFRef, ReadonlySet<number>>();
  for (const page of pdf.getPages()) {
    const content = page.node.Contents();
    if (!(content instanceof PDFRawStream)) continue;
    const lines = Buffer.from(decodePDFRawStream(content).decode()).toString('latin1').split('\n');
    const plain = onlyLines(lines).filter((mark) => !isMeant(page.ref, mark));
    artifacts.set(page.ref, new Set(plain));
    const marked = lines.map((line) => {
      const [, mark] = MARKED.exec(line) ?? [];
      return mark !== undefined && plain.includes(Number(mark)) ? '/Artifact BMC' : line;
    });
    replaceContent(pdf, page, wrapUnmarked(marked).join('\n'));
  }
  return artifacts;
}

/** Marks within which no word and no picture is shown. */
function onlyLines(lines: readonly string[]): readonly number[] {
  const marks: number[] = [];
  let mark: number | undefined;
  let depth = 0;
  let isPlain = true;
  for (const line of lines) {
    if (BEGINS.test(line)) {
      const [, number] = MARKED.exec(line) ?? [];
      if (depth === 0) [mark, isPlain] = [number === undefined ? undefined : Number(number), true];
      depth++;
    } else if (line === 'EMC') {
      depth--;
      if (depth === 0 && isPlain && mark !== undefined) marks.push(mark);
    } else if (SHOWS_MORE_THAN_LINES.test(line)) isPlain = false;
  }
  return marks;
}

/** Each path, text object and picture that stands in no mark is put in one. */
function wrapUnmarked(lines: readonly string[]): readonly string[] {
  const wrapped: string[] = [];
  let depth = 0;
  let open: RegExp | undefined;
  for (const line of lines) {
    if (!open && depth === 0) {
      if (line === 'BT') open = /^ET$/;
      else if (STARTS_PATH.test(line)) open = ENDS_PATH;
      else if (/\b(?:Do|sh)$/.test(line)) open = /$/;
      if (open) wrapped.push('/Artifact BMC');
    }
    wrapped.push(line);
    if (open?.test(line)) {
      wrapped.push('EMC');
      open = undefined;
    } else if (BEGINS.test(line)) depth++;
    else if (line === 'EMC') depth--;
  }
  return wrapped;
}

function replaceContent(pdf: PDFDocument, page: PDFPage, content: string): void {
  const stream = pdf.context.flateStream(Buffer.from(content, 'latin1'));
  const old = page.node.get(PDFName.of('Contents'));
  pdf.context.assign(old as PDFRef, stream);
}
