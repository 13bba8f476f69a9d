import {
  decodePDFRawStream,
  PDFArray,
  PDFDict,
  PDFDocument,
  PDFHexString,
  PDFName,
  type PDFPage,
  PDFRawStream,
  PDFString,
} from '@pdfme/pdf-lib';
import { tagsIn } from '../../lib/homework/src/pdf/mend-tags';
import { isMark, isTag, readTags, type Tag } from '../../lib/homework/src/pdf/tag-tree';

const name = (text: string) => PDFName.of(text);

const STANDARD =
  'Document Part Art Sect Div BlockQuote Caption TOC TOCI Index NonStruct Private P H H1 H2 H3 H4 H5 H6 ' +
  'L LI Lbl LBody Table TR TH TD THead TBody TFoot Span Quote Note Reference BibEntry Code Link Annot ' +
  'Figure Formula Form';

/** Where a PDF is not as PDF/UA-1 wants it, as far as is checked here; an empty list if nowhere. */
export async function accessibilityFlaws(bytes: Uint8Array): Promise<readonly string[]> {
  const pdf = await PDFDocument.load(bytes, { updateMetadata: false });
  const top = readTags(pdf);
  if (!top) return ['it has no tags'];
  return [
    ...flawsOfDocument(pdf),
    ...flawsOfTags(pdf, top),
    ...flawsOfContent(pdf, top),
    ...flawsOfAnnotations(pdf),
    ...flawsOfFonts(pdf),
  ];
}

function flawsOfDocument(pdf: PDFDocument): readonly string[] {
  const { catalog } = pdf;
  const marked = catalog.lookupMaybe(name('MarkInfo'), PDFDict)?.lookup(name('Marked'));
  const shown = catalog.lookup(name('ViewerPreferences'), PDFDict).lookup(name('DisplayDocTitle'));
  const metadata = catalog.lookup(name('Metadata'));
  const xmp = metadata instanceof PDFRawStream ? Buffer.from(metadata.contents).toString() : '';
  return [
    ...(String(marked) === 'true' ? [] : ['it is not marked as tagged']),
    ...(catalog.has(name('Lang')) ? [] : ['it has no language']),
    ...(String(shown) === 'true' ? [] : ['its title is not shown']),
    ...(pdf.getTitle() ? [] : ['it has no title']),
    ...(xmp.includes('<pdfuaid:part>1</pdfuaid:part>') ? [] : ['it does not say PDF/UA-1']),
    ...(/<dc:title>.*\S.*<\/dc:title>/.test(xmp) ? [] : ['its metadata have no title']),
    ...(/Chrom|Skia|Mozilla/.test(`${xmp} ${pdf.getProducer()} ${pdf.getCreator()}`)
      ? ['it names the browser']
      : []),
  ];
}

function flawsOfTags(pdf: PDFDocument, top: Tag): readonly string[] {
  const roles = pdf.catalog
    .lookup(name('StructTreeRoot'), PDFDict)
    .lookupMaybe(name('RoleMap'), PDFDict);
  const flaws: string[] = [];
  let level = 0;
  for (const tag of tagsIn(top)) {
    const { type, alt = '', kids } = tag;
    const inside = kids.map((kid) => (isTag(kid) ? kid.type : 'content'));
    const has = (pattern: RegExp) => inside.every((each) => pattern.test(each));
    if (!STANDARD.split(' ').includes(type) && !roles?.has(name(type))) flaws.push(`a ${type}`);
    if ((type === 'Figure' || type === 'Formula') && !alt.trim())
      flaws.push(`${type} without words`);
    if (type === 'Formula' && /[\\{}_^]/.test(alt)) flaws.push(`a formula is spoken as ${alt}`);
    const [, digit] = /^H(\d)$/.exec(type) ?? [];
    if (digit && Number(digit) > level + 1) flaws.push(`${type} follows H${level}`);
    if (digit) level = Number(digit);
    if (type === 'Table') {
      if (!has(/^(?:TR|THead|TBody|TFoot|Caption)$/)) flaws.push(`a table of ${inside}`);
      if (!tagsIn(tag).some((each) => each.type === 'TH')) flaws.push('a table without headers');
    }
    if (type === 'TR' && !has(/^T[HD]$/)) flaws.push(`a row of ${inside}`);
    if (type === 'TH' && !tag.attributes.some((each) => each.name === 'Scope')) {
      flaws.push('a header cell without a scope');
    }
    if (type === 'L' && !has(/^(?:LI|L|Caption)$/)) flaws.push(`a list of ${inside}`);
    if (type === 'LI' && !has(/^(?:Lbl|LBody)$/)) flaws.push(`a point of ${inside}`);
    if (/^(?:Document|Div)$/.test(type) && inside.includes('content'))
      flaws.push(`words in ${type}`);
  }
  return flaws;
}

