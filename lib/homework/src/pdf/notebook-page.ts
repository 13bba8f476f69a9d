import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { JSDOM } from 'jsdom';
import { escapeHtml } from 'notegrad/tooling';
import { type Cell, codeCells, type Notebook, sourceOf, tagsOf, titleOf } from '../notebook';
import { packageFolder } from '../project';
import { type CleanFragment, cleanFragment, cleanLink } from './clean-fragment';
import { drawFences } from './draw-fences';
import type { DrawFigure } from './figure-packages';
import { findFormulas, type Markup, type Stretch } from './find-formulas';
import { type FirstPage, firstPageHtml } from './first-page';
import { keepFootnotes } from './keep-footnotes';
import { markListNumbers, numberLists } from './list-numbers';
import { type OutputForm, outputForm } from './output-form';
import { plainFences } from './plain-fences';
import { printedParts } from './printed-parts';
import { FORMULA_MARK, readySpeech, speakMathML } from './speak-formulas';
import { terminalText, withoutCommands } from './terminal-text';
import { type Html, type Text, textsToHtml } from './texts-to-html';
import { formulaStyle, typesetFormulas } from './typeset-formulas';

export interface NotebookPage {
  readonly html: string;
  readonly parts: readonly PagePart[];
  /** What cannot be printed, each with the cell it is in. */
  readonly complaints: readonly string[];
  /** What a reader may miss, each with the cell it is in. */
  readonly notes: readonly string[];
}

/** A Markdown text, a cell's code or one output: a box of its own on the page. */
export interface PagePart {
  /** Where it is, in the user's words. */
  readonly place: string;
  /** All its letters, without white space, as a check that they are on the page. */
  readonly letters: string;
}

/** A part on its way to the page. */
interface Draft {
  readonly kind: 'markdown' | 'code' | 'output';
  readonly place: string;
  readonly cell: number;
  readonly classes: string;
  readonly cellOf: Cell;
  readonly markup: Markup;
  /** HTML that is there already, or text that becomes HTML. */
  readonly html?: string;
  readonly text?: Text;
  readonly formulas?: readonly Stretch[];
}

/**
 * The notebook as one page that needs nothing else: no scripts, no files, no network. Without a first
 * page it begins with its first cell.
 */
export async function notebookPage(
  notebook: Notebook,
  source: string,
  first: FirstPage | undefined,
  draw: DrawFigure,
  signal: AbortSignal,
): Promise<NotebookPage> {
  const token = `math${randomBytes(6).toString('hex')}n`;
  const complaints: string[] = [];
  const notes: string[] = [];
  const drafts: Draft[] = [];
  for (const [index, cell] of notebook.cells.entries()) {
    const place = placeOf(cell, notebook);
    drafts.push(...(await draftsOf(cell, index, place, token, draw, complaints)));
  }
  await readySpeech();
  const texts = drafts.flatMap(({ text }) => text ?? []);
  const converted = await textsToHtml(texts, signal);
  const folder = dirname(resolve(source));
  const shown: Shown[] = [];
  const formulas: FormulaPlace[] = [];
  let next = 0;
  for (const draft of drafts) {
    const html = draft.text ? converted[next++] : (draft.html ?? '');
    const place = { folder, attachments: draft.cellOf.attachments };
    const whole = htmlOf(html, draft, complaints).replaceAll(`${token}attachment/`, 'attachment:');
    const fragment = await cleanFragment(whole, place);
    complaints.push(...fragment.complaints.map((complaint) => `${draft.place}: ${complaint}`));
    numberLists(fragment.root, token);
    if (draft.markup === 'markdown') {
      const left = await drawFences(fragment.root, draw);
      notes.push(...left.map((note) => `${draft.place}: ${note}`));
    }
    if (draft.kind !== 'code')
      formulas.push(...placeFormulas(fragment.root, draft, token, complaints));
    if (describe(fragment.root, draft.place)) notes.push(`${draft.place}: ${UNDESCRIBED}`);
    shown.push({ draft, fragment });
  }
  await fillFormulas(formulas, complaints);
  if (first) shown.unshift(firstPart(shown, first));
  nameHeadings(shown);
  const style = readFileSync(join(packageFolder, 'share', 'print', 'print.css'), 'utf8');
  const styles = [style, await formulaStyle()];
  const sheet = styles.map((css) => `<style>${css}</style>`).join('\n');
  return {
    html: `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${escapeHtml(titleOf(notebook, source))}</title>
${sheet}
</head>
<body>
<main>
${shown.map(({ draft, fragment }, i) => box(draft, fragment, i, sheet)).join('\n')}
</main>
</body>
</html>`,
    parts: shown.map(({ draft, fragment }) => ({
      place: draft.place,
      letters: lettersOf(fragment.root),
    })),
    complaints,
    notes,
  };
}

