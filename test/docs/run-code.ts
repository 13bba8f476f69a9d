import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Answer, KernelSession } from '../homework/kernel/kernel-session';
import { temporaryFolder } from '../support/temporary-folder';
import { asCell } from './cells';
import { type CodeBlock, codeBlocks, type Page, pages, root } from './pages';

/**
 * Makes a test of each page with code. A page's blocks are one notebook: they share their variables, and
 * the strict TypeScript of a real kernel checks and runs them. Those that say `no-run: why` are checked
 * only. One page alone: node -r esbuild-register test/docs/code-of-guides.test.ts own-data
 */
export function testCode(isMeant: (page: Page) => boolean): void {
  const [word = ''] = process.argv.slice(2);
  for (const page of pages().filter(({ path }) => path.includes(word))) {
    const blocks = codeBlocks(page).filter(({ language }) => /^(ts|typescript)$/.test(language));
    if (blocks.length === 0 || !isMeant(page)) continue;
    test(`the code of ${page.path} is right, and runs`, async () => {
      assert.equal(await complaintsAbout(page, blocks), []);
    });
  }
  test.run();
}

async function complaintsAbout(page: Page, blocks: readonly CodeBlock[]): Promise<string[]> {
  const folder = join(temporaryFolder(), 'page');
  mkdirSync(folder);
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  const kernel = await KernelSession.start(folder, `${folder}.log`);
  const complaints: string[] = [];
  for (const block of blocks) {
    const { reply, outputs } = await kernel.run(asCell(block));
    if (reply.status !== 'ok') complaints.push(complaint(page, block, { reply, outputs }));
  }
  await kernel.end();
  return complaints;
}

/** `docs/guides/own-data.md:31: …`, the line of the first error where it is told. */
function complaint(
  { path }: Page,
  { line, code }: CodeBlock,
  { reply, outputs }: Pick<Answer, 'reply' | 'outputs'>,
): string {
  const printed = outputs.map(({ text }) => text ?? '').join('');
  const said = [printed, ...(reply.traceback ?? []), reply.evalue ?? reply.status]
    .join('\n')
    .trim();
  const inBlock = Number(/(?:^|^cell \d+, line )(\d+)(?=:\d|$)/m.exec(said)?.[1] ?? 1);
  const at = code.split('\n').length >= inBlock ? inBlock : 1;
  return `${path}:${line + at - 1}: ${said}`;
}
