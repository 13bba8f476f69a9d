// @ts-check
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { root } from '../setup/root.mjs';
import { runCommand } from './job.mjs';

const folder = join(root, 'coverage');
const ours = /\/lib\/(?:notegrad|homework)\/src\/.*\.ts$/;

/** @typedef {{ total: number, covered: number }} Count */
/** @typedef {Record<string, { lines: Count, branches: Count }>} Summary by file */

/** What V8 records in one process. @typedef {{ result: { url: string }[], 'source-map-cache'?: Record<string, object> }} Recorded */

/** Forgets what earlier runs covered. */
export function beginCoverage() {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'kept'), { recursive: true });
}

/**
 * The job, watched by V8: the process and those it starts write down what they ran. Of the 20 MB that
 * each writes only what is about our sources is kept.
 *
 * @param {string} file
 * @param {(file: string, options: { env: NodeJS.ProcessEnv }) => import('./job.mjs').Job} jobOf
 * @returns {import('./job.mjs').Job}
 */
export function covered(file, jobOf) {
  const raw = join(folder, 'raw', file.replaceAll(sep, '-'));
  const job = jobOf(file, { env: { NODE_V8_COVERAGE: raw } });
  return {
    name: job.name,
    run: async () => {
      const outcome = await job.run();
      keepOurs(raw);
      return outcome;
    },
  };
}

function keepOurs(/** @type {string} */ raw) {
  for (const name of filesIn(raw)) {
    const recorded = parsed(join(raw, name));
    const result = recorded?.result.filter(({ url }) => ours.test(url)) ?? [];
    if (result.length === 0) continue;
    const maps = Object.entries(recorded?.['source-map-cache'] ?? {});
    const kept = Object.fromEntries(maps.filter(([url]) => ours.test(url)));
    const text = JSON.stringify({ result, 'source-map-cache': kept });
    writeFileSync(join(folder, 'kept', name), text);
  }
  rmSync(raw, { recursive: true, force: true });
}

/** Undefined where the process was killed while it wrote. @returns {Recorded | undefined} */
function parsed(/** @type {string} */ path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

function filesIn(/** @type {string} */ path) {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

/**
 * A row a room (a folder of a package's `src`): how much of its lines and branches the tests ran. Files
 * that no test loads count, too. The whole is in `coverage/index.html`.
 */
export async function coverageTable() {
  const argv = [
    ...['node', 'node_modules/c8/bin/c8.js', 'report', '--all', '--src', 'lib'],
    ...['--include', 'lib/*/src/**/*.ts', '--temp-directory', join(folder, 'kept')],
    ...['--reports-dir', folder, '--reporter', 'json-summary', '--reporter', 'html'],
  ];
  const { code, output } = await runCommand(argv, { seconds: 600 });
  if (code !== 0) throw new Error(`c8 cannot report: ${output}`);
  /** @type {Summary} */
  const { total: _, ...files } = JSON.parse(
    readFileSync(join(folder, 'coverage-summary.json'), 'utf8'),
  );
  return tableByRoom(files);
}

/** @returns {string} */
export function tableByRoom(/** @type {Summary} */ files) {
  /** @type {Map<string, Summary[string]>} */
  const rooms = new Map();
  for (const [path, { lines, branches }] of Object.entries(files)) {
    const room = roomOf(path);
    const sum = rooms.get(room) ?? { lines: none(), branches: none() };
    add(sum.lines, lines);
    add(sum.branches, branches);
    rooms.set(room, sum);
  }
  const rows = [...rooms].sort(([a], [b]) => (a < b ? -1 : 1));
  const width = Math.max(...rows.map(([room]) => room.length));
  const row = (/** @type {string} */ room, /** @type {string[]} */ cells) =>
    [room.padEnd(width), ...cells.map((cell) => cell.padStart(9))].join(' ');
  return [
    row('covered', ['lines', 'branches']),
    ...rows.map(([room, { lines, branches }]) => row(room, [percent(lines), percent(branches)])),
  ].join('\n');
}

/** lib/notegrad/src/data/csv.ts → notegrad/data; a file beside the rooms belongs to its package. */
function roomOf(/** @type {string} */ path) {
  const [, name, , ...inside] = relative(root, path).split(sep);
  return inside.length > 1 ? `${name}/${inside[0]}` : name;
}

/** @returns {Count} */
function none() {
  return { total: 0, covered: 0 };
}

function add(/** @type {Count} */ sum, /** @type {Count} */ { total, covered }) {
  sum.total += total;
  sum.covered += covered;
}

function percent(/** @type {Count} */ { total, covered }) {
  return total === 0 ? '–' : `${((100 * covered) / total).toFixed(1)} %`;
}
