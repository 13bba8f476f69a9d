import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { fillIn, handInOf } from '../../lib/homework/src/hand-in';
import type { Notebook } from '../../lib/homework/src/notebook';
import { errorOf } from '../support/folders';

const report = { from: 'report', to: '{name}.pdf' };

function declaring(handIn: unknown): Notebook {
  return { cells: [], metadata: { notegrad: { handIn } }, nbformat: 4 };
}

test('a hand-in is read as it is declared, and a notebook may declare none', () => {
  const handIn = {
    package: 'zip',
    archive: '{name}.assignment3.zip',
    files: [
      report,
      { from: 'script', tag: 'vae', to: 'vae.ts' },
      { from: 'model file', path: 'models/full/vae.pt', to: 'vae.pt', optional: true },
      { from: 'data file', path: 'data/grades.csv', to: 'grades.csv' },
      { from: 'notebook', to: '{name}.ipynb' },
    ],
  };
  assert.equal(handInOf(declaring(handIn), 'x.ipynb'), handIn);
  assert.is(handInOf({ cells: [], metadata: {}, nbformat: 4 }, 'x.ipynb'), undefined);
});

test("the student's name takes its place in every file name", () => {
  const folder = handInOf(declaring({ package: 'folder', files: [report] }), 'x.ipynb')!;
  assert.equal(fillIn(folder, 'riddletm').files, [{ from: 'report', to: 'riddletm.pdf' }]);
  const zip = { package: 'zip', archive: '452_{name}.zip', files: [report] };
  assert.equal(fillIn(handInOf(declaring(zip), 'x.ipynb')!, 'riddletm'), {
    package: 'zip',
    archive: '452_riddletm.zip',
    files: [{ from: 'report', to: 'riddletm.pdf' }],
  });
});

test('a wrong declaration is one error that names the notebook, the place and what is known', async () => {
  const inFolder = (...files: unknown[]) => ({ package: 'folder', files });
  const cases: readonly (readonly [handIn: unknown, says: string])[] = [
    [null, 'metadata.notegrad.handIn is an object, not null'],
    [{ files: [report] }, 'unknown package of the hand-in: undefined (known: folder, zip)'],
    [{ package: 'tar', files: [] }, 'unknown package of the hand-in: tar (known: folder, zip)'],
    [inFolder(), 'the hand-in names no files: give it a list of files'],
    [
      { ...inFolder(report), archive: 'a.zip' },
      'the hand-in: unknown field: archive (known: package, files)',
    ],
    [{ package: 'zip', files: [report] }, 'archive of the hand-in: a text is wanted, not nothing'],
    [
      { package: 'zip', archive: '{name}.rar', files: [report] },
      'archive of the hand-in: {name}.rar does not end in .zip',
    ],
    [
      inFolder(report, { from: 'scrip', to: 'a.ts' }),
      'file 2 of the hand-in: unknown source: scrip (known: report, script, model file, data file, notebook)',
    ],
    [inFolder('a.pdf'), 'file 1 of the hand-in is an object, not "a.pdf"'],
    [
      inFolder({ from: 'script', to: 'a.ts' }),
      'file 1 of the hand-in: tag: a text is wanted, not nothing',
    ],
    [
      inFolder({ from: 'model file', to: 'a.pt', path: '' }),
      'file 1 of the hand-in: path: a text is wanted, not ""',
    ],
    [
      inFolder({ ...report, optinal: true }),
      'file 1 of the hand-in: unknown field: optinal (known: from, to, optional)',
    ],
    [
      inFolder({ ...report, optional: 'yes' }),
      'file 1 of the hand-in: optional is true or false, not "yes"',
    ],
    [
      inFolder({ from: 'report', to: '{nmae}.pdf' }),
      'file 1 of the hand-in: to: unknown placeholder: {nmae} (known: {name})',
    ],
    [
      inFolder({ from: 'report', to: '{name.pdf' }),
      'file 1 of the hand-in: to: unknown placeholder: {name.pdf (known: {name})',
    ],
    [
      inFolder({ from: 'report', to: '../a.pdf' }),
      'file 1 of the hand-in: to: ../a.pdf is not a plain file name (letters, digits, . _ -)',
    ],
    ...['../../secret', '/etc/passwd', 'models/../../secret'].map((path): [unknown, string] => [
      inFolder({ from: 'model file', to: 'a.pt', path }),
      `file 1 of the hand-in: path: ${path} leads out of the notebook's folder`,
    ]),
    [inFolder(report, report), 'the hand-in has two files named {name}.pdf'],
  ];
  for (const [handIn, says] of cases) {
    assert.is(await errorOf(() => handInOf(declaring(handIn), 'x.ipynb')), `x.ipynb: ${says}`);
  }
});

test.run();
