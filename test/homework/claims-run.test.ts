import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { findBrowser } from '../../lib/homework/bin/find-browser';
import { findPython } from '../../lib/homework/bin/find-python';
import { seededRandom } from '../support/mutations';
import { temporaryFolder } from '../support/temporary-folder';
import { type CellSketch, homework, writeNotebook } from './notebooks';
import { pdfText, plainPdf } from './pdf-text';

const { python } = findPython();
if (!python) console.log('skipped: there is no Python with Jupyter');
const testRun = python ? test : test.skip;

const folder = temporaryFolder();

/** A cell of a saved notebook. */
interface SavedCell {
  source: string | string[];
  readonly outputs?: readonly object[];
  readonly metadata: { claims?: string[]; readonly nbgrader?: object };
}

const pathOf = (name: string) => join(folder, `${name}.ipynb`);
const read = (name: string): { readonly cells: readonly SavedCell[] } =>
  JSON.parse(readFileSync(pathOf(name), 'utf8'));
const sourceOf = ({ source }: SavedCell) => [source].flat().join('');
const run = (name: string, ...options: string[]) =>
  homework(folder, ['run', `${name}.ipynb`, '--no-pdf', ...options]);
const full = (name: string, ...options: string[]) => run(name, '--profile', 'full', ...options);
const check = (name: string, ...options: string[]) =>
  homework(folder, ['claims', `${name}.ipynb`, ...options]);
const bound = (markdown: string, claims: unknown): CellSketch => ({
  markdown,
  metadata: { claims, nbgrader: { grade: true, locked: false } },
});

/** Copies a notebook with a change. */
function variant(of: string, name: string, change: (cells: readonly SavedCell[]) => void): void {
  const notebook = read(of);
  change(notebook.cells);
  writeFileSync(pathOf(name), JSON.stringify(notebook));
}

const CELLS: readonly CellSketch[] = [
  { markdown: '# A report' },
  `const quick = process.env.NOTEGRAD_PROFILE === 'quick';
let loss = quick ? 250 : 113.4;
const losses = [349, loss];
const pairs = [4, 9];`,
  bound('The loss *falls* from 349 to **112** nats; classes\n4 and 9 mix.', [
    'falls = losses[1] < losses[0]',
    '349 = losses[0]',
    '112 = fixed(loss)',
    '4 and 9 = list(pairs)',
  ]),
  'loss = 7;\nloss',
  bound('Then it is 7.', ['7 = loss']),
];

testRun('a full run tells each text that disagrees, and records what it found', async () => {
  writeNotebook(folder, 'report', CELLS);
  const ended = await full('report', '--in-place');
  assert.is(ended.code, 1, ended.stderr);
  const message = `report.ipynb: 1 claim disagrees:
  - “The loss *falls* from 349 to **112** nats; classes 4 and 9 mix.”: “112” should be “113” (fixed(loss))
--fix-claims writes the values in`;
  assert.ok(ended.stderr.includes(message), ended.stderr);
  assert.match(ended.stdout, /^report +2\/2 +[\d.]+ +– +1 claim disagrees$/m);
  assert.match(sourceOf(read('report').cells[2]), '**112** nats', 'nobody asked for a new text');
  const checked = await check('report');
  assert.is(checked.code, 1);
  assert.match(checked.stderr, '“112” should be “113” (fixed(loss))');
});

testRun(
  'what the run found is written in on request, then or later, and all else stays',
  async () => {
    variant('report', 'later', () => {});
    const fixed = await full('report', '--fix-claims');
    assert.is(fixed.code, 0, fixed.stderr);
    assert.match(fixed.stdout, 'report.ipynb: 1 text says what the run found');
    const later = await check('later', '--fix');
    assert.is(later.code, 0, later.stderr);
    assert.match(
      later.stdout,
      'later.ipynb: 1 text says what the run found\nlater.ipynb: 5 claims hold',
    );
    for (const name of ['report', 'later']) {
      const cell = read(name).cells[2];
      assert.is(sourceOf(cell), 'The loss *falls* from 349 to **113** nats; classes\n4 and 9 mix.');
      assert.is(cell.metadata.claims?.[2], '113 = fixed(loss)');
      assert.equal(cell.metadata.nbgrader, { grade: true, locked: false });
    }
    const again = await full('report');
    assert.is(again.code, 0, again.stderr);
  },
);

testRun('in the quick profile the text stands as it is, and cannot be changed', async () => {
  const before = readFileSync(pathOf('report'), 'utf8');
  const quick = await run('report');
  assert.is(quick.code, 0, quick.stderr);
  const refused = await run('report', '--fix-claims');
  assert.is(refused.code, 1);
  assert.match(
    refused.stderr,
    'homework: --fix-claims needs --profile full: texts speak of the full',
  );
  assert.is(readFileSync(pathOf('report'), 'utf8'), before);
});

