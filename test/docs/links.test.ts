import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Page, pages, prose, root } from './pages';

/** The anchors of a page's headings as GitHub makes them; TypeDoc's are the same. */
function anchorsOf(page: Page): Set<string> {
  const headings = [...prose(page).matchAll(/^#{1,6} +(.*?)\s*$/gm)].map(([, text]) =>
    text
      .replaceAll(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
      .replaceAll(/[`*]/g, '')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
  const seen = new Map<string, number>();
  return new Set(
    headings.map((heading) => {
      const count = seen.get(heading) ?? 0;
      seen.set(heading, count + 1);
      return count === 0 ? heading : `${heading}-${count}`;
    }),
  );
}

interface Link {
  /** page:line */
  readonly at: string;
  readonly page: Page;
  readonly target: string;
}

function linksOf(page: Page): Link[] {
  const withoutCode = prose(page).replaceAll(/`[^`\n]*`/g, (code) =>
    code.replaceAll(/[[\]()]/g, ' '),
  );
  return [...withoutCode.matchAll(/\]\(\s*([^)\s]*)[^)]*\)/g)].map(({ 1: target, index }) => ({
    at: `${page.path}:${withoutCode.slice(0, index).split('\n').length}`,
    page,
    target,
  }));
}

const all = pages();
const links = all.flatMap(linksOf);
const isElsewhere = ({ target }: Link) => /^[a-z]+:/.test(target);

test('every link to a file of ours leads to one, and to a heading that it has', () => {
  const anchors = new Map(all.map((page) => [page.path, anchorsOf(page)]));
  const broken = links
    .filter((link) => !isElsewhere(link))
    .flatMap(({ at, page, target }) => {
      const [path, anchor] = target.split('#');
      const file = path === '' ? page.path : normalize(join(dirname(page.path), path));
      if (!existsSync(join(root, file))) return [`${at}: ${target}: there is no ${file}`];
      if (anchor === undefined || !file.endsWith('.md')) return [];
      return anchors.get(file)?.has(anchor)
        ? []
        : [`${at}: ${target}: ${file} has no such heading`];
    });
  assert.ok(links.length > 20);
  assert.equal(broken, []);
});

test('links to elsewhere are secure ones', () => {
  const bad = links.filter(isElsewhere).filter(({ target }) => !target.startsWith('https://'));
  assert.equal(
    bad.map(({ at, target }) => `${at}: ${target}`),
    [],
  );
});

test.run();
