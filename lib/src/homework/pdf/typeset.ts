import type { Page } from 'puppeteer-core';
import { Mistake } from '../mistake';

/** What the page tells once everything on it is set. */
interface Flaws {
  readonly formulas: readonly string[];
  readonly images: readonly string[];
}

/**
 * Waits until formulas are typeset, fonts are loaded and images decoded, makes what is too wide fit
 * the page, and fails on a formula that MathJax cannot read or an image without a picture.
 */
export async function typeset(page: Page): Promise<void> {
  await page.evaluate('MathJax.startup.promise.then(() => document.fonts.ready)');
  const flaws = (await page.evaluate(`(${inspect.toString()})()`)) as Flaws;
  const found = [
    ...flaws.formulas.map((text) => `a formula cannot be typeset: ${text}`),
    ...flaws.images.map((source) => `an image cannot be shown: ${source}`),
  ];
  if (found.length > 0) throw new Mistake(found.join('; '));
  await page.evaluate(`(${fitToWidth.toString()})()`);
  await page.evaluate(`(${keepTogether.toString()})()`);
}

/** Runs in the page. */
function inspect(): Flaws {
  const formulas = [...document.querySelectorAll('[data-mjx-error]')].map((element) => {
    const cell = element.closest('.jp-Cell');
    const heading = cell?.querySelector('h1, h2, h3, h4, p')?.textContent?.trim().slice(0, 60);
    return `${element.getAttribute('data-mjx-error')} (in “${heading ?? ''}”)`;
  });
  const images = [...document.images]
    .filter((image) => image.naturalWidth === 0)
    .map((image) => (image.alt || image.src).slice(0, 80));
  for (const item of (window as unknown as MathJaxWindow).MathJax.startup.document.math) {
    item.typesetRoot.setAttribute('role', 'img');
    item.typesetRoot.setAttribute('aria-label', item.math);
  }
  return { formulas, images };
}

interface MathJaxWindow {
  readonly MathJax: {
    readonly startup: {
      readonly document: {
        readonly math: Iterable<{ readonly math: string; readonly typesetRoot: Element }>;
      };
    };
  };
}

/** Runs in the page: text wraps by itself; tables, formulas and other boxes are scaled down. */
function fitToWidth(): void {
  const width = document.body.clientWidth;
  for (const box of document.querySelectorAll<HTMLElement>('table, mjx-container, svg, iframe')) {
    const needed = Math.max(box.scrollWidth, box.getBoundingClientRect().width);
    const inside = box.parentElement?.closest('table, mjx-container');
    if (needed > width && !inside)
      box.style.zoom = String(Math.floor((width / needed) * 1000) / 1000);
  }
}

/** Runs in the page: what is short stays on one page; what is long may go over two. */
function keepTogether(): void {
  const short = 320;
  for (const box of document.querySelectorAll<HTMLElement>(
    'pre, table, li, .jp-InputArea-editor',
  )) {
    if (box.getBoundingClientRect().height < short) box.style.breakInside = 'avoid';
  }
}