testRun('a quick report says first that its text speaks of the full run', async () => {
  if (!findBrowser()) {
    console.log('skipped: there is no browser');
    return;
  }
  const textOf = async (profile: string) => {
    const ended = await homework(folder, ['run', 'report.ipynb', '--profile', profile]);
    assert.is(ended.code, 0, ended.stderr);
    return pdfText(await plainPdf(readFileSync(join(folder, 'reports', 'report.pdf'))));
  };
  const note = 'speaksofthefullrun';
  assert.ok((await textOf('quick')).includes(note));
  assert.not.ok((await textOf('full')).includes(note));
});

testRun('Jupyter may save the notebook, but text, code and outputs may not change', async () => {
  const saved = spawnSync(python!.path, [
    '-c',
    `import nbformat, sys
notebook = nbformat.read(sys.argv[1], 4)
nbformat.validate(notebook)
nbformat.write(notebook, sys.argv[1])`,
    pathOf('report'),
  ]);
  assert.is(saved.status, 0, String(saved.stderr));
  assert.is((await check('report')).code, 0);
  const cases: readonly (readonly [change: (cells: readonly SavedCell[]) => void, says: string])[] =
    [
      [
        ([, , cell]) => {
          cell.source = sourceOf(cell).replace('113', '114');
        },
        '“113” does not stand there',
      ],
      [
        ([, , cell]) => {
          cell.source = sourceOf(cell).replace('113', '114');
          cell.metadata.claims![2] = '114 = fixed(loss)';
        },
        '“114” should be “113” (fixed(loss))',
      ],
      [
        ([, , cell]) => {
          cell.metadata.claims![2] = '113 = fixed(loss + 1)';
        },
        'no run has evaluated “113” = fixed(loss + 1)',
      ],
      [
        ([, , cell]) => {
          cell.source = `${sourceOf(cell)} And 5 more.`;
        },
        'report.ipynb: numbers without a claim'.replace('report', 'changed'),
      ],
      [
        ([, cell]) => {
          cell.source = sourceOf(cell).replace('113.4', '113.3');
        },
        'cell 1 has changed since the claims were evaluated',
      ],
      [
        ([, , , cell]) => {
          (cell.outputs as object[]).pop();
        },
        'its outputs are not those of the run that evaluated its claims',
      ],
    ];
  for (const [change, says] of cases) {
    variant('report', 'changed', change);
    const { code, stderr } = await check('changed');
    assert.is(code, 1, says);
    assert.ok(stderr.includes(says), `${says}: ${stderr}`);
  }
  variant('report', 'unrun', (cells) => {
    delete cells[4].metadata.claims;
  });
  assert.is((await check('unrun')).code, 0, 'fewer claims are no harm');
});

testRun('expressions are checked and evaluated in every profile, and change nothing', async () => {
  const failing: readonly (readonly [expression: string, says: string])[] = [
    ['lozz', "Cannot find name 'lozz'."],
    [
      'losses.lenght',
      "Property 'lenght' does not exist on type 'number[]'. Did you mean 'length'?",
    ],
    ['fixed("a")', "Argument of type 'string' is not assignable to parameter of type 'number'."],
    ['losses[7].toFixed()', "TypeError: Cannot read properties of undefined (reading 'toFixed')"],
    ['losses', 'is an array, not a text, number or truth'],
    ['undefined', 'is an undefined, not a text, number or truth'],
    ['loss; loss', 'is not one expression'],
    ['const x', 'is not one expression'],
    ['(() => { for (;;); })()', 'takes more than 5 s: compute it in a code cell'],
    ['(() => { throw "no" })()', "throws 'no'"],
    ...[
      'loss++',
      'bump()',
      'losses.push(1)',
      'losses.sort()[0]',
      'console.log(1)',
      'Math.random()',
      'delete box.a',
      'globalThis.eval("loss *= 2")',
      '[1].map(() => bump())[0]',
      'tensor.dataSync()[0]',
    ].map((expression) => [expression, 'may change something'] as const),
  ];
  writeNotebook(folder, 'failing', [
    `import { tf } from 'notegrad';
let loss = 1;
const losses = [3, 2];
const box: { a?: number } = { a: 1 };
const tensor = tf.tensor1d([1, 2]);
function bump() {
  loss += 1;
  return loss;
}
const label = 'is ' + loss;
const test = 5;`,
    ...failing.map(([expression]) => bound('It is 1.', [`1 = ${expression}`])),
    bound('It is 1, 5, is 1, 3 and 2, and −1.0.', [
      '1 = loss',
      '5 = test',
      'is 1 = label',
      '3 and 2 = list([...losses].sort((a, b) => b - a))',
      '−1.0 = fixed(-loss, 1)',
    ]),
    'console.log(loss, losses, box);',
    'const fixed = (text: string) => text;',
    bound('Own words.', ["Own = fixed('Own')"]),
  ]);
  for (const profile of ['full', 'quick']) {
    const ended = await run('failing', '--profile', profile);
    assert.is(ended.code, 1);
    const lines = ended.stderr.split('\n').filter((line) => line.startsWith('  - '));
    assert.is(lines.length, failing.length, ended.stderr);
    failing.forEach(([expression, says], index) => {
      assert.ok(lines[index].includes(`“1” = ${expression}: ${says}`), lines[index]);
    });
    const notebook = JSON.parse(readFileSync(join(folder, 'reports', 'failing.ipynb'), 'utf8'));
    const printed = notebook.cells.at(-3).outputs[0].text.join('');
    assert.is(printed, '1 [ 3, 2 ] { a: 1 }\n');
  }
});

