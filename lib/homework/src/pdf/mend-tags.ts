import type { PDFRef } from '@pdfme/pdf-lib';
import { FORMULA_MARK } from './speak-formulas';
import { type Attribute, isMark, isTag, type Kid, type Mark, type Tag } from './tag-tree';

type Test = (page: PDFRef, mark: number) => boolean;

const INLINE = new Set(['Span', 'Strong', 'Em', 'Code', 'Link', 'Quote', 'Lbl', 'Formula', 'Sub']);
/** Tags in which words stand by themselves, without a paragraph. */
const HOLDS_WORDS =
  /^(?:P|H\d?|TH|TD|Caption|LBody|Lbl|Span|Strong|Em|Code|Link|Quote|Formula|Figure|Sub)$/;

/** Chromium's tree of tags as PDF/UA-1 wants it, without the marks that are artifacts. */
export function mendTags(top: Tag, isArtifact: Test): Tag {
  // Chromium gives what it does not draw, such as invisible signs in formulas, a page's first mark.
  const seen = new Set<string>();
  const isStray: Test = (page, mark) => {
    const key = `${page} ${mark}`;
    return seen.has(key) || !seen.add(key);
  };
  const kept = without(top, (page, mark) => isArtifact(page, mark) || isStray(page, mark));
  const shaped = { ...kept, type: 'Document', kids: paragraphs(kept.kids.flatMap(shape)) };
  return inOrder(shaped, { level: 0 });
}

/** All marks of pictures and formulas, and of points of lists: what they draw is meant. */
export function drawings(top: Tag): readonly Mark[] {
  return tagsIn(top)
    .filter(({ type }) => type === 'Figure' || type === 'Lbl')
    .flatMap(marksIn);
}

export function tagsIn(tag: Tag): readonly Tag[] {
  return [tag, ...tag.kids.filter(isTag).flatMap(tagsIn)];
}

function marksIn(tag: Tag): readonly Mark[] {
  return tag.kids.flatMap((kid) => (isTag(kid) ? marksIn(kid) : isMark(kid) ? [kid] : []));
}

function without(tag: Tag, isArtifact: Test): Tag {
  const kids = tag.kids
    .map((kid) => (isTag(kid) ? without(kid, isArtifact) : kid))
    .filter((kid) => {
      if (isTag(kid)) return kid.kids.length > 0 || /^T[HD]$/.test(kid.type);
      return !isMark(kid) || !isArtifact(kid.page, kid.mark);
    });
  return { ...tag, kids };
}

/** One tag as the standard knows it; what only groups gives way to what is in it. */
function shape(kid: Kid): readonly Kid[] {
  if (!isTag(kid)) return [kid];
  if (kid.type === 'Figure' && kid.alt !== undefined) return [picture(kid)];
  const kids = kid.kids.flatMap(shape);
  switch (kid.type) {
    case 'NonStruct':
    case 'Div':
    case 'Sect':
    case 'Figure':
      return kids.some((each) => !isInline(each)) ? paragraphs(kids) : kids;
    case 'L':
      return [{ ...kid, kids: kids.map((each) => (isA(each, 'LI') ? each : item([each]))) }];
    case 'LI':
      return [item(kids)];
    case 'Table':
      return [table({ ...kid, kids })];
    case 'TH':
      return [{ ...kid, kids, attributes: scoped(kid.attributes) }];
    case 'TD':
      return [{ ...kid, kids, attributes: kid.attributes.filter(isSpanning) }];
    default:
      return [{ ...kid, kids: HOLDS_WORDS.test(kid.type) ? kids : paragraphs(kids) }];
  }
}

function isA(kid: Kid, type: string): boolean {
  return isTag(kid) && kid.type === type;
}

function isInline(kid: Kid): boolean {
  return !isTag(kid) || INLINE.has(kid.type);
}

/** Words that stand by themselves among blocks become paragraphs. */
function paragraphs(kids: readonly Kid[]): readonly Kid[] {
  const blocks: Kid[] = [];
  let words: Kid[] = [];
  const close = () => {
    if (words.length > 0) blocks.push({ type: 'P', attributes: [], kids: words });
    words = [];
  };
  for (const kid of kids) {
    if (isInline(kid)) words.push(kid);
    else {
      close();
      blocks.push(kid);
    }
  }
  close();
  return blocks;
}

function picture(tag: Tag): Tag {
  const isFormula = tag.alt!.startsWith(FORMULA_MARK);
  return {
    ...tag,
    type: isFormula ? 'Formula' : 'Figure',
    alt: tag.alt!.replace(FORMULA_MARK, ''),
    kids: marksIn(tag),
  };
}

function item(kids: readonly Kid[]): Tag {
  const labels = kids.filter((kid) => isA(kid, 'Lbl'));
  const body = kids.filter((kid) => !isA(kid, 'Lbl'));
  const bodies = body.length > 0 ? [{ type: 'LBody', attributes: [], kids: body }] : [];
  return { type: 'LI', attributes: [], kids: [...labels, ...bodies] };
}

/** A table without header cells only arranges things, and is read as paragraphs. */
function table(tag: Tag): Tag {
  const rows = tagsIn(tag).filter(({ type }) => type === 'TR');
  const hasHeader = rows.some(({ kids }) => kids.some((kid) => isA(kid, 'TH')));
  if (hasHeader) {
    const parts = tag.kids.filter((kid) => isTag(kid) && /^(?:TR|T\w{4}|Caption)$/.test(kid.type));
    const isCaption = (kid: Kid) => isA(kid, 'Caption');
    const ordered = [...parts.filter(isCaption), ...parts.filter((kid) => !isCaption(kid))];
    return { ...tag, kids: ordered };
  }
  const cells = rows.flatMap(({ kids }) => kids.filter(isTag));
  const filled = cells.filter(({ kids }) => kids.length > 0);
  return { type: 'Div', attributes: [], kids: filled.flatMap(({ kids }) => paragraphs(kids)) };
}

function isSpanning({ name, value }: Attribute): boolean {
  return (name === 'RowSpan' || name === 'ColSpan') && value !== 1;
}

function scoped(attributes: readonly Attribute[]): readonly Attribute[] {
  const scope = attributes.find(({ name }) => name === 'Scope');
  const column: Attribute = { owner: 'Table', name: 'Scope', value: 'Column' };
  return [scope ?? column, ...attributes.filter(isSpanning)];
}

/** Headings as they are, but none more than one level below the one before. */
function inOrder(tag: Tag, last: { level: number }): Tag {
  const [, digit] = /^H(\d)$/.exec(tag.type) ?? [];
  if (digit !== undefined) last.level = Math.min(Number(digit), last.level + 1);
  const type = digit === undefined ? tag.type : `H${last.level}`;
  return { ...tag, type, kids: tag.kids.map((kid) => (isTag(kid) ? inOrder(kid, last) : kid)) };
}
