/** Something of a part that a reader would not see. */
export interface Lost {
  readonly part: number;
  readonly what: 'gone' | 'hidden' | 'outside' | 'glyph' | 'picture';
  readonly text: string;
}

/**
 * Runs in the page: asks of every part whether it is there with all its letters, in its order, and of
 * every text and picture whether it is drawn, within the page, and by fonts that have its characters.
 */
export function findLost(
  letters: readonly string[],
  width: number,
  turnedWidth: number,
): readonly Lost[] {
  const lost: Lost[] = [];
  const boxes = [...document.querySelectorAll<HTMLElement>('main > .part')];
  const hasGlyph = glyphTest();
  let bottom = 0;
  letters.forEach((expected, part) => {
    const box = boxes[part];
    if (box?.dataset.part !== String(part)) {
      lost.push({ part, what: 'gone', text: expected.slice(0, 60) });
      return;
    }
    const right = box.classList.contains('turned') ? turnedWidth : width;
    const frame = box.getBoundingClientRect();
    // A part that is drawn over the one before it hides what that says.
    if (frame.top < bottom - 9) lost.push({ part, what: 'outside', text: expected.slice(0, 60) });
    bottom = Math.max(bottom, frame.bottom);
    const texts: Text[] = [];
    collect(box, texts);
    const found = texts
      .map(({ data }) => data)
      .join('')
      .replaceAll(/\s/g, '');
    if (found !== expected) lost.push({ part, what: 'gone', text: expected.slice(0, 60) });
    for (const text of texts) inspect(text, part, frame, right);
    for (const formula of within(box, 'mjx-container, math')) {
      const { width: wide, height: high } = formula.getBoundingClientRect();
      const name = formula.getAttribute('aria-label') ?? formula.textContent ?? '';
      if (wide * high === 0 || !isSeen(formula)) lost.push({ part, what: 'hidden', text: name });
    }
    for (const image of within(box, 'img') as HTMLImageElement[]) {
      const { width: wide, height: high } = image.getBoundingClientRect();
      const name = (image.alt || image.src).slice(0, 80);
      const isLoaded = image.complete && image.naturalWidth > 0;
      if (!isLoaded || wide * high === 0 || !isSeen(image)) {
        lost.push({ part, what: 'picture', text: name });
      }
    }
  });
  return lost;

  function collect(node: Node, texts: Text[]): void {
    if (node instanceof HTMLStyleElement) return;
    if (node instanceof Text) texts.push(node);
    const root = (node as Element).shadowRoot ?? node;
    root.childNodes.forEach((child) => {
      collect(child, texts);
    });
  }

  function within(root: ParentNode, selector: string): Element[] {
    const hosts = [...root.querySelectorAll('.alone')];
    return [
      ...root.querySelectorAll(selector),
      ...hosts.flatMap(({ shadowRoot }) => (shadowRoot ? within(shadowRoot, selector) : [])),
    ];
  }

  function inspect(text: Text, part: number, frame: DOMRect, right: number): void {
    const words = text.data.trim();
    if (words === '') return;
    const shown = words.slice(0, 60);
    const rects = rectsOf(text, 0, text.length);
    const isTiny = rects.some(({ height }) => height < 2);
    const isDrawn = (rects.length > 0 && !isTiny) || /^[\s\p{Cf}\p{Cc}\p{M}]*$/u.test(words);
    if (!isDrawn || !isSeen(text.parentElement!)) {
      lost.push({ part, what: 'hidden', text: shown });
      return;
    }
    const isInside = (rect: DOMRect) =>
      rect.left >= frame.left - 3 &&
      rect.right <= frame.left + right + 3 &&
      rect.top >= frame.top - 9 &&
      rect.bottom <= frame.bottom + 9 &&
      isUnclipped(text.parentElement!, rect);
    // Spaces at the end of a line may hang over, so that in doubt each word is asked.
    if (!rects.every(isInside)) {
      const outside = [...text.data.matchAll(/\S+/g)].find(({ index, 0: word }) => {
        return !rectsOf(text, index, index + word.length).every(isInside);
      });
      if (outside) lost.push({ part, what: 'outside', text: outside[0].slice(0, 60) });
    }
    const style = getComputedStyle(text.parentElement!);
    const missing = [...new Set(words)].filter((character) => !hasGlyph(character, style));
    if (missing.length > 0) lost.push({ part, what: 'glyph', text: missing.join(' ') });
  }

  function rectsOf(text: Text, start: number, end: number): DOMRect[] {
    const range = document.createRange();
    range.setStart(text, start);
    range.setEnd(text, end);
    return [...range.getClientRects()].filter((rect) => rect.width * rect.height > 0);
  }

  function isSeen(element: Element): boolean {
    const { color, display, fontSize } = getComputedStyle(element);
    // It has no box of its own, and what is in it has.
    const parent = display === 'contents' && parentOf(element);
    if (parent) return isSeen(parent);
    const isClear = /^rgba\(.*, 0\)$/.test(color) || Number.parseFloat(fontSize) < 2;
    const isVisible = element.checkVisibility({ visibilityProperty: true });
    return isVisible && !isClear && opacityOf(element) > 0.2;
  }

  function opacityOf(element: Element): number {
    let opacity = 1;
    for (let at: Element | null = element; at; at = parentOf(at)) {
      opacity *= Number(getComputedStyle(at).opacity);
    }
    return opacity;
  }

  function parentOf(element: Element): Element | null {
    const root = element.parentNode;
    return root instanceof ShadowRoot ? root.host : element.parentElement;
  }

  /** Whether no box around the text cuts it off. */
  function isUnclipped(element: Element, rect: DOMRect): boolean {
    for (let at: Element | null = element; at && !at.matches('.part'); at = at.parentElement) {
      const { overflowX, overflowY } = getComputedStyle(at);
      const box = at.getBoundingClientRect();
      if (overflowX !== 'visible' && (rect.right > box.right + 3 || rect.left < box.left - 3))
        return false;
      if (overflowY !== 'visible' && (rect.bottom > box.bottom + 6 || rect.top < box.top - 6))
        return false;
    }
    return true;
  }

  /** A character that no font has is drawn as the same box as one that cannot exist. */
  function glyphTest(): (character: string, style: CSSStyleDeclaration) => boolean {
    const canvas = document.createElement('canvas');
    canvas.width = canvas.height = 40;
    const pen = canvas.getContext('2d', { willReadFrequently: true })!;
    const known = new Map<string, boolean>();
    const drawing = (character: string, font: string) => {
      pen.clearRect(0, 0, 40, 40);
      pen.font = font;
      pen.fillText(character, 4, 30);
      return pen.getImageData(0, 0, 40, 40).data.join();
    };
    return (character, { fontFamily }) => {
      if (/[\x20-\x7e\s]|\p{M}|\p{Cf}|\p{Cc}/u.test(character)) return true;
      const key = `${character} ${fontFamily}`;
      const font = `24px ${fontFamily}`;
      const answer = known.get(key) ?? drawing(character, font) !== drawing('\u{10fffe}', font);
      known.set(key, answer);
      return answer;
    };
  }
}
