import { escapeHtml } from 'notegrad/tooling';
import type { Notebook } from '../notebook';

/** What stands below the title. */
export interface FirstPage {
  readonly authors: readonly string[];
  readonly date: string;
  /** Sentences that a reader should know first. */
  readonly notes: readonly string[];
}

/** A report with more pages than this begins with a table of contents. */
export const PAGES_WITHOUT_CONTENTS = 10;

/** `metadata.authors` of a notebook: objects with a `name`, or names themselves. */
export function authorsOf({ metadata: { authors } }: Notebook): readonly string[] {
  if (!Array.isArray(authors)) return [];
  return authors
    .map((author: unknown) => (author as { name?: unknown } | null)?.name ?? author)
    .filter((name): name is string => typeof name === 'string' && name.trim() !== '')
    .map((name) => name.trim());
}

/** `metadata.date` of a notebook as it is written there, else today: 7 March 2026. */
export function dateOf({ metadata: { date } }: Notebook): string {
  if (typeof date === 'string' && date.trim() !== '') return date.trim();
  return new Date().toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric' });
}

/** The head of the report; a title goes before it. */
export function firstPageHtml({ authors, date, notes }: FirstPage): string {
  const line = (name: string, text: string) => `<p class="${name}">${escapeHtml(text)}</p>`;
  return [
    ...(authors.length > 0 ? [line('authors', authors.join(', '))] : []),
    line('date', date),
    ...notes.map((note) => line('note', note)),
  ].join('');
}

/**
 * Runs in the page: adds a table of contents to the first page, of headings down to the third level,
 * or to the second where that would be long.
 */
export function addContents(): void {
  const long = 40;
  const all = [...document.querySelectorAll<HTMLElement>('[data-heading]')];
  const levelOf = (heading: Element) => Number(heading.localName.slice(1));
  const deepest = all.filter((heading) => levelOf(heading) <= 3).length > long ? 2 : 3;
  const listed = all.filter((heading) => levelOf(heading) <= deepest);
  const top = Math.min(...listed.map(levelOf));
  const contents = document.createElement('nav');
  contents.className = 'contents';
  contents.setAttribute('aria-label', 'Contents');
  const list = contents.appendChild(document.createElement('ul'));
  for (const heading of listed) {
    const item = list.appendChild(document.createElement('li'));
    item.className = `level-${levelOf(heading) - top}`;
    const link = item.appendChild(document.createElement('a'));
    link.setAttribute('href', `#${heading.id}`);
    const words = link.appendChild(document.createElement('span'));
    words.className = 'words';
    words.append(...[...heading.childNodes].map((node) => node.cloneNode(true)));
    words.querySelectorAll('[id]').forEach((element) => {
      element.removeAttribute('id');
    });
    const page = link.appendChild(document.createElement('span'));
    page.className = 'page';
  }
  if (listed.length > 1) document.querySelector('.front')?.append(contents);
}

/** Runs in the page: writes page numbers, by the id of a heading, into the table of contents. */
export function numberContents(pages: Readonly<Record<string, number>>): void {
  for (const link of document.querySelectorAll<HTMLElement>('.contents a')) {
    const page = pages[link.getAttribute('href')!.slice(1)];
    link.querySelector('.page')!.textContent = page === undefined ? '' : String(page);
  }
}
