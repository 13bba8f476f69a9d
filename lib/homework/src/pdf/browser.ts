import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'puppeteer-core';
import { findBrowser } from '../../bin/find-browser';
import { Mistake, reasonOf } from '../mistake';

/**
 * Starts Chromium with a fresh profile, lets `work` use it until `late`, and leaves nothing of it
 * behind.
 */
export async function withBrowser<T>(
  work: (browser: Browser) => Promise<T>,
  late: AbortSignal,
): Promise<T> {
  const executablePath = locate();
  const { launch } = await import('puppeteer-core');
  const profile = await mkdtemp(join(tmpdir(), 'notegrad-chromium-'));
  try {
    const browser = await launch({
      executablePath,
      userDataDir: profile,
      // What it keeps elsewhere it does not always take away.
      env: { ...process.env, TMPDIR: profile },
      signal: late,
      // It ends with us, and nobody else on this machine can command it.
      pipe: true,
      protocolTimeout: 0,
      args: [
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--disable-dev-shm-usage',
        '--font-render-hinting=none',
        // Chromium refuses to sandbox root; elsewhere the sandbox stays.
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      ],
    }).catch((error: unknown) => {
      throw new Mistake(`${executablePath} does not start: ${reasonOf(error)}`);
    });
    const kill = () => browser.process()?.kill('SIGKILL');
    late.addEventListener('abort', kill);
    try {
      return await work(browser);
    } finally {
      late.removeEventListener('abort', kill);
      await browser.close();
    }
  } finally {
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

function locate(): string {
  try {
    const path = findBrowser();
    if (path) return path;
  } catch (error) {
    throw new Mistake(reasonOf(error));
  }
  throw new Mistake(
    'no Chromium or Chrome was found, which prints the PDF: `npx homework setup` says how it is installed; or name one in CHROME_PATH',
  );
}
