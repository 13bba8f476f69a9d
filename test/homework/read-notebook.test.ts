import { execFileSync } from 'node:child_process';
import { symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { codeCells, readNotebook } from '../../lib/homework/src/notebook';
import { errorOf } from '../support/folders';
import { temporaryFolder } from '../support/temporary-folder';

const folder = temporaryFolder();

function write(name: string, content: unknown): string {
  const path = join(folder, `${name}.ipynb`);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

const notebook = (...cells: readonly unknown[]) => ({ cells, metadata: {}, nbformat: 4 });
const code = (outputs: unknown) => ({ cell_type: 'code', source: '1', metadata: {}, outputs });
const theory = { cell_type: 'markdown', source: ['# Theory\n', 'only'], metadata: {} };

test('a notebook of words alone, or with a byte order mark, is read', () => {
  assert.is(codeCells(readNotebook(write('theory', notebook(theory)))).length, 0);
  const marked = readNotebook(write('marked', `\uFEFF${JSON.stringify(notebook(theory))}`));
  assert.equal(marked, notebook(theory));
});

test('what is not a well-formed notebook is one sentence that names the file and the flaw', async () => {
  const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
  const output = (more: object) => code([{ output_type: 'display_data', ...more }]);
  const cases: readonly (readonly [content: unknown, says: string])[] = [
    ['null', 'not a notebook: it has no cells or no metadata'],
    [{ ...notebook(theory), metadata: null }, 'not a notebook: it has no cells or no metadata'],
    [{ ...notebook(theory), metadata: [] }, 'not a notebook: it has no cells or no metadata'],
    [{ ...notebook(theory), metadata: { kernelspec: null } }, 'its kernelspec is not an object'],
    [{ ...notebook(theory), metadata: { notegrad: 3 } }, 'its notegrad is not an object'],
    [notebook(), 'has no cells'],
    [notebook(theory, null), 'not a notebook: the 2nd of its cells is not an object'],
    [
      notebook({ ...theory, cell_type: 'heading' }),
      'not a notebook: the 1st of its cells has the type "heading" (known: code, markdown, raw)',
    ],
    [
      notebook({ cell_type: 'markdown', metadata: {} }),
      'not a notebook: the 1st of its cells has no source',
    ],
    [
      notebook(theory, theory, { ...theory, source: 7 }),
      'not a notebook: the 3rd of its cells has a source that is not text',
    ],
    [
      notebook({ ...theory, source: ['a', 1] }),
      'not a notebook: the 1st of its cells has a source that is not text',
    ],
    [
      notebook({ ...theory, metadata: null }),
      'not a notebook: the 1st of its cells has no metadata',
    ],
    [notebook(code(null)), 'not a notebook: the 1st of its cells has no list of outputs'],
    [
      notebook(code(['words'])),
      'not a notebook: the 1st of its cells has an output that is not an object',
    ],
    [
      notebook(code([{ output_type: 'pyout' }])),
      'not a notebook: the 1st of its cells has an output of the type "pyout" (known: stream, display_data, execute_result, error)',
    ],
    [notebook(output({})), 'not a notebook: the 1st of its cells has an output without data'],
    [
      notebook(output({ data: { 'text/html': 3 } })),
      'not a notebook: the 1st of its cells has an output whose text/html is not text',
    ],
    [
      notebook({ ...theory, attachments: { a: 'b' } }),
      'not a notebook: the 1st of its cells has attachments that are not objects',
    ],
    [
      `{"cells":[],"nbformat":4,"metadata":{"deep":${nested(900)}}}`,
      'is nested more than 200 levels deep',
    ],
    [nested(9000), 'is nested more than 200 levels deep'],
    [`[${'{},'.repeat(2_000_001)}0]`, 'holds more than 2,000,000 lists and objects'],
    [
      { ...notebook(theory), metadata: { kernelspec: { name: 3 } } },
      'the name of its kernelspec is not text',
    ],
    [{ ...notebook(theory), metadata: { language_info: 3 } }, 'its language_info is not an object'],
    [
      { ...notebook(theory), nbformat_minor: '5' },
      'not a notebook: its nbformat_minor is not a whole number',
    ],
    [
      notebook({ ...theory, id: '../x' }),
      'not a notebook: the 1st of its cells has an id that is not 1 to 64 letters, digits, - or _',
    ],
    [
      notebook({ ...code([]), execution_count: 'one' }),
      'not a notebook: the 1st of its cells has an execution_count that is not a whole number',
    ],
    [
      notebook(code([{ output_type: 'stream', name: 1, text: '' }])),
      'not a notebook: the 1st of its cells has an output whose name is not text',
    ],
    [
      notebook(code([{ output_type: 'error', ename: 1 }])),
      'not a notebook: the 1st of its cells has an error whose ename is not text',
    ],
    ['root:x:0:0:secret', 'not a notebook: it is not JSON'],
  ];
  for (const [content, says] of cases) {
    const path = write('flawed', content);
    assert.is(await errorOf(() => readNotebook(path)), `${path}: ${says}`);
  }
});

test('a link and a pipe are refused, and not waited for', async () => {
  const link = join(folder, 'link.ipynb');
  symlinkSync(write('target', notebook(theory)), link);
  assert.match(await errorOf(() => readNotebook(link)), `${link}: is a symbolic link`);
  const pipe = join(folder, 'pipe.ipynb');
  execFileSync('mkfifo', [pipe]);
  assert.is(await errorOf(() => readNotebook(pipe)), `${pipe}: is not a file`);
});

test('a file that is too large is not read', async () => {
  const path = write('large', '');
  truncateSync(path, 200_000_000);
  assert.is(await errorOf(() => readNotebook(path)), `${path}: is larger than 100 MB`);
});

test('of what a link leads to, nothing is told', async () => {
  const secret = write('secret', 'root:x:0:0');
  const link = join(folder, 'to-secret.ipynb');
  symlinkSync(secret, link);
  assert.not.match(await errorOf(() => readNotebook(link)), 'root');
  const zero = join(folder, 'zero.ipynb');
  symlinkSync('/dev/zero', zero);
  assert.match(await errorOf(() => readNotebook(zero)), 'is a symbolic link');
  assert.match(await errorOf(() => readNotebook('/dev/zero')), '/dev/zero: is not a file');
});

test.run();
