import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Cell, Notebook } from '../../../lib/homework/src/notebook';
import { typeErrors } from '../../../lib/homework/src/submit/check-types';
import { cellThatDeclares, extractScript } from '../../../lib/homework/src/submit/extract-script';
import { runScript } from '../../../lib/homework/src/submit/run-script';
import { temporaryFolder } from '../../support/temporary-folder';

const folder = temporaryFolder();
const root = join(__dirname, '..', '..', '..');

const code = (source: string, ...tags: string[]): Cell => ({
  cell_type: 'code',
  source,
  metadata: { tags },
});
const markdown = (source: string): Cell => ({ cell_type: 'markdown', source, metadata: {} });

function extract(cells: readonly Cell[], to = 'one.ts'): string {
  const notebook: Notebook = { cells, metadata: {}, nbformat: 4 };
  return extractScript(notebook, { notebookFile: 'exercise.ipynb', tag: 'one', to });
}

function write(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

const WHOLE = [
  markdown('# An exercise'),
  code(
    "import { display } from 'tslab';\nimport { profile, random, show, table } from 'notegrad';\n" +
      "import type { Random, ImageSet } from 'notegrad';\nimport * as os from 'node:os';",
  ),
  markdown('## 1 Awaiting'),
  code('const settings = profile({ quick: { n: 2 }, full: { n: 3 } });\nsettings', 'one', 'two'),
  code('const other = os.cpus();', 'two'),
  code(`const later = await Promise.resolve(\`a\n  b \${settings.n}\nc\`);`, 'one'),
  markdown('### 1.1 Words\n\nand more.'),
  code('const r: Random = { split: 1 } as unknown as Random;', 'one'),
  code(`display.markdown(\`Words\nof \${later}.\`);`, 'prose', 'one'),
];

test('a script has the tagged cells in order, the imports they use, and words that are printed', () => {
  assert.is(
    extract(WHOLE).slice(extract(WHOLE).indexOf('*/')),
    `*/

import { profile } from 'notegrad';
import type { Random } from 'notegrad';

/** Outside a notebook, words are printed. */
const display = {
  markdown: (text: string) => console.log(text),
  text: (text: string) => console.log(text),
};

async function main() {
  // 1 Awaiting

  const settings = profile({ quick: { n: 2 }, full: { n: 3 } });
  console.log(settings);

  const later = await Promise.resolve(\`a
  b \${settings.n}
c\`);

  // 1.1 Words

  const r: Random = { split: 1 } as unknown as Random;

  display.markdown(\`Words
of \${later}.\`);
}

main();
`,
  );
});

test('the command in its head runs it, from the project folder, with top-level await', () => {
  const file = write('one.ts', extract(WHOLE));
  const said = /NODE_PATH=(\S+) node (-r \S+) <folder>\/one\.ts/.exec(extract(WHOLE))!;
  const { status, stdout, stderr } = spawnSync('node', [...said[2].split(' '), file], {
    cwd: root,
    env: { ...process.env, NODE_PATH: said[1], NOTEGRAD_PROFILE: 'full' },
    encoding: 'utf8',
  });
  assert.is(status, 0, stderr);
  assert.is(stdout, "{ n: 3, name: 'full' }\nWords\nof a\n  b 3\nc.\n");
});

test('many imported names are broken into lines that fit a page', () => {
  const names = ['accuracy', 'batches', 'crossEntropy', 'evaluate', 'forward', 'gradientStep'];
  const more = ['imageGrid', 'learningCurves', 'numParameters as size'];
  const imports = code(`import { ${[...names, ...more].join(', ')} } from 'notegrad';`);
  const used = code(`[${names.join(', ')}, imageGrid, learningCurves, size]`, 'one');
  assert.match(
    extract([imports, used]),
    `import {
  accuracy, batches, crossEntropy, evaluate, forward, gradientStep,
  imageGrid, learningCurves, numParameters as size,
} from 'notegrad';`,
  );
});

test('a figure becomes a PNG file in the folder figures, and no tslab is needed', async () => {
  const cells = [
    code("import { display } from 'tslab';\nimport { lines, show } from 'notegrad';"),
    code(
      'const figure = lines({ title: "A line", xLabel: "x", yLabel: "y", series: { y: [1, 4] } });',
      'one',
    ),
    code('show(figure);', 'one'),
    code(
      "import { existsSync } from 'node:fs';\n" +
        'if (!existsSync("figures/a-line.png")) throw new Error("no figure");',
      'one',
    ),
  ];
  const text = extract(cells);
  assert.not.match(text, 'display');
  assert.is(await runScript({ file: write('figure.ts', text), timeout: 60 }), undefined);
});

test('a name that an untagged cell declares is a type error that leads to this cell', () => {
  const cells = [
    code('const { length: size } = "four";\nfunction f() {}'),
    code('f(size);', 'one'),
  ];
  const file = write('untagged.ts', extract(cells));
  const errors = typeErrors([file]);
  assert.equal(
    errors.map(({ unknownName }) => unknownName),
    ['f', 'size'],
  );
  assert.is(errors[0].file, 'untagged.ts');
  assert.match(errors[0].message, "Cannot find name 'f'.");
  const notebook: Notebook = { cells, metadata: {}, nbformat: 4 };
  assert.is(cellThatDeclares(notebook, 'size'), 1);
  assert.is(cellThatDeclares(notebook, 'f'), 1);
  assert.is(cellThatDeclares(notebook, 'length'), undefined);
});

test('the types of the library are those of the project, wherever the script lies', () => {
  const cells = [
    code("import { profile } from 'notegrad';"),
    code('const n: string = profile({ quick: { n: 1 }, full: { n: 2 } }).n;', 'one'),
  ];
  const [error] = typeErrors([write('typed.ts', extract(cells))]);
  assert.is(error.message, "Type 'number' is not assignable to type 'string'.");
});

test('a script that fails, does not end or prints without end is stopped and says so', async () => {
  const thrown = write(
    'thrown.ts',
    extract([code('throw new Error("boom");', 'one')], 'thrown.ts'),
  );
  const failure = (await runScript({ file: thrown, timeout: 60 })) ?? 'it ran';
  assert.match(failure, /^fails \(exit code 1\):\n/);
  assert.match(failure, 'Error: boom');
  assert.match(failure, /thrown\.ts:\d+:\d+\)/);
  const endless = write('endless.ts', 'setInterval(() => {}, 1000);');
  assert.is(
    await runScript({ file: endless, timeout: 1 }),
    'ran longer than its time limit of 1 seconds',
  );
  const chatty = write('chatty.ts', 'setInterval(() => console.log("x".repeat(1e5)), 0);');
  assert.is(
    await runScript({ file: chatty, timeout: 60 }),
    'printed more than 10 MB and was stopped',
  );
});

test.run();
