import { linesWithinVerbatim } from './find-formulas';

const DEFINITION = /^( {0,3})\[\^([^\]\n]+)\]:/;

/**
 * A Markdown text in which footnotes that nothing refers to, or that have another's name, are plain
 * words: nbconvert leaves them out, where Jupyter shows them.
 */
export function keepFootnotes(text: string): string {
  const verbatim = linesWithinVerbatim(text);
  const expected = new Set(
    [...text.matchAll(/\[\^([^\]\n]+)\](?!:)/g)].map(([, label]) => label.toLowerCase()),
  );
  return text
    .split('\n')
    .map((line, i) => {
      const [, , name] = DEFINITION.exec(line) ?? [];
      // What has been defined is not expected again.
      if (name === undefined || verbatim.has(i) || expected.delete(name.toLowerCase())) return line;
      return line.replace('[', '\\[');
    })
    .join('\n');
}
