import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { handInOf } from '../../lib/homework/src/hand-in';
import { homework } from '../homework/notebooks';
import { codeBlocks, type Page, pages, root } from './pages';

/** A command that a page shows, and where. */
interface Shown {
  /** page:line */
  readonly at: string;
  readonly words: readonly string[];
}

const shown = pages().flatMap(commandsOf);
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};

/** The lines of a page's shell blocks, and the commands of ours in its text, as words. */
function commandsOf(page: Page): Shown[] {
  const inBlocks = codeBlocks(page)
    .filter(({ language }) => ['sh', 'bash', 'shell', 'console'].includes(language))
    .flatMap(({ code, line }) => code.split('\n').map((text, i) => ({ text, line: line + i })));
  const inText = page.text
    .split('\n')
    .flatMap((row, i) =>
      [...row.matchAll(/`((?:npm|npx) [^`]+)`/g)].map(([, text]) => ({ text, line: i + 1 })),
    );
  return [...inBlocks, ...inText]
    .flatMap(({ text, line }) => text.split('&&').map((part) => ({ text: part, line })))
    .map(({ text, line }) => ({ at: `${page.path}:${line}`, words: wordsOf(text) }))
    .filter(({ words }) => words.length > 0);
}

/** Without comment, prompt, and variables set before the command. */
function wordsOf(line: string): string[] {
  const words = line
    .replace(/(?:^|\s)#.*$/, '')
    .replace(/^\$ /, '')
    .split(/\s+/)
    .filter(Boolean);
  return words.slice(words.findIndex((word) => !/^[A-Z_]+=/.test(word)));
}

const helps = new Map<string, Promise<string>>();

/** What `homework … --help` says; empty where there is no such command. */
function helpOf(...command: string[]): Promise<string> {
  const name = command.join(' ');
  const known = helps.get(name);
  if (known) return known;
  const help = homework(root, [...command, '--help']).then(({ code, stdout }) =>
    code === 0 && stdout.startsWith(`Usage: homework ${name}`) ? stdout : '',
  );
  helps.set(name, help);
  return help;
}

const commandsIn = (help: string) =>
  [...(help.split(/^Commands:$/m)[1] ?? '').matchAll(/^ {2}(\w+)/gm)].map(([, name]) => name);
const optionsIn = (text: string): string[] => text.match(/(?<![\w-])--?[a-z][a-z-]*/g) ?? [];

async function mistakesIn({ at, words }: Shown): Promise<string[]> {
  const [, , command, subcommand] = words;
  if (command === '--help') return [];
  const commands = commandsIn(await helpOf());
  if (!commands.includes(command)) {
    return [`${at}: unknown command: homework ${command} (known: ${commands.join(', ')})`];
  }
  const help = await helpOf(command);
  const isNested = subcommand !== undefined && commandsIn(help).includes(subcommand);
  const full = isNested ? await helpOf(command, subcommand) : help;
  const known = optionsIn(full);
  return words
    .slice(isNested ? 4 : 3)
    .filter((word) => word.startsWith('-') && !known.includes(word.split('=')[0]))
    .map((word) => `${at}: unknown option of homework ${command}: ${word}`);
}

test('every homework command and option that a page shows is known', async () => {
  const ours = shown.filter(({ words: [npx, name] }) => npx === 'npx' && name === 'homework');
  assert.ok(ours.length > 10);
  const mistakes: string[] = [];
  for (const command of ours) mistakes.push(...(await mistakesIn(command)));
  assert.equal(mistakes, []);
});

test('every npm script that a page shows is there', () => {
  const names = shown.flatMap(({ at, words: [npm, verb, name] }) => {
    if (npm !== 'npm') return [];
    if (verb === 'start' || verb === 'test') return [{ at, name: verb }];
    return verb === 'run' && name !== undefined ? [{ at, name }] : [];
  });
  assert.ok(names.length > 10);
  const unknown = names.filter(({ name }) => !Object.hasOwn(scripts, name));
  assert.equal(
    unknown.map(({ at, name }) => `${at}: no script of package.json is called ${name}`),
    [],
  );
});

test('every script that a page runs with node is there', () => {
  const missing = shown.flatMap(({ at, words }) => {
    if (words[0] !== 'node') return [];
    const file = words.find((word) => /^(?:scripts|test|bench|lib)\/.*\.\w+$/.test(word));
    return file === undefined || exists(file) ? [] : [`${at}: ${file}`];
  });
  assert.equal(missing, []);
});

test('every hand-in that a page shows is one that is understood', () => {
  const blocks = pages().flatMap((page) =>
    codeBlocks(page)
      .filter(({ code }) => code.startsWith('"notegrad":'))
      .map(({ code, line }) => ({ at: `${page.path}:${line}`, code })),
  );
  assert.ok(blocks.length >= 2);
  for (const { at, code } of blocks) {
    const notebook = { cells: [], metadata: JSON.parse(`{${code}}`), nbformat: 4 };
    assert.ok(handInOf(notebook, at), at);
  }
});

function exists(path: string): boolean {
  try {
    readFileSync(join(root, path));
    return true;
  } catch {
    return false;
  }
}

test.run();
