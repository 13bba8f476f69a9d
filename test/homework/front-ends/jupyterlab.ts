import type { Page } from 'puppeteer-core';
import { type FrontEndPage, type FrontEndServer, press, type ShownCell, until } from './front-end';

const toolbar = (command: string) => `.jp-NotebookPanel-toolbar [data-command="${command}"]`;

/** JupyterLab (4), as a reader works with it. */
export function jupyterLab(page: Page, server: FrontEndServer): FrontEndPage {
  const click = (selector: string) => page.click(selector);
  const has = (selector: string) => page.$(selector).then(Boolean);
  const editor = (cell: number) =>
    page
      .$$('.jp-CodeCell .cm-content')
      .then((all) => all[cell] ?? Promise.reject(Error('no cell')));
  const isIdle = () =>
    page.$eval('#jp-main-statusbar', (bar) => /TypeScript \| Idle/.test(bar.textContent ?? ''));
  const menu = async (...path: readonly string[]) => {
    const at = (words: string, selector: string) =>
      until(`${words} in the menu`, async () => {
        for (const one of await page.$$(selector)) {
          const said = await one.evaluate((element) => element.textContent?.trim());
          if (said?.startsWith(words)) return one;
        }
        return undefined;
      });
    const [bar, ...rest] = path;
    await (await at(bar, '.lm-MenuBar-item')).click();
    for (const words of rest) await (await at(words, '.lm-Menu-item')).click();
  };
  return {
    async open(name) {
      await page.goto(`${server.address}/lab/tree/${name}?reset&token=${server.token}`);
      await until('the cells are there', () => has('.jp-CodeCell .cm-content'), 90);
      await until('the kernel is there', isIdle);
      // A question about news, which another start has answered.
      const news = await page.$('.Toastify__toast button.jp-toast-button:last-child');
      await news?.click();
    },
    runAll: () => menu('Run', 'Run All Cells'),
    runCell: () => press(page, 'Control', 'Enter'),
    stop: () => click(toolbar('notebook:interrupt-kernel')),
    async restart() {
      await click(toolbar('notebook:restart-kernel'));
      await until('the question', () => has('.jp-Dialog .jp-mod-accept'));
      await click('.jp-Dialog .jp-mod-accept');
      await until('the kernel is there', isIdle);
    },
    async confirmDeath() {
      await until('the news', () => has('.jp-Dialog .jp-mod-accept'));
      await click('.jp-Dialog .jp-mod-accept');
      await until('the kernel is there', isIdle);
    },
    save: () => click(toolbar('docmanager:save')),
    async type(cell, code) {
      await (await editor(cell)).click();
      await press(page, 'Control', 'a');
      await press(page, 'Backspace');
      await page.keyboard.type(code);
    },
    async complete(cell) {
      const before = await this.code(cell);
      return until('completions', async () => {
        // One that takes more than a second, as on a busy machine, is not shown: Tab asks again.
        await press(page, 'Tab');
        await new Promise((resolve) => setTimeout(resolve, 2000));
        const offered = await page.$$eval('.jp-Completer li code', (all) =>
          all.map((one) => one.textContent ?? ''),
        );
        if (offered.length > 0) return offered;
        const after = await this.code(cell);
        return after !== before && [after];
      });
    },
    async hover() {
      await press(page, 'Shift', 'Tab');
      return until('the documentation', async () => {
        const shown = await page.$('.jp-Tooltip');
        return shown?.evaluate((element) => element.textContent?.trim());
      });
    },
    code: async (cell) =>
      (await editor(cell)).evaluate((element) =>
        [...element.querySelectorAll('.cm-line')].map((line) => line.textContent).join('\n'),
      ),
    cells: () =>
      page.$$eval('.jp-CodeCell', (cells) =>
        cells.map((cell): ShownCell => {
          const output = cell.querySelector('.jp-Cell-outputArea') as HTMLElement | null;
          return {
            number:
              /\[(.*)\]/
                .exec(cell.querySelector('.jp-InputPrompt')?.textContent ?? '')?.[1]
                .trim() ?? '',
            text: [...(output?.querySelectorAll<HTMLElement>('.jp-OutputArea-output') ?? [])]
              .map((one) => one.innerText)
              .join('\n'),
            pictures: [...(output?.querySelectorAll('img') ?? [])].map((one) =>
              one.getAttribute('alt'),
            ),
            html: output?.innerHTML ?? '',
          };
        }),
      ),
    async pdfEntries() {
      const answer = await server.get('/api/nbconvert');
      const formats = Object.entries(
        (await answer.json()) as Record<string, { output_mimetype: string }>,
      );
      return formats
        .filter(([, one]) => one.output_mimetype === 'application/pdf')
        .map(([name]) => name);
    },
  };
}
