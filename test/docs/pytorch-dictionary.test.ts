import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { pythonWithTorch, runPython } from '../support/python-torch';
import { temporaryFolder } from '../support/temporary-folder';
import { codeBlocks, pages } from './pages';

const page = pages().find(({ path }) => path.endsWith('pytorch-dictionary.md'))!;
const blocks = codeBlocks(page).filter(({ language }) => language === 'python');
const python = pythonWithTorch();

test('the dictionary has thirty things or more, each in both languages', () => {
  const rows = [
    ...page.text.matchAll(/<th colspan="2">([^<]+)<\/th><\/tr>\s<tr>([\s\S]*?)<\/tr>/g),
  ];
  assert.ok(rows.length >= 30, `${rows.length}`);
  const incomplete = rows.filter(
    ([, , row]) => !(row.includes('```python') && row.includes('```ts')),
  );
  assert.equal(
    incomplete.map(([, name]) => name),
    [],
  );
});

if (python === undefined)
  console.log('skipped: there is no PyTorch to run its side of the dictionary');
else {
  test("PyTorch's side of the dictionary runs, from top to bottom", () => {
    // Each block with its place in the page, so that a traceback names it.
    const program = blocks
      .filter(({ attributes }) => !attributes.startsWith('no-run'))
      .map(({ code, line }) => {
        const source = JSON.stringify('\n'.repeat(line - 1) + code);
        return `exec(compile(${source}, ${JSON.stringify(page.path)}, 'exec'), names)`;
      });
    const folder = temporaryFolder();
    const before = ['import os, warnings', `os.chdir(${JSON.stringify(folder)})`, 'names = {}'];
    runPython(python, [...before, "warnings.simplefilter('ignore')", ...program].join('\n'));
  });
}

test.run();
