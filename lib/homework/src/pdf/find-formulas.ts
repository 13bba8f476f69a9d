/**
 * A stretch of text: words, a formula, a dollar sign that is written `\\$`, or one that opens or closes
 * nothing.
 */
export type Stretch = Words | Formula | Dollar;

interface Words {
  readonly kind: 'words';
  readonly source: string;
}

export interface Formula {
  readonly kind: 'formula';
  /** As written, with its delimiters. */
  readonly source: string;
  readonly tex: string;
  readonly display: boolean;
}

interface Dollar {
  readonly kind: 'dollar' | 'stray dollar';
  readonly source: string;
}

/** Parts of Markdown in which a dollar sign is only that. */
const VERBATIM = [
  // fenced code, to its fence or to the end
  /(?<=^|\n)(?:[ \t]*(?:>[ \t]?)*)(`{3,}|~{3,})[^\n]*\n[\s\S]*?(?:\n[ \t>]*\1[`~]*[ \t]*(?=\n|$)|$)/y,
  // a code span, by as many backticks as it begins with
  /(?<!`)(`+)(?!`)(?:(?!\n[ \t]*\n)[\s\S])*?(?<!`)\1(?!`)/y,
  /<(pre|code|script|style|textarea|svg)\b[\s\S]*?<\/\1\s*>/iy,
  /<!--[\s\S]*?-->/y,
  /<\/?[a-z][^<>]*>/iy,
];

const ENVIRONMENT = /\\begin\{([a-zA-Z]+\*?)\}[\s\S]*?\\end\{\1\}/y;
const REFERENCE = /\\(?:eq)?ref\s*\{[^{}]*\}/y;

/** Brackets of formulas; Markdown takes one of their backslashes for itself. */
const BRACKETS: Readonly<Record<Markup, { readonly display: RegExp; readonly inline: RegExp }>> = {
  markdown: { display: /\\\\\[([\s\S]+?)\\\\\]/y, inline: /\\\\\(([\s\S]+?)\\\\\)/y },
  plain: { display: /\\\[([\s\S]+?)\\\]/y, inline: /\\\(([\s\S]+?)\\\)/y },
};

export type Markup = 'markdown' | 'plain';

/** Splits text at its formulas; joined again, the sources of the stretches are the text. */
export function findFormulas(text: string, markup: Markup): readonly Stretch[] {
  const stretches: Stretch[] = [];
  let words = '';
  for (let at = 0; at < text.length; ) {
    const verbatim = markup === 'markdown' ? verbatimAt(text, at) : undefined;
    const found = verbatim === undefined ? formulaAt(text, at, markup) : undefined;
    if (found) {
      if (words) stretches.push({ kind: 'words', source: words });
      words = '';
      stretches.push(found);
    } else {
      words += verbatim ?? text[at];
    }
    at += (verbatim ?? found?.source ?? text[at]).length;
  }
  if (words) stretches.push({ kind: 'words', source: words });
  return stretches;
}

/** Code, an HTML tag or a comment that begins here in a Markdown text. */
export function verbatimAt(text: string, at: number): string | undefined {
  if (!/[\s`~<>]/.test(text[at])) return undefined;
  for (const pattern of VERBATIM) {
    const found = matchAt(pattern, text, at);
    if (found) return found[0];
  }
  return undefined;
}

/** The lines of a Markdown text, from 0, that begin within code, HTML or a comment. */
export function linesWithinVerbatim(text: string): ReadonlySet<number> {
  const lines = new Set<number>();
  let line = 0;
  for (let at = 0; at < text.length; ) {
    const verbatim = verbatimAt(text, at);
    const breaks = (verbatim ?? text[at]).split('\n').length - 1;
    if (verbatim) for (let i = 1; i <= breaks; i++) lines.add(line + i);
    line += breaks;
    at += (verbatim ?? text[at]).length;
  }
  return lines;
}

function formulaAt(text: string, at: number, markup: Markup): Formula | Dollar | undefined {
  if (text.startsWith('\\$', at)) return { kind: 'dollar', source: '\\$' };
  if (text[at] === '$') {
    return dollarFormula(text, at) ?? { kind: 'stray dollar', source: '$' };
  }
  if (text[at] !== '\\') return undefined;
  const formula = (found: RegExpExecArray, tex: string, display: boolean): Formula => {
    return { kind: 'formula', source: found[0], tex, display };
  };
  const displayed = matchAt(BRACKETS[markup].display, text, at);
  if (displayed) return formula(displayed, displayed[1], true);
  const inline = matchAt(BRACKETS[markup].inline, text, at);
  if (inline) return formula(inline, inline[1], false);
  const environment = matchAt(ENVIRONMENT, text, at);
  if (environment) return formula(environment, environment[0], true);
  const reference = matchAt(REFERENCE, text, at);
  return reference ? formula(reference, reference[0], false) : undefined;
}

/**
 * A formula between dollar signs: one each within a paragraph, or two each. A dollar sign in braces
 * belongs to what is in them, as in `$\text{if $x$ is odd}$`.
 */
function dollarFormula(text: string, start: number): Formula | undefined {
  const display = text.startsWith('$$', start);
  const mark = display ? '$$' : '$';
  let depth = 0;
  for (let at = start + mark.length; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '{') depth++;
    else if (text[at] === '}') depth--;
    else if (!display && text[at] === '\n' && /^\n[ \t>]*\n/.test(text.slice(at, at + 80))) break;
    else if (depth <= 0 && text.startsWith(mark, at)) {
      const tex = text.slice(start + mark.length, at);
      if (tex.trim() === '') return undefined;
      return { kind: 'formula', source: text.slice(start, at + mark.length), tex, display };
    }
  }
  return undefined;
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}