/** Every stretch of content is an artifact or belongs to one tag, and every tag has its content. */
function flawsOfContent(pdf: PDFDocument, top: Tag): readonly string[] {
  const tagged = tagsIn(top)
    .flatMap(({ kids }) => kids.filter(isMark))
    .map(({ page, mark }) => `${page} ${mark}`);
  const flaws: string[] = [];
  const marked: string[] = [];
  for (const page of pdf.getPages()) {
    const { marks, unmarked } = readContent(page);
    marked.push(...marks.map((mark) => `${page.ref} ${mark}`));
    if (unmarked.length > 0) flaws.push(`content outside the tags: ${unmarked.slice(0, 3)}`);
  }
  if (tagged.length !== new Set(tagged).size) flaws.push('content in two tags');
  const known = new Set(tagged);
  const there = new Set(marked);
  if (marked.some((mark) => !known.has(mark))) flaws.push('marked content without a tag');
  if (tagged.some((mark) => !there.has(mark))) flaws.push('a tag without its content');
  return flaws;
}

const TOKEN =
  /\((?:\\[\s\S]|[^\\()])*\)|<<|>>|<[0-9A-Fa-f\s]*>|\[|\]|\/[^\s()<>[\]/]*|[^\s()<>[\]/]+/g;
const PAINTS = /^(?:f\*?|F|[sS]|[bB]\*?|T[jJ]|'|"|Do|sh|EI)$/;

/** Reads operators whatever the lines they are on. */
function readContent(page: PDFPage) {
  const stream = page.node.Contents() as PDFRawStream;
  const text = Buffer.from(decodePDFRawStream(stream).decode()).toString('latin1');
  const marks: number[] = [];
  const unmarked: string[] = [];
  let depth = 0;
  let before: string[] = [];
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === 'BDC' || token === 'BMC') {
      const mark = before.indexOf('/MCID');
      if (mark >= 0) marks.push(Number(before[mark + 1]));
      depth++;
    } else if (token === 'EMC') depth--;
    else if (PAINTS.test(token) && depth === 0) unmarked.push(token);
    before = /^[A-Za-z'"*]+$/.test(token) ? [] : [...before, token];
  }
  if (depth !== 0) unmarked.push(`${depth} marks left open`);
  return { marks, unmarked };
}

function flawsOfAnnotations(pdf: PDFDocument): readonly string[] {
  return pdf.getPages().flatMap((page) => {
    const annotations = page.node.Annots()?.asArray() ?? [];
    if (annotations.length === 0) return [];
    const sorted = page.node.get(name('Tabs')) === name('S') ? [] : ['links in no order'];
    const flaws = annotations.flatMap((each) => {
      const annotation = pdf.context.lookup(each, PDFDict);
      const words = annotation.lookup(name('Contents'));
      const isSpoken = words instanceof PDFString || words instanceof PDFHexString;
      return [
        ...(isSpoken && words.decodeText().trim() ? [] : ['a link without words']),
        ...(annotation.has(name('StructParent')) ? [] : ['a link outside the tags']),
      ];
    });
    return [...sorted, ...flaws];
  });
}

function flawsOfFonts(pdf: PDFDocument): readonly string[] {
  return pdf.context.enumerateIndirectObjects().flatMap(([, font]) => {
    if (!(font instanceof PDFDict) || font.get(name('Type')) !== name('Font')) return [];
    const kind = String(font.get(name('Subtype')));
    if (kind.startsWith('/CIDFont')) return [];
    const below = font.lookupMaybe(name('DescendantFonts'), PDFArray)?.lookup(0, PDFDict) ?? font;
    const descriptor = below.lookupMaybe(name('FontDescriptor'), PDFDict);
    const files = ['FontFile', 'FontFile2', 'FontFile3'].map(name);
    const isEmbedded = kind === '/Type3' || files.some((file) => descriptor?.has(file));
    return [
      ...(isEmbedded ? [] : [`a font is not embedded: ${font.get(name('BaseFont'))}`]),
      ...(font.has(name('ToUnicode')) ? [] : ['a font does not say which letters it has']),
    ];
  });
}
