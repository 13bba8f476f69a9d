import {
  PDFArray,
  PDFDict,
  type PDFDocument,
  PDFHexString,
  PDFName,
  PDFNumber,
  type PDFObject,
  PDFRef,
  PDFString,
} from '@pdfme/pdf-lib';

/** An element of a tagged PDF: what kind of thing a stretch of its content is. */
export interface Tag {
  readonly type: string;
  readonly alt?: string;
  readonly lang?: string;
  /** Of cells and lists, such as `/Scope /Column`, by their owner and name. */
  readonly attributes: readonly Attribute[];
  readonly kids: readonly Kid[];
}

export interface Attribute {
  readonly owner: string;
  readonly name: string;
  readonly value: string | number | readonly number[];
}

/** A stretch of a page's content, by its number there. */
export interface Mark {
  readonly page: PDFRef;
  readonly mark: number;
}

/** An annotation, such as the area of a link. */
export interface Annotated {
  readonly page: PDFRef;
  readonly annotation: PDFRef;
}

export type Kid = Tag | Mark | Annotated;

export function isTag(kid: Kid): kid is Tag {
  return 'type' in kid;
}

export function isMark(kid: Kid): kid is Mark {
  return 'mark' in kid;
}

const name = (text: string) => PDFName.of(text);

/** The tree of a PDF's tags; undefined where it is not tagged. */
export function readTags(pdf: PDFDocument): Tag | undefined {
  const root = pdf.catalog.lookupMaybe(name('StructTreeRoot'), PDFDict);
  const [top] = listOf(root?.lookup(name('K'))).map((kid) => pdf.context.lookup(kid));
  return top instanceof PDFDict ? readTag(pdf, top) : undefined;
}

function readTag(pdf: PDFDocument, element: PDFDict): Tag {
  const page = element.get(name('Pg'));
  const alt = textIn(element, 'Alt');
  const lang = textIn(element, 'Lang');
  return {
    type: element.lookup(name('S'), PDFName).decodeText(),
    ...(alt !== undefined && { alt }),
    ...(lang !== undefined && { lang }),
    attributes: listOf(element.lookup(name('A'))).flatMap((each) => readAttributes(pdf, each)),
    kids: listOf(element.lookup(name('K'))).flatMap((kid) => readKid(pdf, kid, page)),
  };
}

function readKid(pdf: PDFDocument, kid: PDFObject, page: PDFObject | undefined): readonly Kid[] {
  if (kid instanceof PDFNumber) return [{ page: page as PDFRef, mark: kid.asNumber() }];
  const dict = pdf.context.lookup(kid, PDFDict);
  const own = (dict.get(name('Pg')) ?? page) as PDFRef;
  const mark = dict.lookupMaybe(name('MCID'), PDFNumber);
  if (mark) return [{ page: own, mark: mark.asNumber() }];
  const annotation = dict.get(name('Obj'));
  if (annotation instanceof PDFRef) return [{ page: own, annotation }];
  return [readTag(pdf, dict)];
}

function readAttributes(pdf: PDFDocument, value: PDFObject): readonly Attribute[] {
  const dict = pdf.context.lookup(value, PDFDict);
  const owner = dict.lookup(name('O'), PDFName).decodeText();
  return dict.entries().flatMap(([key, each]): readonly Attribute[] => {
    const attribute = { owner, name: key.decodeText() };
    if (attribute.name === 'O') return [];
    if (each instanceof PDFName) return [{ ...attribute, value: each.decodeText() }];
    if (each instanceof PDFNumber) return [{ ...attribute, value: each.asNumber() }];
    if (each instanceof PDFArray)
      return [{ ...attribute, value: each.asArray().flatMap(numberIn) }];
    return [];
  });
}

function numberIn(value: PDFObject): readonly number[] {
  return value instanceof PDFNumber ? [value.asNumber()] : [];
}

function listOf(value: PDFObject | undefined): readonly PDFObject[] {
  if (value === undefined) return [];
  return value instanceof PDFArray ? value.asArray() : [value];
}

