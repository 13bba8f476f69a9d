// Writes docs/differences-from-tfjs.md from the table in lib/notegrad/src/engine/differences.ts:
//   node -r esbuild-register scripts/differences.ts
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { conventions, type Difference, differences } from '../lib/notegrad/src/engine/differences';

export const page: string = path.join(__dirname, '../docs/differences-from-tfjs.md');

/** The page, in Markdown. */
export function differencesPage(): string {
  return [
    '# Where notegrad computes something else than tfjs',
    '',
    'Programs on TensorFlow.js 4.22 run here unchanged. Where tfjs is wrong, or refuses what can be',
    'computed, the engines native, wasm and cpu differ from it in what this page lists. It is made from',
    '[`lib/notegrad/src/engine/differences.ts`](../lib/notegrad/src/engine/differences.ts) by',
    '`node -r esbuild-register scripts/differences.ts`.',
    '',
    table(differences),
    '',
    '## Where a convention had to be chosen',
    '',
    table(conventions),
    '',
  ].join('\n');
}

function table(rows: readonly Difference[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [
    line(['operation', 'tfjs', 'notegrad', 'why']),
    line(['---', '---', '---', '---']),
    ...rows.map(({ op, tfjs, ours, why }) => line([op, tfjs, ours, why])),
  ].join('\n');
}

if (require.main === module) writeFileSync(page, differencesPage());
