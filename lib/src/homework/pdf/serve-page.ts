import { readFile } from 'node:fs/promises';
import { dirname, extname, join, normalize } from 'node:path';
import type { HTTPRequest, Page } from 'puppeteer-core';
import { Mistake } from '../mistake';

/** A host that exists nowhere: every request to it is answered here, without a network. */
const HOST = 'http://notebook.invalid';
const MATHJAX = '/.mathjax/';

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.gif': 'image/gif',
  '.jpeg': 'image/jpeg',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.webp': 'image/webp',
};

/**
 * Opens HTML as if it lay in `folder`, so that a notebook's relative images are found. Fails on
 * what the page asks for and cannot have: a file that is not there, anything on another machine.
 */
export async function openPage(page: Page, html: string, folder: string): Promise<void> {
  const refused: string[] = [];
  await page.setRequestInterception(true);
  page.on('request', (request) => {
    answer(request, html, folder).catch((reason: Error) => {
      refused.push(reason.message);
      return request.abort();
    });
  });
  page.on('pageerror', (error) => {
    refused.push(`a script fails: ${error instanceof Error ? error.message : error}`);
  });
  await page.goto(`${HOST}/`, { waitUntil: 'load', timeout: 120_000 });
  await page.waitForNetworkIdle({ idleTime: 50, timeout: 120_000 });
  if (refused.length > 0) throw new Mistake([...new Set(refused)].join('; '));
}

async function answer(request: HTTPRequest, html: string, folder: string): Promise<void> {
  const url = new URL(request.url());
  if (url.protocol === 'data:' || url.protocol === 'blob:') return request.continue();
  if (url.origin !== HOST) {
    throw new Error(`it asks for ${request.url()}, and a PDF is made without the network`);
  }
  if (url.pathname === '/') return request.respond({ contentType: 'text/html', body: html });
  if (url.pathname === '/favicon.ico') return request.respond({ status: 204 });
  const name = normalize(decodeURIComponent(url.pathname));
  const file = name.startsWith(MATHJAX)
    ? join(dirname(require.resolve('mathjax/es5/tex-svg-full.js')), name.slice(MATHJAX.length))
    : join(folder, name);
  const body = await readFile(file).catch(() => {
    throw new Error(`it shows ${name.slice(1)}, which is not in ${folder}`);
  });
  const contentType = TYPES[extname(file).toLowerCase()] ?? 'application/octet-stream';
  return request.respond({ contentType, body });
}