const UNDESCRIBED =
  'a picture has no words for those who cannot see it (![words](file), alt="words", or text/plain)';

/**
 * What those need who are read the PDF: words for formulas in MathML and for pictures without any,
 * and that code is a paragraph. Whether there were such pictures.
 */
function describe(root: HTMLElement, place: string): boolean {
  for (const text of root.querySelectorAll('pre')) text.setAttribute('role', 'paragraph');
  for (const formula of root.querySelectorAll('math')) {
    if (formula.parentElement?.closest('math')) continue;
    formula.setAttribute('role', 'img');
    formula.setAttribute('aria-label', `${FORMULA_MARK}${speakMathML(formula.outerHTML)}`);
  }
  const mute = [...root.querySelectorAll('img')].filter(({ alt }) => alt.trim() === '');
  for (const image of mute) image.alt = `A picture of ${place}, without a description`;
  return mute.length > 0;
}

interface Shown {
  readonly draft: Draft;
  readonly fragment: CleanFragment;
}

/** The title, which is taken from the notebook's first text, with what stands below it. */
function firstPart(shown: readonly Shown[], first: FirstPage): Shown {
  const { window } = new JSDOM('');
  const root = window.document.createElement('div');
  root.innerHTML = firstPageHtml(first);
  const heading = shown[0]?.draft.kind === 'markdown' && shown[0].fragment.root.firstElementChild;
  if (heading && heading.localName === 'h1') root.prepend(heading);
  const draft: Draft = {
    kind: 'markdown',
    place: 'the first page',
    cell: -1,
    classes: 'front',
    cellOf: { cell_type: 'markdown', source: '', metadata: {} },
    markup: 'plain',
  };
  return { draft, fragment: { root, hasStyle: false, complaints: [] } };
}

/** Gives each heading below the title a name of its own, by which the contents lead to it. */
function nameHeadings([, ...shown]: readonly Shown[]): void {
  const taken = new Set<string>();
  for (const { draft, fragment } of shown) {
    if (draft.markup !== 'markdown' || fragment.hasStyle) continue;
    for (const heading of fragment.root.querySelectorAll('h1, h2, h3, h4, h5, h6')) {
      if (heading.id === '' || taken.has(heading.id)) heading.id = `heading-${taken.size}`;
      taken.add(heading.id);
      heading.setAttribute('data-heading', '');
    }
  }
}

function htmlOf(html: Html, { place }: Draft, complaints: string[]): string {
  if (typeof html === 'string') return html;
  complaints.push(`${place}: ${html.wrong}`);
  return '';
}

/** What a cell is called: by its In [n] if it runs, else by its first words. */
function placeOf(cell: Cell, notebook: Notebook): string {
  const number = codeCells(notebook).indexOf(cell) + 1;
  if (number > 0) return `cell ${number}`;
  const words = sourceOf(cell).replaceAll(/\s+/g, ' ').trim();
  const start = words.length > 60 ? `${words.slice(0, 60).trim()}…` : words;
  return `the ${cell.cell_type === 'raw' ? 'raw' : 'Markdown'} cell “${start}”`;
}

async function draftsOf(
  cell: Cell,
  index: number,
  place: string,
  token: string,
  draw: DrawFigure,
  complaints: string[],
): Promise<readonly Draft[]> {
  const printed = printedParts(cell);
  const common = { place, cell: index, cellOf: cell, markup: 'plain' as Markup };
  const source = sourceOf(cell);
  const drafts: Draft[] = [];
  if (printed.input && source.trim() !== '') drafts.push(inputDraft(cell, common, source, token));
  if (!printed.outputs || cell.cell_type !== 'code') return drafts;
  for (const output of cell.outputs ?? []) {
    const form = await outputForm(output, draw).catch((error: Error) => {
      return { kind: 'unprintable', reason: error.message } as const;
    });
    if (form.kind === 'unprintable') complaints.push(`${place}: ${form.reason}`);
    else if (form.kind !== 'nothing') drafts.push(outputDraft(form, common, token));
  }
  return drafts;
}

