import type { Page } from 'puppeteer-core';
import { type FrontEndPage, type FrontEndServer, press, type ShownCell, until } from './front-end';

const toolbar = (action: string) => `button[data-jupyter-action="jupyter-notebook:${action}"]`;

/** The classic Notebook (6), as a reader works with it. */
export function classicNotebook(page: Page, server: FrontEndServer): FrontEndPage {
  const click = (selector: string) =>
    page.$eval(selector, (element) => (element as HTMLElement).click());
  const has = (selector: string) => page.$(selector).then(Boolean);
  const editor = (cell: number) =>
    page.$$('.code_cell .CodeMirror').then((all) => all[cell] ?? Promise.reject(Error('no cell')));
  return {
    async open(name) {
      await page.goto(`${server.address}/notebooks/${name}?token=${server.token}`);
      await until('the kernel is there', () => has('#kernel_indicator_icon.kernel_idle_icon'));
      await until('the cells are there', () => has('.code_cell'));
    },
    runAll: () => click('#run_all_cells a'),
    runCell: () => press(page, 'Control', 'Enter'),
    stop: () => click(toolbar('interrupt-kernel')),
    async restart() {
      await click(toolbar('confirm-restart-kernel'));
      await until('the question', () => has('.modal.in .btn-danger'));
      await click('.modal.in .btn-danger');
      await until('no question any more', async () => !(await has('.modal-backdrop')));
      await until('the kernel is there', () => has('#kernel_indicator_icon.kernel_idle_icon'));
    },
    async confirmDeath() {
      await until('the news', () => has('.modal.in .btn-primary'));
      await click('.modal.in .btn-primary');
      // Of the kernel that follows, this page shows nothing before it has a cell.
      await until('no news any more', async () => !(await has('.modal-backdrop')));
    },
    save: () => click(toolbar('save-notebook')),
    async type(cell, code) {
      await (await editor(cell)).click();
      await press(page, 'Control', 'a');
      await press(page, 'Backspace');
      await page.keyboard.type(code);
    },
    async complete(cell) {
      const before = await this.code(cell);
      await press(page, 'Tab');
      return until('completions', async () => {
        const offered = await page.$$eval('#complete option', (all) =>
          all.map((one) => one.textContent ?? ''),
        );
        if (offered.length > 0) return offered;
        const after = await this.code(cell);
        return after !== before && [after];
      });
    },
    async hover() {
      await press(page, 'Shift', 'Tab');
      return until('the documentation', () =>
        page.$eval('#tooltip .tooltiptext', (element) => element.textContent?.trim()),
      );
    },
    code: async (cell) =>
      (await editor(cell)).evaluate((element) =>
        (element as unknown as { CodeMirror: { getValue(): string } }).CodeMirror.getValue(),
      ),
    cells: () =>
      page.$$eval('.code_cell', (cells) =>
        cells.map((cell): ShownCell => {
          const output = cell.querySelector('.output') as HTMLElement;
          return {
            number:
              /\[(.*)\]/.exec(cell.querySelector('.input_prompt')?.textContent ?? '')?.[1].trim() ??
              '',
            text: [...output.querySelectorAll<HTMLElement>('.output_subarea')]
              .map((one) => one.innerText)
              .join('\n'),
            pictures: [...output.querySelectorAll('img')].map((one) => one.getAttribute('alt')),
            html: output.innerHTML,
          };
        }),
      ),
    async pdfEntries() {
      const entries = await page.$$eval('#file_menu a', (all) =>
        all.map((one) => [one.parentElement!.id, one.textContent ?? ''] as const),
      );
      return entries
        .filter(([, words]) => words.includes('PDF'))
        .map(([id]) => id.replace('download_', ''));
    },
  };
}
