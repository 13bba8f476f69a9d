/**
 * The path of the Chromium or Chrome that prints PDFs: `CHROME_PATH` where it is set (an error if
 * that is no program), else the first on the PATH or among macOS's applications.
 */
export function findBrowser(): string | undefined;
