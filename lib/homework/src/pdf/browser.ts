import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'puppeteer-core';
import { findBrowser } from '../../bin/find-browser';
import { Mistake, reasonOf } from '../mistake';

/** Chromium refuses to sandbox root; elsewhere the sandbox stays. */
const SANDBOX = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
const MOST_WORDS = 400;

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
        ...SANDBOX,
      ],
    }).catch((error: unknown) => {
      const reason = lastWords(executablePath, profile) ?? reasonOf(error);
      throw new Mistake(`${executablePath} does not start: ${reason}`);
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

/** Why Chromium itself says that it ends; puppeteer knows only that it has. */
function lastWords(path: string, profile: string): string | undefined {
  const blank = ['--headless', `--user-data-dir=${profile}`, '--dump-dom', 'about:blank'];
  const { status, stderr } = spawnSync(path, [...SANDBOX, ...blank], {
    encoding: 'utf8',
    timeout: 10_000,
  });
  if (status === 0) return undefined;
  const [, words] = /^\[[^\]]*(?:ERROR|FATAL):[^\]]*\] *(.+)$/m.exec(stderr ?? '') ?? [];
  return words?.slice(0, MOST_WORDS);
}

/** The Chromium or Chrome that prints; a Mistake where `CHROME_PATH` names none. */
export function browserPath(): string | undefined {
  try {
    return findBrowser();
  } catch (error) {
    throw new Mistake(reasonOf(error));
  }
}

function locate(): string {
  const path = browserPath();
  if (path) return path;
  throw new Mistake(
    'no Chromium or Chrome was found, which prints the PDF: `npx homework setup` says how it is installed; or name one in CHROME_PATH',
  );
}
