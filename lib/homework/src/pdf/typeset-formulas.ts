import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readySpeech, speakMathML } from './speak-formulas';

/** What TeX makes of a formula: HTML and the words it is spoken in, or what is wrong with it. */
export type Typeset =
  | { readonly html: string; readonly speech: string }
  | { readonly wrong: string };

export interface TexSource {
  readonly tex: string;
  readonly display: boolean;
}

interface MathItem {
  readonly math: string;
  readonly root: unknown;
  readonly typesetRoot: unknown;
  start: { node: unknown; n: number; delim: string };
  setMetrics(em: number, ex: number, container: number, line: number, scale: number): void;
}

interface MathDocument {
  readonly document: unknown;
  readonly math: { push(item: MathItem): void; clear(): void };
  readonly inputJax: readonly {
    readonly parseOptions: {
      readonly tags: { readonly allLabels: Readonly<Record<string, unknown>> };
    };
  }[];
  readonly options: {
    readonly MathItem: new (tex: string, input: unknown, display: boolean) => MathItem;
    compileError: (document: unknown, item: MathItem, error: Error) => void;
    typesetError: (document: unknown, item: MathItem, error: Error) => void;
  };
  clear(): void;
  compile(): void;
  typeset(): void;
}

interface MathJax {
  readonly startup: {
    readonly document: MathDocument;
    readonly adaptor: {
      body(document: unknown): unknown;
      text(words: string): unknown;
      append(parent: unknown, child: unknown): unknown;
      outerHTML(node: unknown): string;
      textContent(node: unknown): string;
    };
    toMML(root: unknown): string;
  };
  texReset(): void;
  chtmlStylesheet(): unknown;
}

/** MathJax outside a page, where no text of a notebook can reach it but as a formula. */
let mathJax: Promise<MathJax> | undefined;

function startMathJax(): Promise<MathJax> {
  mathJax ??= require('mathjax').init({
    loader: { load: ['input/tex-full', 'output/chtml'] },
    startup: { typeset: false },
    tex: {
      tags: 'ams',
      // All packages are there, so that nothing is to be required; and styles could hide a formula.
      macros: { require: ['', 1], style: ['#2', 2], class: ['#2', 2], cssId: ['#2', 2] },
      // A mistake is an error of its formula, and no red text in its place.
      formatError: (_: unknown, error: Error) => {
        throw error;
      },
      packages: { '[-]': ['noerrors', 'noundefined', 'require', 'autoload'] },
    },
  }) as Promise<MathJax>;
  return mathJax;
}

/**
 * Typesets the formulas of one report, in their order: they share the numbers of equations, labels
 * and macros. A reference may stand before what it names.
 */
export async function typesetFormulas(formulas: readonly TexSource[]): Promise<readonly Typeset[]> {
  const { startup, texReset } = await startMathJax();
  const { document, adaptor } = startup;
  const wrong = new Map<MathItem, string>();
  // What TeX cannot read cannot be drawn either: the first reason is the true one.
  const remember = (_: unknown, item: MathItem, error: Error) => {
    if (!wrong.has(item)) wrong.set(item, error.message);
  };
  document.options.compileError = remember;
  document.options.typesetError = remember;
  texReset();
  document.clear();
  // Where MathJax hangs up, to measure them, characters that its own fonts lack.
  const node = adaptor.append(adaptor.body(document.document), adaptor.text(''));
  const items = formulas.map(({ tex, display }) => {
    const item = new document.options.MathItem(tex, document.inputJax[0], display);
    item.start = { node, n: 0, delim: '' };
    item.setMetrics(16, 7, 650, 1e6, 1);
    document.math.push(item);
    return item;
  });
  document.compile();
  const { allLabels } = document.inputJax[0].parseOptions.tags;
  for (const item of items) {
    const missing = referencesIn(item.math).find((label) => !Object.hasOwn(allLabels, label));
    if (missing !== undefined) wrong.set(item, `no equation has the label ${missing}`);
  }
  document.typeset();
  await readySpeech();
  return items.map((item) => {
    const reason = wrong.get(item);
    if (reason !== undefined) return { wrong: reason };
    const speech = speakMathML(startup.toMML(item.root));
    return { html: adaptor.outerHTML(item.typesetRoot), speech };
  });
}

function referencesIn(tex: string): readonly string[] {
  return [...tex.matchAll(/\\(?:eq)?ref\s*\{([^{}]*)\}/g)].map(([, label]) => label);
}

/** The style of all formulas typeset so far, with the fonts in it. */
export async function formulaStyle(): Promise<string> {
  const { startup, chtmlStylesheet } = await startMathJax();
  const folder = join(
    dirname(require.resolve('mathjax/package.json')),
    'es5/output/chtml/fonts/woff-v2',
  );
  return startup.adaptor
    .textContent(chtmlStylesheet())
    .replaceAll(/url\("[^"]*\/(MathJax_[\w-]+\.woff)"\)/g, (_, name: string) => {
      return `url("data:font/woff;base64,${readFileSync(join(folder, name), 'base64')}")`;
    });
}