type Common = Pick<Draft, 'place' | 'cell' | 'cellOf' | 'markup'>;

function inputDraft(cell: Cell, common: Common, source: string, token: string): Draft {
  if (cell.cell_type === 'code') {
    const text = { as: 'code', text: withoutCommands(source), language: 'typescript' } as const;
    return { ...common, kind: 'code', classes: 'input', text };
  }
  const format = String(cell.metadata.raw_mimetype ?? cell.metadata.format ?? '');
  if (cell.cell_type === 'markdown' || format === 'text/markdown') {
    return markdownDraft(common, 'markdown', source, token);
  }
  if (format === 'text/html') return { ...common, kind: 'output', classes: 'html', html: source };
  return { ...common, kind: 'code', classes: 'text raw', html: `<pre>${escapeHtml(source)}</pre>` };
}

function outputDraft(
  form: Exclude<OutputForm, { kind: 'nothing' | 'unprintable' }>,
  common: Common,
  token: string,
): Draft {
  const draft = { ...common, kind: 'output' } as const;
  switch (form.kind) {
    case 'html':
      return { ...draft, classes: 'html', html: form.text };
    case 'markdown':
      return markdownDraft(common, 'output', form.text, token);
    case 'latex': {
      const stretches = findFormulas(form.text, 'plain');
      const whole = stretches.some(({ kind }) => kind === 'formula')
        ? form.text
        : `$$${form.text}$$`;
      return { ...draft, classes: 'latex', html: escapeHtml(whole) };
    }
    case 'picture': {
      const { source, alt, width } = form;
      const size = width === undefined ? '' : ` width="${width}"`;
      return {
        ...draft,
        classes: 'picture',
        html: `<img src="${escapeHtml(source)}" alt="${escapeHtml(alt)}"${size}>`,
      };
    }
    default: {
      const text = { as: 'terminal', text: terminalText(form.text) } as const;
      return { ...draft, kind: 'code', classes: form.kind, text };
    }
  }
}

/** In a Markdown text, formulas are replaced by words that Markdown leaves alone. */
function markdownDraft(
  common: Common,
  kind: 'markdown' | 'output',
  source: string,
  token: string,
): Draft {
  const stretches = findFormulas(source, 'markdown');
  const formulas = stretches.filter((stretch) => stretch.kind !== 'words');
  let count = 0;
  const text = stretches
    .map((stretch) => (stretch.kind === 'words' ? stretch.source : `${token}${count++}e`))
    .join('')
    // nbconvert would look for attachments itself, and know no name with a space in it.
    .replaceAll(/\]\(\s*<?attachment:([^)\n>]*?)>?((?:\s+"[^"\n]*")?\s*\))/g, (_, name, end) => {
      return `](${token}attachment/${name.replaceAll(' ', '%20')}${end}`;
    })
    .replaceAll(/^( {0,3}\[[^\]\n]+\]:\s*<?)attachment:/gm, `$1${token}attachment/`);
  return {
    ...common,
    kind,
    classes: 'markdown',
    markup: 'markdown',
    formulas,
    text: { as: 'markdown', text: markListNumbers(keepFootnotes(plainFences(text)), token) },
  };
}

interface FormulaPlace {
  readonly element: Element;
  readonly place: string;
  readonly tex: string;
  readonly display: boolean;
}

const CODE = 'pre, code, kbd, samp, tt, style';

/** Puts an element where each formula goes; in code, its text as it was written. */
function placeFormulas(
  root: HTMLElement,
  draft: Draft,
  token: string,
  complaints: string[],
): readonly FormulaPlace[] {
  const places: FormulaPlace[] = [];
  const { ownerDocument: document } = root;
  const mark = new RegExp(`${token}(\\d+)e`);
  const stretchesOf = (text: string): readonly Stretch[] =>
    draft.markup === 'plain'
      ? findFormulas(text, 'plain')
      : text.split(mark).map((part, i) => {
          return i % 2 === 1 ? draft.formulas![Number(part)] : { kind: 'words', source: part };
        });
  const sourceIn = (text: string) =>
    stretchesOf(text)
      .map(({ source }) => source)
      .join('');
  for (const element of root.querySelectorAll('*')) {
    for (const { name, value } of element.attributes) {
      if (mark.test(value)) element.setAttribute(name, sourceIn(value));
    }
  }
  for (const node of textNodesOf(root)) {
    const nodes = stretchesOf(node.data).map((stretch) => {
      if (node.parentElement!.closest(CODE)) return stretch.source;
      if (stretch.kind === 'words') return stretch.source;
      if (stretch.kind === 'dollar') return '$';
      if (stretch.kind !== 'formula') {
        if (draft.markup === 'markdown') complaints.push(`${draft.place}: ${STRAY}`);
        return stretch.source;
      }
      const element = document.createElement('span');
      places.push({ element, place: draft.place, tex: stretch.tex, display: stretch.display });
      return element;
    });
    node.replaceWith(...nodes);
  }
  return places;
}

