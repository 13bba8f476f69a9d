import { verbatimAt } from './find-formulas';

const FENCE = /^([ \t>]*)(`{3,}|~{3,})([^\n]*)\n([\s\S]*)$/;

/**
 * A Markdown text whose fences of code are such as nbconvert reads: it takes one for words that is not
 * closed, is closed by a longer one, or says more than its language.
 */
export function plainFences(text: string): string {
  let plain = '';
  for (let at = 0; at < text.length; ) {
    const verbatim = verbatimAt(text, at);
    plain += verbatim === undefined ? text[at] : plainFence(verbatim);
    at += verbatim?.length ?? 1;
  }
  return plain;
}

function plainFence(verbatim: string): string {
  const [, indent, mark, info, rest] = FENCE.exec(verbatim) ?? [];
  if (mark === undefined) return verbatim;
  const [language = ''] = info.trim().split(/\s+/);
  const code = rest.replace(new RegExp(`(?:^|\\n)[ \\t>]*${mark}[\`~]*[ \\t]*$`), '');
  return `${indent}${mark}${language}\n${code}\n${indent}${mark}`;
}
