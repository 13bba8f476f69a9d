import type { Page } from 'puppeteer-core';
import { Mistake } from '../mistake';

/** A host that exists nowhere: its one page is answered here, without a network. */
const ADDRESS = 'http://notebook.invalid/';

/** Nothing is asked of anyone, whatever the HTML says. */
export const FETCHES_NOTHING: readonly string[] = [
  "default-src 'none'",
  'img-src data:',
  'font-src data:',
  "style-src 'unsafe-inline'",
  "form-action 'none'",
  "base-uri 'none'",
];
/** And nothing runs; or what we give the page runs, but no script of its HTML. */
const PRINTS = [...FETCHES_NOTHING, 'sandbox'].join('; ');
const DRAWS = [...FETCHES_NOTHING, "script-src 'unsafe-eval'", 'sandbox allow-scripts'].join('; ');

/**
 * Opens HTML in which no script runs; fails on whatever it asks for besides itself.
 *
 * @param options.draws whether code that is evaluated in the page may make more code, as packages do
 *   that draw; default false
 */
export async function openPage(
  page: Page,
  html: string,
  { draws = false }: { readonly draws?: boolean } = {},
): Promise<void> {
  const refused: string[] = [];
  await page.setJavaScriptEnabled(draws);
  await page.setRequestInterception(true);
  page.on('request', (request) => {
    const url = request.url();
    if (url === ADDRESS) {
      const headers = { 'Content-Security-Policy': draws ? DRAWS : PRINTS };
      return request.respond({ contentType: 'text/html; charset=utf-8', headers, body: html });
    }
    if (url.startsWith('data:')) return request.continue();
    if (url === `${ADDRESS}favicon.ico`) return request.respond({ status: 204 });
    refused.push(`it asks for ${url.slice(0, 200)}, and a PDF is made without the network`);
    return request.abort();
  });
  await page.goto(ADDRESS, { waitUntil: 'load', timeout: 0 });
  await page.evaluate('document.fonts.ready.then(() => {})');
  if (refused.length > 0) throw new Mistake([...new Set(refused)].join('; '));
}