const STRAY =
  'a formula is opened or closed by a $ that has no partner (a dollar sign itself is \\$)';

function textNodesOf(root: HTMLElement): readonly globalThis.Text[] {
  const walker = root.ownerDocument.createTreeWalker(root, 4);
  const nodes: globalThis.Text[] = [];
  while (walker.nextNode()) nodes.push(walker.currentNode as globalThis.Text);
  return nodes;
}

async function fillFormulas(places: readonly FormulaPlace[], complaints: string[]): Promise<void> {
  const results = await typesetFormulas(places);
  results.forEach((result, i) => {
    const { element, place, tex } = places[i];
    if ('wrong' in result) {
      complaints.push(`${place}: a formula cannot be typeset: ${result.wrong} (in ${short(tex)})`);
      return;
    }
    element.innerHTML = result.html;
    element.querySelectorAll('a').forEach(cleanLink);
    const [container] = element.children;
    // A formula that only defines commands for those after it shows nothing.
    if (!container.querySelector(SIGNS)) {
      element.remove();
      return;
    }
    // What is hidden from readers would be no content of the formula's tag.
    container.querySelectorAll('[aria-hidden]').forEach((hidden) => {
      hidden.removeAttribute('aria-hidden');
    });
    container.setAttribute('role', 'img');
    container.setAttribute('aria-label', `${FORMULA_MARK}${result.speech}`);
    element.replaceWith(container);
    if (!places[i].display) holdPunctuation(container);
  });
}

const SIGNS = 'mjx-c, mjx-utext, mjx-line, mjx-box, mjx-mtable, mjx-merror, svg';

/** A bracket before a formula and the punctuation after it stay on its line. */
function holdPunctuation(formula: Element): void {
  const cut = (node: ChildNode | null, pattern: RegExp): string => {
    if (node?.nodeType !== 3) return '';
    const [found] = pattern.exec(node.textContent!) ?? [''];
    node.textContent = node.textContent!.replace(pattern, '');
    return found;
  };
  const before = cut(formula.previousSibling, /[([{“‘«]+$/u);
  const after = cut(formula.nextSibling, /^[)\]}”’».,;:!?…%]+/u);
  if (before === '' && after === '') return;
  const held = formula.ownerDocument.createElement('span');
  held.className = 'held';
  formula.replaceWith(held);
  held.append(before, formula, after);
}

function short(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

/** One part; with style sheets of its own it becomes a shadow tree, which they do not leave. */
function box(
  { kind, cell, cellOf, classes }: Draft,
  { root, hasStyle }: CleanFragment,
  index: number,
  sheet: string,
): string {
  const inside = hasStyle
    ? `<div class="alone"><template shadowrootmode="open">${withoutFonts(sheet)}<div>${root.innerHTML}</div></template></div>`
    : root.innerHTML;
  const question = tagsOf(cellOf).includes('question') ? ' question' : '';
  return `<div class="part ${kind} ${classes}${question}" data-part="${index}" data-cell="${cell}">${inside}</div>`;
}

/** Fonts count for the whole page wherever they stand. */
function withoutFonts(sheet: string): string {
  return sheet.replaceAll(/@font-face[^{]*\{[^}]*\}/g, '');
}

function lettersOf(root: HTMLElement): string {
  const seen = root.cloneNode(true) as HTMLElement;
  seen.querySelectorAll('style').forEach((style) => {
    style.remove();
  });
  // Half a character (a lone surrogate) is sent to the page as the sign for what is none.
  return Buffer.from(seen.textContent!.replaceAll(/\s/g, '')).toString();
}
