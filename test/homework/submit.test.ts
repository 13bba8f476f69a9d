import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { findBrowser } from '../../lib/homework/bin/find-browser';
import { findPython } from '../../lib/homework/bin/find-python';
import { temporaryFolder } from '../support/temporary-folder';
import { type CellSketch, type Ended, homework, writeNotebook } from './notebooks';
import { pdfText, plainPdf } from './pdf-text';

const folder = temporaryFolder();
const notebooks = join(folder, 'notebooks');
mkdirSync(notebooks);
// A notebook runs where it lies if the library can be imported from there.
symlinkSync(join(__dirname, '..', '..', 'node_modules'), join(folder, 'node_modules'));

const kernelspec = { name: 'tslab', display_name: 'TypeScript' };
const files = [
  { from: 'report', to: '452_{name}_assignment2.pdf' },
  { from: 'script', tag: 'train', to: 'prob1_train.ts' },
  { from: 'model file', path: 'models/full/net.pt', to: 'net.pt' },
  { from: 'script', tag: 'bonus', to: 'bonus.ts', optional: true },
  { from: 'notebook', to: '{name}_assignment2.ipynb', optional: true },
];
const inFolder = { package: 'folder', files };
const [report, script, model, , itself] = files;

const CELLS: readonly CellSketch[] = [
  { markdown: '# An exercise' },
  "import { display } from 'tslab';\nimport { mlp, profile, saveStateDict, show, table } from 'notegrad';",
  {
    code: 'const settings = profile({ quick: { steps: 1 }, full: { steps: 2 } });',
    tags: ['train'],
  },
  { markdown: '## 1 Training' },
  {
    code:
      'const net = mlp({ hiddenSizes: [3], inputShape: [4], numClasses: 2, seed: settings.steps });\n' +
      `saveStateDict(net, \`models/\${settings.name}/net.pt\`);`,
    tags: ['train'],
  },
  { code: `display.markdown(\`We made\n\${settings.steps} steps.\`);`, tags: ['prose', 'train'] },
  { markdown: '## 2 Results' },
  'show(table([{ steps: settings.steps }]));',
];

/** Writes a notebook that declares a hand-in. */
function exercise(name: string, handIn: unknown, cells: readonly CellSketch[] = CELLS): string {
  return writeNotebook(notebooks, name, cells, { kernelspec, notegrad: { handIn } });
}

/** Copies a notebook that has run, with a change. */
function variant(of: string, name: string, change: (text: string) => string): void {
  const text = readFileSync(join(notebooks, `${of}.ipynb`), 'utf8');
  writeFileSync(join(notebooks, `${name}.ipynb`), change(text));
}

/** Copies a notebook that has run, with another hand-in. */
function redeclared(of: string, name: string, handIn: unknown): void {
  variant(of, name, (text) => {
    const notebook = JSON.parse(text);
    notebook.metadata.notegrad.handIn = handIn;
    return JSON.stringify(notebook);
  });
}

const run = (name: string, profile: string) =>
  homework(notebooks, ['run', `${name}.ipynb`, '--profile', profile, '--in-place', '--no-pdf']);

const submit = (name: string, out: string, ...options: string[]): Promise<Ended> =>
  homework(notebooks, ['submit', `${name}.ipynb`, '--name', 'riddletm', '--out', out, ...options]);

/** What is refused is listed on stderr, nothing is written, and nothing is left behind. */
async function refused(name: string): Promise<readonly string[]> {
  const parent = mkdtempSync(join(folder, 'out-'));
  const { code, stderr } = await submit(name, join(parent, 'hand-in'));
  assert.is(code, 1, stderr);
  assert.equal(readdirSync(parent), []);
  assert.match(stderr, `homework: ${name}.ipynb: a grader would miss something`);
  return stderr.split('\n').filter((line) => line.startsWith('  - '));
}

const canRun = findPython().python && findBrowser();
if (!canRun) console.log('skipped: there is no Python with Jupyter, or no browser');
const testRun = canRun ? test : test.skip;