function textIn(dict: PDFDict, key: string): string | undefined {
  const text = dict.lookup(name(key));
  return text instanceof PDFString || text instanceof PDFHexString ? text.decodeText() : undefined;
}

/** Types that PDF 1.7 does not know, and what they are there. */
const NEWER_TYPES = { Strong: 'Span', Em: 'Span', Title: 'P', Sub: 'Span' };

/** Puts a tree of tags in the place of the one that is there. */
export function writeTags(pdf: PDFDocument, top: Tag): void {
  const { context, catalog } = pdf;
  const old = catalog.get(name('StructTreeRoot'));
  removeTags(pdf);
  const rootRef = old instanceof PDFRef ? old : context.nextRef();
  const marks = new Map<PDFRef, PDFRef[]>();
  const annotations: [PDFRef, PDFRef][] = [];
  const write = (tag: Tag, parent: PDFRef): PDFRef => {
    const ref = context.nextRef();
    const first = tag.kids.find(isMark)?.page;
    const kids = tag.kids.map((kid) => {
      if (isTag(kid)) return write(kid, ref);
      if (isMark(kid)) {
        const ofPage = marks.get(kid.page) ?? [];
        marks.set(kid.page, ofPage);
        ofPage[kid.mark] = ref;
        if (kid.page === first) return kid.mark;
        return { Type: 'MCR', Pg: kid.page, MCID: kid.mark };
      }
      annotations.push([kid.annotation, ref]);
      return { Type: 'OBJR', Pg: kid.page, Obj: kid.annotation };
    });
    const element = context.obj({ S: tag.type, P: parent });
    if (first) element.set(name('Pg'), first);
    if (kids.length > 0) element.set(name('K'), context.obj(kids));
    if (tag.alt !== undefined) element.set(name('Alt'), PDFHexString.fromText(tag.alt));
    if (tag.lang !== undefined) element.set(name('Lang'), PDFString.of(tag.lang));
    const attributes = tag.attributes.map(({ owner, name, value }) => {
      return { O: owner, [name]: typeof value === 'object' ? [...value] : value };
    });
    if (attributes.length > 0) element.set(name('A'), context.obj(attributes));
    context.assign(ref, element);
    return ref;
  };
  const document = write(top, rootRef);
  const numbers = parentNumbers(pdf, marks, annotations);
  context.assign(
    rootRef,
    context.obj({
      Type: 'StructTreeRoot',
      K: document,
      RoleMap: NEWER_TYPES,
      ParentTree: context.register(context.obj({ Nums: numbers.flat() })),
      ParentTreeNextKey: Math.max(-1, ...numbers.map(([key]) => key)) + 1,
    }),
  );
  catalog.set(name('StructTreeRoot'), rootRef);
}

/** From the numbers that pages and annotations have in the tree to the elements they belong to. */
function parentNumbers(
  { context }: PDFDocument,
  marks: ReadonlyMap<PDFRef, readonly PDFRef[]>,
  annotations: readonly (readonly [annotation: PDFRef, tag: PDFRef])[],
): readonly [number, PDFRef][] {
  const keyOf = (ref: PDFRef, key: string) =>
    context.lookup(ref, PDFDict).lookup(name(key), PDFNumber).asNumber();
  const ofPages = [...marks].map(([page, tags]): [number, PDFRef] => {
    const all = Array.from(tags, (tag) => tag ?? null);
    return [keyOf(page, 'StructParents'), context.register(context.obj(all))];
  });
  const ofAnnotations = annotations.map(([annotation, tag]): [number, PDFRef] => {
    return [keyOf(annotation, 'StructParent'), tag];
  });
  return [...ofPages, ...ofAnnotations].sort(([a], [b]) => a - b);
}

function removeTags({ context }: PDFDocument): void {
  for (const [ref, value] of context.enumerateIndirectObjects()) {
    const type = value instanceof PDFDict && value.get(name('Type'));
    if (type === name('StructElem') || type === name('ParentTree')) context.delete(ref);
  }
}