testRun('claims that are not in order are refused before anything runs', async () => {
  writeNotebook(folder, 'twice', [bound('10 and 10', ['10 = 10'])]);
  writeNotebook(folder, 'other', [bound('10 and 10', '10 = 10')]);
  const twice = await full('twice');
  assert.is(twice.code, 1);
  assert.is(twice.stdout, '');
  assert.match(
    twice.stderr,
    'homework: twice.ipynb: wrong claims:\n  - the cell “10 and 10”: “10” stands there more often than',
  );
  const other = await full('other');
  assert.match(
    other.stderr,
    'homework: other.ipynb: wrong claims:\n  - the claims of the cell “10 and 10” are not a list',
  );
});

testRun('numbers without a claim are listed after a full run, which passes', async () => {
  writeNotebook(folder, 'free', [
    '1',
    bound('It has 3 parts. Of 28 pixels, 5 are set.', ['3 = 3', '28 // given']),
  ]);
  const { code, stdout } = await full('free');
  assert.is(code, 0);
  assert.match(stdout, 'free.ipynb: numbers without a claim');
  assert.match(stdout, '  - “Of 28 pixels, 5 are set.”: 5\n');
  assert.not.match(stdout, ': 28');
});

testRun(
  'generated notebooks pass once the values are written in; a digit changed fails',
  async () => {
    const random = seededRandom(5);
    const cells: CellSketch[] = ['const values: number[] = [];'];
    for (let k = 0; k < 30; k++) {
      const numbers = Array.from(
        { length: 1 + Math.floor(random() * 4) },
        () => 200 * random() - 100,
      );
      const words = [
        'fixed(X, 2)',
        'percent(X)',
        'grouped(1000 * X)',
        'scientific(X)',
        'X.toFixed(0)',
      ];
      const claims = numbers.map((_, i) => {
        const word = words[Math.floor(random() * words.length)];
        return `${Math.floor(random() * 5)} = ${word.replace('X', `values[${i}]`)}`;
      });
      cells.push(`values.splice(0, values.length, ${numbers.join(', ')});`);
      cells.push(
        bound(`Here ${claims.map((claim) => claim.split(' ')[0]).join(', *then* ')}.`, claims),
      );
    }
    writeNotebook(folder, 'generated', cells);
    const fixed = await full('generated', '--fix-claims');
    assert.is(fixed.code, 0, fixed.stderr);
    const again = await full('generated');
    assert.is(again.code, 0, again.stderr);
    assert.is((await check('generated')).code, 0);
    const changed: string[] = [];
    variant('generated', 'mistyped', (all) => {
      for (const cell of all) {
        const { claims } = cell.metadata;
        if (!claims) continue;
        const index = Math.floor(random() * claims.length);
        const old = claims[index].split(' = ')[0];
        const other = old.replace(/\d/, (digit) => String((Number(digit) + 1) % 10));
        claims[index] = claims[index].replace(old, other);
        const parts = sourceOf(cell).slice(5, -1).split(', *then* ');
        cell.source = `Here ${parts.with(index, other).join(', *then* ')}.`;
        changed.push(`“${other}” should be “${old}”`);
      }
    });
    const { code, stderr } = await check('mistyped');
    assert.is(code, 1);
    assert.is(stderr.match(/ should be /g)?.length, changed.length, stderr);
    for (const text of changed) assert.ok(stderr.includes(text), `${text}: ${stderr}`);
  },
);

testRun('submit refuses a text that disagrees with the stored outputs', async () => {
  const handIn = { package: 'folder', files: [{ from: 'notebook', to: '{name}.ipynb' }] };
  const metadata = { kernelspec: { name: 'tslab' }, notegrad: { handIn } };
  writeNotebook(folder, 'handed', CELLS, metadata);
  assert.is((await full('handed', '--fix-claims')).code, 0);
  const submit = (name: string) =>
    homework(folder, [
      'submit',
      `${name}.ipynb`,
      '--name',
      'riddletm',
      '--out',
      join(folder, name),
    ]);
  const fine = await submit('handed');
  assert.is(fine.code, 0, fine.stderr);
  variant('handed', 'mistold', ([, , cell]) => {
    cell.source = sourceOf(cell).replace('113', '98');
    cell.metadata.claims![2] = '98 = fixed(loss)';
  });
  const refused = await submit('mistold');
  assert.is(refused.code, 1);
  assert.match(
    refused.stderr,
    '  - “The loss *falls* from 349 to **98** nats; classes 4 and 9 mix.”: “98” should be “113”',
  );
});

test.run();
