import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { temporaryFolder } from '../support/temporary-folder';
import { homework, writeNotebook } from './notebooks';

const folder = temporaryFolder();
mkdirSync(join(folder, 'notebooks'));
mkdirSync(join(folder, 'empty'));
writeFileSync(join(folder, 'package.json'), '{}');
writeFileSync(join(folder, 'empty', 'package.json'), '{}');
writeFileSync(join(folder, 'file'), '');
writeNotebook(join(folder, 'notebooks'), 'first', ['1']);
writeNotebook(join(folder, 'empty'), 'beside', ['1']);

/** What is said on stderr, all of it, to what was typed in the folder. */
const REFUSED: readonly (readonly [string, string])[] = [
  ['init file', 'cannot write to file: it is not a folder'],
  ['run frist', 'frist: no such notebook (known: first)'],
  ['run first --out file', 'cannot write to file: it is not a folder'],
  ['pdf first --pictures nowhere', '--pictures: nowhere is no folder'],
  ['new file/week-1', 'cannot write to file: it is not a folder'],
  ['new notebooks/', "notebooks/: a file's name is wanted, such as notebooks/week-1"],
  ['new .', ".: a file's name is wanted, such as notebooks/week-1"],
  [
    'data gett mnist',
    'data: gett is no command (known: list, get, verify) and no data set (known: mnist, fashion-mnist, multi-mnist, permuted, tweets, galaxies)',
  ],
];

test('what is mistyped is refused in one sentence, and nothing is written', async () => {
  for (const [typed, sentence] of REFUSED) {
    const { code, stdout, stderr } = await homework(folder, typed.split(' '));
    assert.equal([code, stdout, stderr], [1, '', `homework: ${sentence}\n`], typed);
  }
  assert.not.ok(existsSync(join(folder, 'notebooks', '.ipynb')));
});

test('the bare name of a notebook that lies here, and not in notebooks/, is understood', async () => {
  const { code, stderr } = await homework(join(folder, 'empty'), ['run', 'beside']);
  assert.is(code, 1);
  assert.is(stderr, 'homework: beside: no such notebook: did you mean beside.ipynb?\n');
});

test('a notebook that claims nothing is said to', async () => {
  const { code, stdout } = await homework(folder, ['claims', 'first']);
  assert.equal([code, stdout], [0, 'notebooks/first.ipynb: claims nothing\n']);
});

test.run();
