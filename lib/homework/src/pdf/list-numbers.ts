import { linesWithinVerbatim } from './find-formulas';

/** A point of a numbered list: what is before it, its number, and its text. */
const POINT = /^([ \t>]*(?:[-+*][ \t]+)*)(\d{1,9})\.[ \t]+(?=\S)/;
const ANY_POINT = /^[ \t>]*(?:[-+*]|\d{1,9}[.)])[ \t]/;
/** After these a list may begin without an empty line. */
const ENDS_ITSELF = /^[ \t>]*(?:#{1,6}[ \t]|[`~]{3}|\||<|(?:[-*_=][ \t]*){3,}$|$)/;
/** As the second paragraph of a list's point is. */
const INDENTED = /^(?:> ?)*(?: {2}|\t)/;
/** What begins with one of these is a block, before which no mark can stand. */
const BLOCK =
  /^(?:[`~]{3}|[-+*][ \t]|\d+\.[ \t]|\||<(?:!|div|pre|table|details|[ou]l|p)\b|(?:[-*_][ \t]*){3,}$)/;
/** Within these it can. */
const OPENING = /^(?:#{1,6}[ \t]+|>[ \t]*)*/;

/**
 * A Markdown text in which each point of a numbered list has its number in its words as well, as older
 * versions of nbconvert count every list from 1. And as CommonMark has it, a paragraph's line that
 * begins with a number other than 1 is no list: “they are 218 and ⏎ 182. More …”.
 */
export function markListNumbers(text: string, token: string): string {
  const verbatim = linesWithinVerbatim(text);
  const lines = text.split('\n');
  // Whether a line is of a paragraph of its own, and of no list.
  const isParagraph: boolean[] = [];
  return lines
    .map((line, i) => {
      const before = lines[i - 1] ?? '';
      const goesOn = isParagraph[i - 1] === true;
      const begins = ENDS_ITSELF.test(before) && !INDENTED.test(line);
      const point = verbatim.has(i) ? null : POINT.exec(line);
      isParagraph[i] = !ENDS_ITSELF.test(line) && !ANY_POINT.test(line) && (goesOn || begins);
      if (!point) return line;
      const [all, indent, number] = point;
      const rest = line.slice(all.length);
      if (goesOn && number !== '1' && !/[-+*]/.test(indent)) {
        isParagraph[i] = true;
        return `${indent}${number}\\. ${rest}`;
      }
      const [opening] = OPENING.exec(rest)!;
      const words = rest.slice(opening.length);
      return BLOCK.test(words) ? line : `${all}${opening}${token}list${number}e ${words}`;
    })
    .join('\n');
}

/** Takes the numbers out of the words again, and gives each list the one that it begins with. */
export function numberLists(root: HTMLElement, token: string): void {
  const mark = new RegExp(`${token}list(\\d+)e ?`, 'g');
  for (const element of root.querySelectorAll('*')) {
    for (const { name, value } of element.attributes) {
      if (value.includes(token)) element.setAttribute(name, value.replaceAll(mark, ''));
    }
  }
  const walker = root.ownerDocument.createTreeWalker(root, 4);
  while (walker.nextNode()) {
    const node = walker.currentNode as Text;
    const [, number] = mark.exec(node.data) ?? [];
    mark.lastIndex = 0;
    const point = node.parentElement!.closest('li');
    if (number !== undefined && number !== '1' && point?.matches('ol > li:first-child')) {
      point.parentElement!.setAttribute('start', number);
    }
    node.data = node.data.replaceAll(mark, '');
  }
}
