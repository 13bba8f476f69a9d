import { JSDOM } from 'jsdom';
import { Mistake } from '../mistake';
import { type ImagePlace, readImage, urlInStyle } from './read-image';

/** HTML that is whole in itself, and of which nothing runs and nothing is fetched. */
export interface CleanFragment {
  readonly root: HTMLElement;
  /** Whether it brings style sheets, which then count for it alone. */
  readonly hasStyle: boolean;
  /** What it shows that paper cannot. */
  readonly complaints: readonly string[];
}

const words = (text: string) => new Set(text.split(' '));

/** Elements that stay; of any other, what is in it stays. */
const KEPT = words(
  'a abbr address article aside b bdi bdo big blockquote br caption center cite code col colgroup dd ' +
    'del details dfn div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hgroup hr i ' +
    'img ins kbd li main mark nav ol p pre q rt ruby s samp section small span strike strong style ' +
    'sub summary sup table tbody td tfoot th thead time tr tt u ul var wbr',
);
/** Elements of which nothing is shown. */
const DROPPED = words('script link meta base head source track param rp');
/** Elements that paper cannot show. */
const MOVING = words('iframe frame object embed video audio canvas portal');
const ATTRIBUTES = words(
  'abbr align alt bgcolor border cellpadding cellspacing cite class color colspan datetime dir face ' +
    'headers height href id lang open reversed role rowspan scope size span src start style title ' +
    'type valign value width',
);
const LINKS = /^(?:https?:\/\/|mailto:|#)/i;

/**
 * Parses HTML by itself, so that whatever it leaves open ends with it, and keeps what can be read on
 * paper: no scripts, no forms, folded parts unfolded, pictures as part of the page.
 */
export async function cleanFragment(html: string, place: ImagePlace): Promise<CleanFragment> {
  const complaints: string[] = [];
  if (/<!--(?![\s\S]*?-->)/.test(withoutScripts(html))) {
    complaints.push('an HTML comment is never closed (<!-- without -->)');
  }
  // As in a page's body: a template would take `<col>` or `<tr>` for the begin of a table's part.
  const root = JSDOM.fragment('').ownerDocument.createElement('div');
  root.innerHTML = html;
  const hadScript = root.querySelector('script') !== null;
  root.querySelectorAll('svg').forEach(bringDefinitions);
  for (const element of [...root.querySelectorAll('*')]) {
    if (root.contains(element)) await clean(element, place, complaints);
  }
  if (hadScript && isEmpty(root)) {
    complaints.push('it shows nothing without its script, and none runs in print');
  }
  return { root, hasStyle: root.querySelector('style') !== null, complaints };
}

function withoutScripts(html: string): string {
  return html.replaceAll(/<(script|style|textarea|title)\b[\s\S]*?<\/\1\s*>/gi, '');
}

export function isEmpty(root: Element): boolean {
  const seen = root.cloneNode(true) as Element;
  seen.querySelectorAll('style').forEach((style) => {
    style.remove();
  });
  return seen.textContent?.trim() === '' && !seen.querySelector('img, hr, math');
}

async function clean(element: Element, place: ImagePlace, complaints: string[]): Promise<void> {
  const name = element.localName;
  if (name === 'svg') return replaceDrawing(element, complaints);
  if (element.namespaceURI?.endsWith('MathML')) return cleanFormula(element);
  if (MOVING.has(name)) {
    complaints.push(`a <${name}> cannot be printed`);
    element.remove();
  } else if (DROPPED.has(name)) {
    element.remove();
  } else if (name === 'input') {
    element.replaceWith(filledIn(element as HTMLInputElement));
  } else if (name === 'listing') {
    const text = element.ownerDocument.createElement('pre');
    text.append(...element.childNodes);
    element.replaceWith(text);
  } else if (/^(?:textarea|xmp|plaintext|noembed|noframes)$/.test(name)) {
    const text = element.ownerDocument.createElement('pre');
    text.textContent = element.textContent;
    element.replaceWith(text);
  } else if (name === 'template') {
    const inside = element.ownerDocument.createElement('div');
    inside.append((element as HTMLTemplateElement).content);
    element.replaceWith(inside);
    for (const child of [...inside.querySelectorAll('*')]) {
      if (inside.contains(child)) await clean(child, place, complaints);
    }
  } else if (element.matches('a.anchor-link') && element.textContent === '¶') {
    // nbconvert's, beside each heading.
    element.remove();
  } else if (!KEPT.has(name)) {
    element.replaceWith(...element.childNodes, ' ');
  } else {
    await cleanAttributes(element, place, complaints);
  }
}

async function cleanAttributes(element: Element, place: ImagePlace, complaints: string[]) {
  for (const { name } of [...element.attributes]) {
    if (!ATTRIBUTES.has(name) && !name.startsWith('aria-')) element.removeAttribute(name);
  }
  if (element.localName === 'details') element.setAttribute('open', '');
  if (element.localName === 'img') await inlineImage(element, place, complaints);
  else element.removeAttribute('src');
  cleanLink(element);
  if (element.localName === 'style') {
    // Whether a first letter is there cannot be asked, so it is like the others.
    element.textContent = element.textContent!.replaceAll(/::?first-(?:letter|line)/gi, ':not(*)');
  }
  const css = element.localName === 'style' ? element.textContent! : element.getAttribute('style');
  const url = css && urlInStyle(css);
  if (url) complaints.push(`its style asks for ${url}, and a PDF is made without the network`);
  // What is fixed to the page would be printed over every page's text.
  if (css && element.localName !== 'style') {
    element.setAttribute('style', css.replaceAll(/position\s*:\s*(?:fixed|sticky)/gi, ''));
  }
}

/** Only links that mean the same to whoever is sent the PDF. */
export function cleanLink(element: Element): void {
  const target = element.getAttribute('href');
  // Browsers pass over spaces and control characters in a scheme.
  if (target !== null && !LINKS.test(target.replaceAll(/[\s\p{Cc}]/gu, ''))) {
    element.removeAttribute('href');
  }
}

async function inlineImage(element: Element, place: ImagePlace, complaints: string[]) {
  try {
    element.setAttribute('src', await readImage(element.getAttribute('src') ?? '', place));
  } catch (error) {
    if (!(error instanceof Mistake)) throw error;
    complaints.push(error.message);
  }
}

/** A drawing that uses what another one of the page defines gets a copy of it, as it will stand alone. */
function bringDefinitions(svg: Element): void {
  const root = svg.getRootNode() as ParentNode & Node;
  const names = [...svg.outerHTML.matchAll(/(?:href="|url\((?:&quot;|')?)#([^"')&]+)/g)].map(
    ([, name]) => name,
  );
  for (const name of new Set(names)) {
    const withName = `[id="${name.replaceAll(/["\\]/g, '\\$&')}"]`;
    const used = svg.querySelector(withName) ? null : root.querySelector(`svg ${withName}`);
    if (used && !used.contains(svg)) {
      const definitions = svg.ownerDocument.createElementNS(svg.namespaceURI, 'defs');
      definitions.append(used.cloneNode(true));
      svg.append(definitions);
      bringDefinitions(svg);
    }
  }
}

const DEFINING = 'defs, symbol, style, title, desc, metadata';

/** Whether a drawing shows nothing itself, but has what others use. */
function onlyDefines(svg: Element): boolean {
  return svg.children.length > 0 && [...svg.children].every((child) => child.matches(DEFINING));
}

/** A drawing becomes a picture, in which nothing runs and whose styles count for it alone. */
async function replaceDrawing(svg: Element, complaints: string[]): Promise<void> {
  if (onlyDefines(svg)) return svg.remove();
  const { document } = new JSDOM('').window;
  const image = svg.ownerDocument.createElement('img');
  for (const name of ['width', 'height', 'style', 'class']) {
    const value = svg.getAttribute(name);
    if (value) image.setAttribute(name, value);
  }
  image.setAttribute(
    'alt',
    svg.getAttribute('aria-label') ?? svg.querySelector('title')?.textContent ?? '',
  );
  const xml = new document.defaultView!.XMLSerializer().serializeToString(svg);
  const base64 = Buffer.from(xml).toString('base64');
  image.setAttribute('src', `data:image/svg+xml;base64,${base64}`);
  svg.replaceWith(image);
  await cleanAttributes(image, { folder: '' }, complaints);
}

function cleanFormula(element: Element): void {
  for (const { name } of [...element.attributes]) {
    if (/^on|href|src/i.test(name)) element.removeAttribute(name);
  }
  if (element.localName.startsWith('annotation')) element.remove();
}

function filledIn(input: HTMLInputElement): string {
  const type = input.getAttribute('type')?.toLowerCase();
  if (type === 'checkbox' || type === 'radio') return input.hasAttribute('checked') ? '☑ ' : '☐ ';
  return type === 'hidden' ? '' : ` ${input.getAttribute('value') ?? ''} `;
}
