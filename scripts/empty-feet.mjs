// Pages of PDFs that are more than a quarter empty at the foot: node scripts/empty-feet.mjs reports/*.pdf
// Needs pdftoppm (Debian: poppler-utils).
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const DOTS_A_MILLIMETRE = 40 / 25.4;
const MARGIN = { top: 22, bottom: 20 };
const LARGEST = 0.25;
// Darker than the ground and the rule of a code box, which a page break draws to its foot.
const PAPER = 200;

/** The share of what is between a page's margins that is empty below all that is on it. */
function footOf(path) {
  const file = readFileSync(path);
  const [header, wide, high] = /^P5\s+(\d+)\s+(\d+)\s+255\s/.exec(file.toString('latin1', 0, 50));
  const width = Number(wide);
  const top = Math.round(MARGIN.top * DOTS_A_MILLIMETRE);
  const bottom = Number(high) - Math.round(MARGIN.bottom * DOTS_A_MILLIMETRE);
  let row = bottom;
  const isEmpty = (y) => {
    const start = header.length + y * width;
    return file.subarray(start, start + width).every((grey) => grey > PAPER);
  };
  while (row > top && isEmpty(row - 1)) row--;
  return (bottom - row) / (bottom - top);
}

for (const pdf of process.argv.slice(2)) {
  const folder = mkdtempSync(join(tmpdir(), 'empty-feet-'));
  try {
    execFileSync('pdftoppm', ['-r', '40', '-gray', pdf, join(folder, 'page')]);
    const feet = readdirSync(folder)
      .sort()
      .map((name) => footOf(join(folder, name)));
    const empty = feet.flatMap((foot, i) =>
      foot > LARGEST ? [`${i + 1} (${Math.round(100 * foot)} %)`] : [],
    );
    console.log(`${pdf}: ${empty.length} of ${feet.length} pages: ${empty.join(', ')}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
