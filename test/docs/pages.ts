import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

export const root: string = join(__dirname, '..', '..');

/** A Markdown file of ours. */
export interface Page {
  /** Relative to the root. */
  readonly path: string;
  readonly text: string;
}

/** A fenced block of code; also in an HTML comment, where readers do not see it. */
export interface CodeBlock {
  /** The first word after the fence; '' for none. */
  readonly language: string;
  /** The rest of that line, such as `no-run: needs the tweets`. */
  readonly attributes: string;
  readonly code: string;
  /** The number of the code's first line in the page. */
  readonly line: number;
}

const BESIDE_DOCS = ['README.md', 'CONTRIBUTING.md', 'ARCHITECTURE.md', 'CHANGELOG.md'];
const IN_FOLDERS = [
  'data/README.md',
  'bench/README.md',
  'lib/homework/README.md',
  'lib/homework/template/README.md',
  'lib/homework/template/data/README.md',
  'lib/linux-x64/README.md',
  'lib/notegrad/README.md',
];

/** Every page that people read: docs/, those beside package.json, and the folders' READMEs. */
export function pages(): readonly Page[] {
  const docs = readdirSync(join(root, 'docs'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.md'))
    .map((entry) => relative(root, join(entry.parentPath ?? entry.path, entry.name)))
    .filter((path) => !path.startsWith(join('docs', 'site')));
  return [...BESIDE_DOCS, ...IN_FOLDERS, ...docs.sort()]
    .filter((path) => existsSync(join(root, path)))
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}

/** The fenced blocks of a page, in order. Throws where a fence is not closed. */
export function codeBlocks({ path, text }: Page): readonly CodeBlock[] {
  const blocks: CodeBlock[] = [];
  let open: { fence: string; language: string; attributes: string; line: number } | undefined;
  let code: string[] = [];
  text.split('\n').forEach((row, i) => {
    const [, fence, language, attributes] = /^\s*(`{3,})\s*([\w-]*)\s*(.*)$/.exec(row) ?? [];
    if (!open) {
      if (fence) open = { fence, language, attributes, line: i + 2 };
      code = [];
    } else if (row.trim() === open.fence) {
      const { language, attributes, line } = open;
      blocks.push({ language, attributes, line, code: code.join('\n') });
      open = undefined;
    } else {
      code.push(row);
    }
  });
  if (open) throw new Error(`${path}:${open.line - 1}: a fence that is not closed`);
  return blocks;
}

/** The page without its fenced blocks and HTML comments, as many lines as before. */
export function prose({ text }: Page): string {
  const blank = (found: string) => found.replaceAll(/[^\n]/g, '');
  return text
    .replaceAll(/^\s*(`{3,})[^`\n]*\n[\s\S]*?^\s*\1\s*$/gm, blank)
    .replaceAll(/<!--[\s\S]*?-->/g, blank);
}