testRun('a notebook that ran in full becomes the folder that its handout wants', async () => {
  exercise('fine', inFolder);
  const ran = await run('fine', 'full');
  assert.is(ran.code, 0, ran.stderr);
  const out = join(folder, 'hand-in');
  const { code, stdout, stderr } = await submit('fine', out);
  assert.is(code, 0, stderr);
  assert.equal(readdirSync(out).sort(), [
    '452_riddletm_assignment2.pdf',
    'net.pt',
    'prob1_train.ts',
    'riddletm_assignment2.ipynb',
  ]);
  const read = (name: string) => readFileSync(join(out, name));
  const printed = pdfText(await plainPdf(read('452_riddletm_assignment2.pdf')));
  assert.ok(printed.includes('Wemade2steps.'), printed);
  assert.equal(read('net.pt'), readFileSync(join(notebooks, 'models', 'full', 'net.pt')));
  assert.equal(read('riddletm_assignment2.ipynb'), readFileSync(join(notebooks, 'fine.ipynb')));
  assert.match(read('prob1_train.ts').toString(), '// 1 Training');
  assert.match(stdout, 'fine: running prob1_train.ts (profile quick)');
  assert.match(
    stdout,
    /^452_riddletm_assignment2\.pdf +[\d,]+ +the notebook's stored outputs, 1 page$/m,
  );
  assert.match(stdout, /^prob1_train\.ts +[\d,]+ +3 cells tagged train; runs$/m);
  assert.match(
    stdout,
    /^net\.pt +[\d,]+ +models\/full\/net\.pt, of the run that made the outputs$/m,
  );
  assert.match(stdout, `ready to hand in: ${out}`);
});

testRun(
  'the folder is replaced when submitted again, but not if it holds other files',
  async () => {
    redeclared('fine', 'short', { package: 'folder', files: [model] });
    const out = join(folder, 'short');
    mkdirSync(out);
    writeFileSync(join(out, 'net.pt'), 'of an earlier day');
    assert.is((await submit('short', out)).code, 0);
    assert.is.not(readFileSync(join(out, 'net.pt'), 'utf8'), 'of an earlier day');
    writeFileSync(join(out, 'notes.txt'), 'private');
    const { code, stderr } = await submit('short', out);
    assert.is(code, 1);
    assert.match(stderr, `${out} holds what is not handed in (notes.txt): name another folder`);
    assert.is(readFileSync(join(out, 'notes.txt'), 'utf8'), 'private');
  },
);

testRun('a zip file holds what a folder would', async () => {
  const archive = '{name}.assignment3.zip';
  const data = { from: 'data file', path: 'data/grades.csv', to: 'grades.csv' };
  mkdirSync(join(notebooks, 'data'), { recursive: true });
  writeFileSync(join(notebooks, 'data', 'grades.csv'), 'name,grade\n');
  redeclared('fine', 'zipped', { package: 'zip', archive, files: [model, data, itself] });
  const out = join(folder, 'zipped');
  const { code, stderr } = await submit('zipped', out);
  assert.is(code, 0, stderr);
  assert.equal(readdirSync(out), ['riddletm.assignment3.zip']);
  const contents = unzipSync(readFileSync(join(out, 'riddletm.assignment3.zip')));
  assert.equal(Object.keys(contents).sort(), [
    'grades.csv',
    'net.pt',
    'riddletm_assignment2.ipynb',
  ]);
  assert.is(Buffer.from(contents['grades.csv']).toString(), 'name,grade\n');
  assert.equal(
    Buffer.from(contents['riddletm_assignment2.ipynb']),
    readFileSync(join(notebooks, 'zipped.ipynb')),
  );
});

testRun('everything that a grader would miss is listed at once', async () => {
  variant('fine', 'lacking', (text) => {
    const notebook = JSON.parse(text);
    notebook.metadata.notegrad.handIn.files.push(
      { from: 'script', tag: 'nobody', to: 'nobody.ts' },
      { from: 'model file', path: 'models/full/other.pt', to: 'other.pt' },
      { from: 'data file', path: 'other.csv', to: 'other.csv' },
    );
    notebook.cells[7].source = 'show(table([{ stepsTaken: settings.steps }]));';
    notebook.cells[2].metadata.tags = [];
    notebook.cells.push({
      cell_type: 'markdown',
      id: 'last',
      source: '## 3 Discussion',
      metadata: {},
    });
    return JSON.stringify(notebook);
  });
  const listed = await refused('lacking');
  assert.equal(
    listed.map((line) => line.replace(/prob1_train\.ts:\d+/, 'prob1_train.ts:N')),
    [
      '  - cell 5 has changed since it ran: outputs from there on are stale',
      '  - other.pt: there is no models/full/other.pt: a full run of the notebook writes it',
      '  - other.csv: there is no data file other.csv',
      '  - nothing stands under “3 Discussion”',
      '  - nobody.ts: no code cell is tagged nobody',
      "  - prob1_train.ts:N: Cannot find name 'settings'. (cell 2 declares it: tag it, too)",
      "  - prob1_train.ts:N: Cannot find name 'settings'. (cell 2 declares it: tag it, too)",
      "  - prob1_train.ts:N: Cannot find name 'settings'. (cell 2 declares it: tag it, too)",
    ],
  );
});

