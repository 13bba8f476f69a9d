import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { handInOf } from '../../lib/homework/src/hand-in';
import { homework } from './notebooks';

const root = join(__dirname, '..', '..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');

test('every command and option of ours that the README shows is known', async () => {
  const shown = [...readme.matchAll(/^npx homework (\w+)(.*?)(?:#.*)?$/gm)];
  const commands = [...new Set(shown.map(([, command]) => command))];
  assert.equal(commands.sort(), ['data', 'pdf', 'run', 'submit']);
  for (const command of commands) {
    const { code, stdout } = await homework(root, [command, '--help']);
    assert.is(code, 0);
    assert.match(stdout, `Usage: homework ${command}`);
    const lines = shown.filter(([, name]) => name === command).map(([, , rest]) => rest);
    const options = lines.join(' ').match(/--[a-z-]+/g) ?? [];
    const unknown = options.filter((option) => !stdout.includes(`${option} `));
    assert.equal(unknown, [], `homework ${command}`);
  }
});

test('the hand-in that the README shows is one that is understood', () => {
  const [, block] = /```json\n("notegrad": [\s\S]*?)```/.exec(readme)!;
  const handIn = handInOf({ cells: [], metadata: JSON.parse(`{${block}}`), nbformat: 4 }, 'README');
  assert.is(handIn?.files.length, 4);
});

test.run();
