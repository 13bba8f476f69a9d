import type { Command } from 'commander';
import {
  DataError,
  dataSetNames,
  fetchDataSet,
  type InventoryItem,
  inspect,
} from 'notegrad/tooling';
import { Mistake } from '../mistake';
import { formatTable } from '../table';

/** `homework data`: where the data sets are, and fetching and verifying them. */
export function addData(program: Command): void {
  const data = program.command('data').description('list, fetch and verify the data sets');
  data
    .command('list', { isDefault: true })
    .description('list every data set: where it was found, its state, size and rows')
    .argument('[names...]', 'only these data sets')
    .action((names: string[]) => sayMistakes(() => list(names)));
  data
    .command('get')
    .description('fetch a data set, if it is not there and can be fetched')
    .argument('<name>', 'its name, as `homework data list` gives it')
    .action((name: string) => sayMistakes(() => get(name)));
  data
    .command('verify')
    .description('hash every file again; fails if one is wrong')
    .argument('[names...]', 'only these data sets')
    .action((names: string[]) => sayMistakes(() => verify(names)));
}

async function list(names: readonly string[]): Promise<void> {
  const known = dataSetNames();
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new Mistake(
      `data: ${unknown} is no command (known: list, get, verify) and no data set (known: ${known.join(', ')})`,
    );
  }
  console.log(describe(await inspectAll(names.length > 0 ? names : known)));
}

async function get(name: string): Promise<void> {
  await fetchDataSet(name);
  console.log(describe([await inspect(name)]));
}

async function verify(names: readonly string[]): Promise<void> {
  const items = await inspectAll(names.length > 0 ? names : dataSetNames());
  console.log(describe(items));
  const wrong = items.filter(({ state }) => state === 'wrong').map(({ name }) => name);
  const missing = items.filter(({ state }) => state === 'missing').map(({ name }) => name);
  if (wrong.length > 0) throw new Mistake(`wrong: ${wrong.join(', ')}`);
  if (names.length > 0 && missing.length > 0) throw new Mistake(`missing: ${missing.join(', ')}`);
}

async function inspectAll(names: readonly string[]): Promise<InventoryItem[]> {
  const items: InventoryItem[] = [];
  for (const name of names) items.push(await inspect(name));
  return items;
}

const NOTES_SHOWN = 5;

/** A table and, below it, what there is to say about each set. */
function describe(items: readonly InventoryItem[]): string {
  const table = formatTable(
    ['data set', 'state', 'rows', 'MB', 'found'],
    items.map(({ name, state, rows, bytes, found }) => [
      name,
      state,
      rows.map((count) => count.toLocaleString('en-US')).join(' + ') || '–',
      bytes === undefined ? '–' : (bytes / 1e6).toFixed(1),
      found ?? '–',
    ]),
  );
  const notes = items.flatMap(({ name, notes }) => {
    const more = notes.length - NOTES_SHOWN;
    const shown = notes.slice(0, NOTES_SHOWN);
    return [...shown, ...(more > 0 ? [`… and ${more} more`] : [])].map(
      (note) => `${name}: ${note}`,
    );
  });
  return [table, ...(notes.length > 0 ? ['', ...notes] : [])].join('\n');
}

async function sayMistakes(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    throw error instanceof DataError ? new Mistake(error.message) : error;
  }
}