testRun('a script that fails is named with its error', async () => {
  const cells: CellSketch[] = [
    { markdown: '# Fails where there is no notebook' },
    'const isScript = false;',
    { code: 'if (process.env.NODE_PATH) throw new Error("boom");', tags: ['train'] },
  ];
  exercise('failing', { package: 'folder', files: [script] }, cells);
  assert.is((await run('failing', 'full')).code, 0);
  const out = join(folder, 'failing-out');
  const { code, stderr } = await submit('failing', out);
  assert.is(code, 1);
  assert.match(stderr, 'prob1_train.ts fails (exit code 1):');
  assert.match(stderr, 'Error: boom');
  assert.not.ok(existsSync(out));
});

testRun(
  'neither the outputs nor the model of a quick run pass for those of a full one',
  async () => {
    const shared = { ...model, path: 'models/net.pt' };
    const cells = CELLS.map((cell) =>
      typeof cell === 'object' && 'code' in cell
        ? { ...cell, code: cell.code.replace(/models\/\S+\/net/, 'models/net') }
        : cell,
    );
    exercise('twice', { package: 'folder', files: [shared] }, cells);
    assert.is((await run('twice', 'full')).code, 0);
    const full = readFileSync(join(notebooks, 'twice.ipynb'));
    assert.is((await run('twice', 'quick')).code, 0);
    assert.equal(await refused('twice'), ['  - its outputs are those of the quick profile']);
    writeFileSync(join(notebooks, 'twice.ipynb'), full);
    assert.equal(await refused('twice'), [
      '  - net.pt: models/net.pt is not the one that belongs to the outputs: another run has replaced it',
    ]);
  },
);

test('a notebook that nobody ran is refused, with the command that runs it', async () => {
  exercise('new', { package: 'folder', files: [report] });
  const { stderr } = await submit('new', join(folder, 'nothing'));
  assert.match(stderr, '  - it has no outputs: none of its cells was run');
  assert.match(stderr, 'npx homework run new.ipynb --profile full --in-place');
});

test('wrong arguments and declarations give one clear error each', async () => {
  writeNotebook(notebooks, 'undeclared', ['1']);
  exercise('misdeclared', { package: 'folder', files: [{ from: 'report', to: '{nmae}.pdf' }] });
  const name = ['--name', 'riddletm'];
  const out = ['--out', 'nowhere'];
  const cases: readonly (readonly [args: readonly string[], says: string])[] = [
    [['submit', ...name, ...out], "missing required argument 'notebook'"],
    [['submit', 'x', ...out], "required option '--name <name>' not specified"],
    [['submit', 'x', ...name], "required option '--out <dir>' not specified"],
    [
      ['submit', 'x', '--name', 'Tom Riddle', ...out],
      "argument 'Tom Riddle' is invalid. It is made of lower-case letters, digits and hyphens, such as riddletm.",
    ],
    [
      ['submit', 'cs479-asignment', ...name, ...out],
      'homework: cs479-asignment: no such notebook (known: none in notebooks)',
    ],
    [['submit', 'nope.ipynb', ...name, ...out], 'homework: nope.ipynb: no such notebook'],
    [
      ['submit', 'undeclared.ipynb', ...name, ...out],
      'homework: undeclared.ipynb: declares no hand-in in metadata.notegrad.handIn (',
    ],
    [
      ['submit', 'misdeclared.ipynb', ...name, ...out],
      'misdeclared.ipynb: file 1 of the hand-in: to: unknown placeholder: {nmae} (known: {name})',
    ],
    [
      ['run', 'misdeclared.ipynb'],
      'misdeclared.ipynb: file 1 of the hand-in: to: unknown placeholder: {nmae} (known: {name})',
    ],
  ];
  await Promise.all(
    cases.map(async ([args, says]) => {
      const { code, stderr } = await homework(notebooks, args);
      assert.is(code, 1, args.join(' '));
      assert.ok(stderr.includes(says), `${args.join(' ')}: ${stderr}`);
      assert.not.match(stderr, /\n\s+at /);
    }),
  );
  assert.not.ok(existsSync(join(notebooks, 'nowhere')));
});

test.run();
