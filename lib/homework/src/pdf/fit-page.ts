/** What is too wide is made smaller, but to no less than this; then it goes on a turned page. */
export const SMALLEST_SCALE = 0.6;

/** What was done to a part so that it fits. */
export interface Fitted {
  readonly part: number;
  readonly what: 'turned' | 'too wide';
}

/**
 * Runs in the page: what scrolls or is cut off is laid open; tables, formulas and lines that do not
 * break are scaled down, then turned, then broken between letters; grids and rows of boxes are scaled
 * down, then turned. Formulas break at their signs before
 * they are turned, in a text before they are scaled. Short boxes stay on one page.
 */
export function fitPage(smallest: number, width: number, turnedWidth: number): readonly Fitted[] {
  const HIGHEST_FORMULA = 850;
  const fitted: Fitted[] = [];
  for (const part of document.querySelectorAll<HTMLElement>('.part')) {
    all(part, ':not(.alone)').forEach(takeOffEffects);
    all(part, '*').forEach(layOpen);
    all(part, 'table, mjx-container, math').forEach((box) => {
      if (!box.parentElement?.closest('table, mjx-container, math')) fit(box, part);
    });
    all(part, 'mjx-container[display="true"]').forEach(layRowsOpen);
    all(part, 'pre').forEach(scaleLines);
    all(part, '*').forEach(loosen);
    for (const box of topmost(part)) fitBoxes(box, part);
    // Code may break between its lines; a table or a point of a list is better seen as one.
    keepTogether(all(part, 'pre'), 110);
    keepTogether(all(part, 'table, li'), 240);
  }
  return fitted;

  function all(root: ParentNode, selector: string): HTMLElement[] {
    const hosts = [...root.querySelectorAll<HTMLElement>('.alone')];
    const alone = hosts.flatMap(({ shadowRoot }) => (shadowRoot ? all(shadowRoot, selector) : []));
    return [...root.querySelectorAll<HTMLElement>(selector), ...alone];
  }

  function keepTogether(boxes: readonly HTMLElement[], highest: number): void {
    for (const box of boxes) {
      if (box.getBoundingClientRect().height < highest) box.style.breakInside = 'avoid';
    }
  }

  /** What could hide words, and means nothing on paper. */
  function takeOffEffects(element: HTMLElement): void {
    if (element.closest('mjx-container, math, img')) return;
    const style = getComputedStyle(element);
    const set = (name: string, value: string) =>
      element.style.setProperty(name, value, 'important');
    for (const [name, none] of [
      ['filter', 'none'],
      ['backdrop-filter', 'none'],
      ['clip', 'auto'],
      ['clip-path', 'none'],
      ['content-visibility', 'visible'],
      ['mask-image', 'none'],
      ['mix-blend-mode', 'normal'],
      ['contain', 'none'],
      ['-webkit-text-security', 'none'],
      ['animation-name', 'none'],
    ]) {
      if (style.getPropertyValue(name) !== none) set(name, none);
    }
    const filled = style.getPropertyValue('-webkit-text-fill-color');
    if (filled !== style.color) set('-webkit-text-fill-color', 'currentcolor');
    if (Number.parseFloat(style.getPropertyValue('-webkit-text-stroke-width')) > 0) {
      set('-webkit-text-stroke-width', '0');
    }
    for (const name of ['letter-spacing', 'word-spacing']) {
      if (Number.parseFloat(style.getPropertyValue(name)) < 0) set(name, 'normal');
    }
    const lineHeight = Number.parseFloat(style.lineHeight);
    if (lineHeight < 0.8 * Number.parseFloat(style.fontSize)) set('line-height', 'normal');
  }

  function layOpen(element: HTMLElement): void {
    if (element.closest('mjx-container, math, img')) return;
    const { overflowX, overflowY } = getComputedStyle(element);
    if (overflowX === 'visible' && overflowY === 'visible') return;
    for (const [name, value] of [
      ['overflow', 'visible'],
      ['height', 'auto'],
      ['max-height', 'none'],
    ]) {
      element.style.setProperty(name, value, 'important');
    }
  }

  function widthOf(box: HTMLElement): number {
    return Math.max(box.scrollWidth, box.getBoundingClientRect().width);
  }

  function scale(box: HTMLElement, factor: number): void {
    if (factor < 1) box.style.zoom = String(Math.floor(factor * 1000) / 1000);
  }

  function fit(box: HTMLElement, part: HTMLElement): void {
    const index = Number(part.dataset.part);
    const room = box.parentElement?.closest(':not(.held)')?.clientWidth || width;
    const needed = widthOf(box);
    if (needed <= room + 1) return;
    const isDisplay = box.getAttribute('display') === 'true';
    // In a text a formula may break; on a line of its own it is better seen whole.
    if (room / needed >= smallest && (isDisplay || !breakLines(box, room))) {
      scale(box, room / needed);
      return;
    }
    if (breakLines(box, room)) return;
    part.classList.add('turned');
    fitted.push({ part: index, what: 'turned' });
    if (turnedWidth / needed < smallest) {
      box.classList.add('broken');
      box.style.width = `${turnedWidth / smallest}px`;
    }
    const rest = turnedWidth / widthOf(box);
    if (rest < smallest - 0.01) fitted.push({ part: index, what: 'too wide' });
    scale(box, rest);
  }

  /** A page's end goes between the rows of a formula that is higher than a page, not through one. */
  function layRowsOpen(formula: HTMLElement): void {
    const isHigh = formula.getBoundingClientRect().height > HIGHEST_FORMULA;
    const hasOnlyRows = formula.querySelector(':scope > mjx-math > mjx-mtable:only-child') !== null;
    if (isHigh && hasOnlyRows) formula.classList.add('rows');
  }

  /** What stands in a part by itself, be it in a shadow tree. */
  function topmost(part: HTMLElement): HTMLElement[] {
    const alone = part.querySelector<HTMLElement>(':scope > .alone');
    const root = alone?.shadowRoot?.lastElementChild ?? part;
    return [...root.children].filter((child) => child instanceof HTMLElement);
  }

  /** Scales, or turns, what still reaches beyond the page: grids, rows and whatever has a width set. */
  function fitBoxes(box: HTMLElement, part: HTMLElement): void {
    const rects = [box, ...box.querySelectorAll('*')].map((each) => each.getBoundingClientRect());
    const right = Math.max(...rects.map((rect) => rect.right));
    const needed = right - Math.min(...rects.map((rect) => rect.left));
    const room = part.matches('.turned') ? turnedWidth : part.clientWidth;
    if (needed <= room + 1) return;
    if (room / needed >= smallest) {
      scale(box, room / needed);
      return;
    }
    part.classList.add('turned');
    const isTooWide = turnedWidth / needed < smallest;
    fitted.push({ part: Number(part.dataset.part), what: isTooWide ? 'too wide' : 'turned' });
    scale(box, turnedWidth / needed);
  }

  /** Lets a formula break before its outermost relations and signs, if that makes it fit. */
  function breakLines(box: HTMLElement, room: number): boolean {
    const row = box.querySelector<HTMLElement>(':scope > mjx-math');
    const signs = [...(row?.querySelectorAll(':scope > mjx-mo') ?? [])].filter((sign) =>
      /^[34]$/.test(sign.getAttribute('space') ?? ''),
    );
    if (!row || signs.length === 0) return false;
    row.classList.add('lines');
    for (const sign of signs) sign.before(document.createElement('wbr'));
    if (widthOf(box) <= room + 1) return true;
    row.classList.remove('lines');
    return false;
  }

  /** Lines that do not break; and printed ones, as they are often columns, if that takes little. */
  function scaleLines(pre: HTMLElement): void {
    const LITTLE = 0.75;
    const isUnbroken = getComputedStyle(pre).whiteSpace === 'pre';
    if (!isUnbroken && !pre.closest('.part.text')) return;
    const room = pre.parentElement?.clientWidth || width;
    pre.style.whiteSpace = 'pre';
    const needed = widthOf(pre);
    pre.style.whiteSpace = '';
    const least = isUnbroken ? smallest : LITTLE;
    if (needed > room + 1 && room / needed >= least) scale(pre, room / needed);
  }

  /** Lets lines break, and boxes narrow, that reach beyond the page. */
  function loosen(element: HTMLElement): void {
    if (element.closest('table, mjx-container, math, img')) return;
    const room = element.closest('.turned') ? turnedWidth : width;
    if (Math.max(element.getBoundingClientRect().right, element.scrollWidth) <= room + 1) return;
    const { whiteSpace } = getComputedStyle(element);
    const breaking = whiteSpace === 'pre' || whiteSpace === 'pre-wrap' ? 'pre-wrap' : 'normal';
    for (const [name, value] of [
      ['white-space', breaking],
      ['overflow-wrap', 'anywhere'],
      ['min-width', '0'],
      ['max-width', '100%'],
    ]) {
      element.style.setProperty(name, value, 'important');
    }
  }
}
