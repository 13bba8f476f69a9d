/** Of words and their ground, by WCAG 2.1. */
export const LEAST_CONTRAST = 4.5;

/**
 * Runs in the page: makes words darker (on a dark ground lighter) until they can be read on what is
 * behind them, with their hue; so white words from a dark terminal are not lost on white paper. A
 * ground that is a picture or a gradient is not known, and its words stay as they are.
 */
export function deepenInk(leastContrast: number): void {
  type Color = readonly [red: number, green: number, blue: number, alpha: number];
  const PAPER: Color = [255, 255, 255, 1];
  const STEPS = 20;
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 1;
  const pen = canvas.getContext('2d', { willReadFrequently: true })!;
  const colors = new Map<string, Color>();
  const grounds = new Map<Element, Color | undefined>();
  elementsOf(document.querySelector('main')!).forEach(deepen);

  function elementsOf(root: ParentNode): HTMLElement[] {
    return [...root.querySelectorAll<HTMLElement>('*')].flatMap((element) => [
      element,
      ...(element.shadowRoot ? elementsOf(element.shadowRoot) : []),
    ]);
  }

  function deepen(element: HTMLElement): void {
    const hasWords = [...element.childNodes].some(
      (node) => node instanceof Text && node.data.trim() !== '',
    );
    const ground = hasWords ? groundOf(element) : undefined;
    if (!ground) return;
    const own = colorOf(getComputedStyle(element).color);
    if (own[3] === 0) return;
    const ink = mixed(own, ground, own[3]);
    if (contrast(ink, ground) >= leastContrast) return;
    const end: Color = luminance(ground) > 0.18 ? [0, 0, 0, 1] : PAPER;
    for (let step = 1; step <= STEPS; step++) {
      const deeper = mixed(end, ink, step / STEPS);
      if (step < STEPS && contrast(deeper, ground) < leastContrast) continue;
      element.style.setProperty('color', `rgb(${deeper.slice(0, 3).map(Math.round)})`, 'important');
      return;
    }
  }

  /** What is behind an element's words; undefined where that is a picture. */
  function groundOf(element: Element): Color | undefined {
    if (grounds.has(element)) return grounds.get(element);
    const { backgroundColor, backgroundImage } = getComputedStyle(element);
    const color = colorOf(backgroundColor);
    const behind = color[3] === 1 ? PAPER : groundBehind(element);
    const ground =
      behind && backgroundImage === 'none' ? mixed(color, behind, color[3]) : undefined;
    grounds.set(element, ground);
    return ground;
  }

  function groundBehind({ parentNode }: Element): Color | undefined {
    const parent = parentNode instanceof ShadowRoot ? parentNode.host : parentNode;
    return parent instanceof Element ? groundOf(parent) : PAPER;
  }

  /** Whatever way a colour is written. */
  function colorOf(text: string): Color {
    const known = colors.get(text);
    if (known) return known;
    pen.clearRect(0, 0, 1, 1);
    pen.fillStyle = text;
    pen.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = pen.getImageData(0, 0, 1, 1).data;
    const color: Color = [red, green, blue, alpha / 255];
    colors.set(text, color);
    return color;
  }

  function mixed(color: Color, other: Color, share: number): Color {
    const part = (i: 0 | 1 | 2) => share * color[i] + (1 - share) * other[i];
    return [part(0), part(1), part(2), 1];
  }

  function contrast(one: Color, other: Color): number {
    const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
  }

  function luminance([red, green, blue]: Color): number {
    const [r, g, b] = [red, green, blue].map((value) => {
      const share = value / 255;
      return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  }
}
