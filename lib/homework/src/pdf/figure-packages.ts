import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import type { Browser } from 'puppeteer-core';
import { drawMermaid } from './draw-mermaid';
import { drawVega } from './draw-vega';
import type { Drawn } from './drawing';
import { openPage } from './open-page';

/** Draws a figure of a MIME type for which {@link isDrawnByPackages}, or says what is in the way. */
export type DrawFigure = (type: string, figure: unknown) => Promise<Drawn | Missing>;

/** The packages that would draw a figure, where not all are installed. */
export interface Missing {
  readonly missing: readonly string[];
}

/** A language of figures, and the packages of the user's own that read it. */
interface Language {
  readonly types: RegExp;
  readonly packages: readonly string[];
  /** The packages' files for browsers, below `node_modules`, in the order in which they are loaded. */
  readonly files: readonly string[];
  /** Runs in a page in which the files are loaded. */
  readonly draw: (figure: never, type: string) => Promise<Drawn>;
}

const LANGUAGES: readonly Language[] = [
  {
    types: /^application\/vnd\.vega(?:lite)?\.v\d+(?:\.\d+)*\+json$/,
    packages: ['vega', 'vega-lite'],
    files: ['vega/build/vega.min.js', 'vega-lite/build/vega-lite.min.js'],
    draw: drawVega,
  },
  {
    types: /^(?:text|application)\/(?:vnd\.)?mermaid$/,
    packages: ['mermaid'],
    files: ['mermaid/dist/mermaid.min.js'],
    draw: drawMermaid,
  },
];

/** Whether figures of a MIME type are drawn by packages that the user may have installed. */
export function isDrawnByPackages(type: string): boolean {
  return LANGUAGES.some(({ types }) => types.test(type));
}

/**
 * Draws figures with the packages that a notebook finds from its own folder, each in a page that
 * reaches no file and no network.
 */
export function figureDrawer(browser: Browser, source: string): DrawFigure {
  return async (type, figure) => {
    const { packages, files, draw } = LANGUAGES.find(({ types }) => types.test(type))!;
    const scripts = files.flatMap((file) => findFile(file, source) ?? []);
    if (scripts.length < files.length) return { missing: packages };
    return inPageOfItsOwn(browser, scripts, draw, [figure, type]);
  };
}

/** A file of a package that is installed for the notebook, or beside this package. */
function findFile(file: string, source: string): string | undefined {
  const [name] = file.split('/');
  const folders = [createRequire(resolve(source)), require].flatMap(
    (from) => from.resolve.paths(name) ?? [],
  );
  return folders.map((folder) => join(folder, file)).find((path) => existsSync(path));
}

async function inPageOfItsOwn(
  browser: Browser,
  scripts: readonly string[],
  draw: Language['draw'],
  given: readonly unknown[],
): Promise<Drawn> {
  const context = await browser.createBrowserContext();
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(0);
    await openPage(page, '<!DOCTYPE html><title>figure</title>', { draws: true });
    for (const script of scripts) await page.evaluate(readFileSync(script, 'utf8'));
    return (await page.evaluate(`(${draw.toString()})(...${JSON.stringify(given)})`)) as Drawn;
  } finally {
    await context.close();
  }
}
