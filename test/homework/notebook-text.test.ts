import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { notebookText } from '../../lib/homework/src/notebook-text';
import { notebooksFolder } from '../../lib/homework/src/project';
import { pythonWithJupyter } from '../../lib/homework/src/python';

/** What Python's `json` makes of JSON texts, with the options that nbformat has. */
function pythonTexts(texts: readonly string[]): readonly string[] {
  const script = `import json, sys
write = lambda text: json.dumps(json.loads(text), ensure_ascii=False, indent=1, sort_keys=True) + '\\n'
print(json.dumps([write(text) for text in json.load(sys.stdin)]))`;
  const input = JSON.stringify(texts);
  const { stdout } = spawnSync(pythonWithJupyter(), ['-c', script], { encoding: 'utf8', input });
  return JSON.parse(stdout);
}

test('numbers, texts and empty things are written as Python writes them', () => {
  const numbers = [
    0, -1, 0.1, 1e-4, 9.99e-5, 1e-5, -2.5e-7, 1e-10, 5e-324, 1e16, 1e20, 1e21, 1e300,
  ];
  const values: object[] = [
    { numbers },
    { b: 1, a: { d: [], c: {} }, '10': 2, '9': 3, A: null, ä: true },
    [[], [[]], 'é\u2028\u0001\n"\\', '🎲'],
    Array.from({ length: 500 }, (_, i) => Math.sin(i) * 10 ** ((i % 40) - 20)),
  ];
  const expected = pythonTexts(values.map((value) => JSON.stringify(value)));
  values.forEach((value, i) => {
    assert.is(notebookText(value), expected[i]);
  });
});

test("the project's notebooks are saved as Jupyter saves them", () => {
  for (const name of readdirSync(notebooksFolder()).filter((one) => one.endsWith('.ipynb'))) {
    const path = join(notebooksFolder(), name);
    const resave = `import sys, nbformat
nbformat.write(nbformat.read(sys.argv[1], nbformat.NO_CONVERT), sys.stdout, nbformat.NO_CONVERT)`;
    const { stdout } = spawnSync(pythonWithJupyter(), ['-c', resave, path], {
      encoding: 'utf8',
      maxBuffer: 2 ** 30,
    });
    assert.ok(stdout === readFileSync(path, 'utf8'), `${name}: a save in Jupyter changes the file`);
  }
});

test.run();
