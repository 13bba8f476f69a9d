/** A figure is made smaller so that it fits on a page, but to no less than this. */
export const SMALLEST_FIGURE = 0.6;

/** A foot of a page may be empty to this share of the page before a figure is made smaller. */
export const LARGEST_FOOT = 0.2;

/** Sizes of what is between a page's margins, in CSS pixels. */
export interface PageBox {
  readonly width: number;
  readonly height: number;
}

/** How the page will be printed. */
export interface Filled {
  readonly pages: number;
  /** On which page, from 1, each heading is, by its id. */
  readonly headings: Readonly<Record<string, number>>;
  /** Parts with a figure that was made smaller, and the least scale in each. */
  readonly scaled: readonly { readonly part: number; readonly scale: number }[];
}

/**
 * Runs in the page: lays the report out in columns as high as a page, which break where pages will,
 * and makes figures smaller where one was moved to the next page and left a large foot empty. Code
 * that is cut far above a foot becomes two boxes.
 *
 * @param smallest with 1, nothing is changed and the pages are only counted
 */
export function fillPages(
  box: PageBox,
  turned: PageBox,
  smallest: number,
  largestFoot: number,
): Filled {
  const GAP = 4 * turned.width;
  // Margins that a page drops at its top count again below what is above them.
  const SLACK = 32;
  const main = document.querySelector('main')!;
  const style = document.createElement('style');
  style.textContent = `
    main { width: ${box.width}px; height: ${box.height}px; columns: ${box.width}px auto;
      column-gap: ${GAP}px; column-fill: auto; }
    .turned { width: ${turned.width}px; break-before: column; break-after: column; break-inside: avoid; }
    .new-page { break-before: column; }`;
  document.head.append(style);
  const scaled = new Map<number, number>();
  const whole = new Map<HTMLImageElement, number>();
  let columns = layOut();
  for (let at = 1; at < columns.length; at++) {
    if (fillFoot(at)) at = Math.max(0, at - 1);
  }
  const headings = [...main.querySelectorAll('[data-heading]')].map((heading) => {
    return [heading.id, 1 + indexAt(heading.getBoundingClientRect())];
  });
  if (smallest < 1) main.querySelectorAll<HTMLElement>('.highlight').forEach(endGround);
  style.remove();
  return {
    pages: columns.length,
    headings: Object.fromEntries(headings),
    scaled: [...scaled].map(([part, scale]) => ({ part, scale })),
  };

  interface Column {
    /** From the top of the page to the end of what is on it. */
    end: number;
    figures: { readonly image: HTMLImageElement; readonly bottom: number }[];
    closed: boolean;
  }

  /** Chromium keeps where a box was broken, even where what follows it now fits below it. */
  function forgetBreaks(): void {
    main.style.display = 'none';
    main.getBoundingClientRect();
    main.style.display = '';
  }

  function indexAt(rect: DOMRect): number {
    const { left } = main.getBoundingClientRect();
    return Math.max(0, Math.floor((rect.left - left + 1) / (box.width + GAP)));
  }

  function layOut(): Column[] {
    forgetBreaks();
    const { top } = main.getBoundingClientRect();
    const found: Column[] = [];
    const columnAt = (rect: DOMRect): Column => {
      const index = indexAt(rect);
      while (found.length <= index) found.push({ end: 0, figures: [], closed: false });
      return found[index];
    };
    const see = (rect: DOMRect) => {
      if (rect.width * rect.height === 0) return;
      const column = columnAt(rect);
      column.end = Math.max(column.end, rect.bottom - top);
    };
    for (const leaf of leavesOf(main)) {
      if (leaf instanceof Text) {
        const range = document.createRange();
        range.selectNode(leaf);
        [...range.getClientRects()].forEach(see);
      } else {
        const rect = leaf.getBoundingClientRect();
        see(rect);
        const isFigure = leaf instanceof HTMLImageElement && rect.height > 100;
        if (isFigure && !leaf.closest('table, .turned, .slice')) {
          columnAt(rect).figures.push({ image: leaf, bottom: rect.bottom - top });
        }
      }
    }
    for (const part of main.querySelectorAll('.turned')) {
      const column = columnAt(part.getBoundingClientRect());
      column.closed = true;
      const before = found[found.indexOf(column) - 1];
      if (before) before.closed = true;
    }
    for (const start of main.querySelectorAll('.new-page')) {
      const before = found[found.indexOf(columnAt(start.getBoundingClientRect())) - 1];
      if (before) before.closed = true;
    }
    return found;
  }

  /**
   * Where code stops far above the foot of a page and goes on on the next, its ground stops with it:
   * what is on the next page becomes a box of its own.
   */
  function endGround(box: HTMLElement): void {
    const FAR = 60;
    const ground = [...box.getClientRects()].at(-2);
    if (!ground) return;
    const at = indexAt(ground);
    const letters = leavesOf(box).flatMap((leaf) => (leaf instanceof Text ? lettersOf(leaf) : []));
    const next = letters.find(({ rect }) => indexAt(rect) > at);
    const ends = letters.map(({ rect }) => (indexAt(rect) === at ? rect.bottom : 0));
    if (!next || ground.bottom - Math.max(...ends) < FAR) return;
    const range = document.createRange();
    range.setStart(next.text, next.offset);
    range.setEnd(box, box.childNodes.length);
    const rest = box.cloneNode() as HTMLElement;
    rest.append(range.extractContents());
    rest.classList.add('new-page');
    rest.style.marginTop = '0';
    box.after(rest);
  }

  function lettersOf(text: Text) {
    return Array.from({ length: text.length }, (_, offset) => offset).flatMap((offset) => {
      const range = document.createRange();
      range.setStart(text, offset);
      range.setEnd(text, offset + 1);
      return [...range.getClientRects()].map((rect) => ({ text, offset, rect }));
    });
  }

  function leavesOf(node: Node): (Text | Element)[] {
    if (node instanceof Text) return node.data.trim() ? [node] : [];
    if (!(node instanceof Element) || node.localName === 'style') return [];
    if (node.matches('img, mjx-container, hr')) return [node];
    return [...(node.shadowRoot ?? node).childNodes].flatMap(leavesOf);
  }

  /** Brings the first figure of a page, or all of the last page, to the page before. */
  function fillFoot(at: number): boolean {
    const [before, page] = [columns[at - 1], columns[at]];
    if (before.closed) return false;
    const foot = box.height - before.end;
    const [first] = page.figures;
    if (foot > largestFoot * box.height && first) {
      const need = first.bottom - foot + SLACK;
      const alone = [first.image];
      const together = [...before.figures.map(({ image }) => image), first.image];
      return (
        shrink(alone, need, () => isOn(first.image, at - 1)) ||
        shrink(together, need, () => isOn(first.image, at - 1))
      );
    }
    const isShortEnd = at === columns.length - 1 && page.end < 0.75 * box.height;
    if (!isShortEnd) return false;
    const all = [...before.figures, ...page.figures].map(({ image }) => image);
    return shrink(all, page.end - foot + SLACK, () => columns.length === at);
  }

  function isOn(image: HTMLImageElement, at: number): boolean {
    return columns[at].figures.some((figure) => figure.image === image);
  }

  /** Makes figures smaller by as much as is needed, unless that is too much or does not help. */
  function shrink(
    images: readonly HTMLImageElement[],
    need: number,
    helps: () => boolean,
  ): boolean {
    const sizes = images.map((image) => image.getBoundingClientRect());
    const height = sizes.reduce((sum, size) => sum + size.height, 0);
    const factor = 1 - need / height;
    images.forEach((image, i) => {
      if (!whole.has(image)) whole.set(image, sizes[i].width);
    });
    const least = Math.min(
      ...images.map((image, i) => (sizes[i].width * factor) / whole.get(image)!),
    );
    if (images.length === 0 || need <= 0 || least < smallest) return false;
    const styles = images.map((image) => image.style.cssText);
    images.forEach((image, i) => {
      image.style.setProperty('width', `${Math.floor(sizes[i].width * factor)}px`, 'important');
      image.style.setProperty('height', 'auto', 'important');
    });
    const earlier = columns;
    columns = layOut();
    if (helps()) {
      images.forEach((image, i) => {
        const part = Number(image.closest<HTMLElement>('.part')?.dataset.part);
        const scale = (sizes[i].width * factor) / whole.get(image)!;
        scaled.set(part, Math.min(scale, scaled.get(part) ?? 1));
      });
      return true;
    }
    images.forEach((image, i) => {
      image.style.cssText = styles[i];
    });
    columns = earlier;
    return false;
  }
}
