import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { JSDOM } from 'jsdom';
import { escapeHtml } from 'notegrad/tooling';
import type { NotebookPage } from '../pdf/notebook-page';
import { packageFolder } from '../project';

/** A page to be read and to be printed: whole in itself, and of which nothing runs. */
export interface ReportPage extends NotebookPage {
  readonly title: string;
}

/** HTML that is safe already: every text in it went through `escaped`. */
export type SafeHtml = string;

/** A part of a page, which is kept in its order when it is printed. */
export interface Section {
  /** What it is called in messages. */
  readonly place: string;
  readonly html: SafeHtml;
}

const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

const STYLE = `
@media screen { body { max-width: 50rem; margin: 2rem auto; padding: 0 1rem } }
table { width: 100% }
td { overflow-wrap: anywhere }
td.number, th.number { text-align: right; white-space: nowrap }
td pre { font: inherit }`;

/** Puts a title and sections together as one page. */
export function reportPage(title: string, sections: readonly Section[]): ReportPage {
  const sheet = readFileSync(join(packageFolder, 'share', 'print', 'print.css'), 'utf8');
  const all = [{ place: 'the title', html: `<h1>${escaped(title)}</h1>` }, ...sections];
  const boxes = all.map(
    ({ html }, i) =>
      `<div class="part output html" data-part="${i}" data-cell="${i}">${html}</div>`,
  );
  return {
    title,
    html: `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<title>${escaped(title)}</title>
<style>${sheet}${STYLE}</style>
</head>
<body>
<main>
${boxes.join('\n')}
</main>
</body>
</html>
`,
    parts: all.map(({ place, html }) => ({ place, letters: lettersOf(html) })),
    complaints: [],
    notes: [],
  };
}

/** A table; columns of numbers stand to the right. */
export function tableHtml(
  header: readonly string[],
  rows: readonly (readonly SafeHtml[])[],
): SafeHtml {
  const isNumber = header.map((_, i) => rows.every((row) => /^[\d.,/%–-]*$/.test(row[i])));
  const cells = (row: readonly string[], tag: string) =>
    row
      .map(
        (text, i) =>
          `<${tag}${isNumber[i] ? ' class="number"' : ''}>${text}</${tag.split(' ')[0]}>`,
      )
      .join('');
  const body = rows.map((row) => `<tr>${cells(row, 'td')}</tr>`).join('\n');
  return `<table><thead><tr>${cells(header.map(escaped), 'th scope="col"')}</tr></thead>
<tbody>${body}</tbody></table>`;
}

export function listHtml(items: readonly SafeHtml[]): SafeHtml {
  return `<ul>${items.map((item) => `<li>${item}</li>`).join('')}</ul>`;
}

/** A text of several lines, as it was written. */
export function linesHtml(text: string): SafeHtml {
  return text === '' ? '' : `<pre>${escaped(text)}</pre>`;
}

const LONGEST = 2000;

/** A text that others wrote, as HTML shows it: without what commands a terminal, and not without end. */
export function escaped(text: string): SafeHtml {
  const plain = text
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is taken out
    .replaceAll(/\u001b\[[0-9;?]*[A-Za-z]/g, '')
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(/[^\P{Cc}\t\n]|[\p{Cs}\uFFFE\uFFFF]/gu, '\uFFFD');
  if (plain.length <= LONGEST) return escapeHtml(plain);
  const rest = plain.length - LONGEST;
  return escapeHtml(
    `${plain.slice(0, LONGEST).replace(/\p{Cs}$/u, '')}… (${rest} more characters)`,
  );
}

function lettersOf(html: string): string {
  return (JSDOM.fragment(html).textContent ?? '').replaceAll(/\s/g, '');
}
