import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { boundCells } from '../../lib/homework/src/claims/claim';
import {
  agrees,
  disagreements,
  unclaimed,
  wrongClaims,
} from '../../lib/homework/src/claims/compare';
import type { ClaimValues } from '../../lib/homework/src/claims/evaluated';
import { wording } from '../../lib/homework/src/claims/wording';
import { writeValues } from '../../lib/homework/src/claims/write-values';
import type { Cell, Notebook } from '../../lib/homework/src/notebook';
import { seededRandom } from '../support/mutations';

const bound = (source: string, claims: unknown, more: Record<string, unknown> = {}): Cell => ({
  cell_type: 'markdown',
  source,
  metadata: { claims, ...more },
});
const notebookOf = (...cells: Cell[]): Notebook => ({ cells, metadata: {}, nbformat: 4 });

/** What is wrong with the claims of one cell, without the name of the cell. */
const wrong = (source: string, ...claims: string[]) =>
  wrongClaims(notebookOf(bound(source, claims))).map((line) => line.replace(/^.*?”: /s, ''));
const free = (source: string, ...claims: string[]) =>
  unclaimed(notebookOf(bound(source, claims))).map((line) => line.replace(/^.*: /s, ''));
/** The text of one cell, with these values of its expressions. */
const written = (source: string, claims: string[], values: ClaimValues[string]) => {
  const { notebook, complaints } = writeValues(notebookOf(bound(source, claims)), { 0: values });
  const [cell] = notebook.cells;
  return { source: cell.source, claims: cell.metadata.claims, complaints };
};

test('a claim is a text and its expression, or a text and the reason why it has none', () => {
  const claims = [
    '113 = fixed(a)',
    'p = 3 // as given',
    'rises = b[1] > b[0]',
    'A = 7 = at(a)',
    '$p = 2$ = at(" = ")',
  ];
  const [{ claims: found }] = boundCells(
    notebookOf(bound('113 p = 3 rises A = 7 $p = 2$', claims)),
  );
  assert.equal(
    found.map(({ text, expression }) => [text, expression]),
    [
      ['113', 'fixed(a)'],
      ['p = 3', undefined],
      ['rises', 'b[1] > b[0]'],
      ['A = 7', 'at(a)'],
      ['$p = 2$', 'at(" = ")'],
    ],
  );
});

test('claims that are not written as such are one sentence each', () => {
  const cases: readonly (readonly [claims: unknown, says: string])[] = [
    [{ 113: 'a' }, 'the claims of the cell “113” are not a list'],
    [
      [113],
      'the claims of the cell “113”: 113 is neither “text = expression” nor “text // reason”',
    ],
    [['113'], '"113" is neither “text = expression” nor “text // reason”'],
    [['113 = '], '"113 = " is neither'],
    [[' = a'], '" = a" is neither'],
  ];
  for (const [claims, says] of cases) {
    assert.throws(
      () => boundCells(notebookOf(bound('113', claims))),
      (error: Error) => error.message.includes(says),
    );
  }
  const code: Cell = { cell_type: 'code', source: '1', metadata: { claims: [] }, outputs: [] };
  assert.throws(() => boundCells(notebookOf(code)), 'only a Markdown cell can have claims');
});

test('a claim stands in the text, as whole numbers and words, in the order of the list', () => {
  assert.equal(wrong('From 349 to **113** nats.', '349 = a', '113 = b'), []);
  assert.equal(wrong('at (−0.18, 5) of\n4 and\n9', '−0.18 = a', '4 and 9 = b'), []);
  assert.equal(wrong('It rose.', 'rises = a'), ['“rises” does not stand there']);
  for (const source of [
    '10.18',
    '−0.18',
    '-0.18',
    '0.185',
    '0.18.5',
    '20.18',
    'x0.18',
    '0.18e-7',
  ]) {
    assert.equal(
      wrong(`It is ${source} here.`, '0.18 = a'),
      ['“0.18” does not stand there'],
      source,
    );
  }
  assert.equal(wrong('from 10-20', '10 = a', '20 = b'), [], 'a hyphen after a number is no minus');
  assert.equal(wrong('risestar', 'rises = a'), ['“rises” does not stand there']);
  assert.match(wrong('4, then 9', '9 = b', '4 = a')[0], '“4” does not stand there after “9”');
});

test('a text that stands twice is claimed twice, or by words beside it', () => {
  const more =
    '“10” stands there more often than it is claimed: claim each, or add a word beside it';
  assert.equal(wrong('10 of class 4 and 10 of class 9', '10 = a'), [more]);
  assert.equal(wrong('10 of class 4 and 10 of class 9', '10 = a', '10 = b'), []);
  assert.equal(wrong('10 of class 4 and 10 of class 9', '10 of class 9 = b'), []);
  assert.equal(wrong('10 of 10 of 10', '10 = a', '10 = b'), [more]);
  assert.equal(wrong('10, where $n = 10$ and `10`', '10 = a'), [], 'formulas and code are quiet');
  assert.equal(wrong('## It rises\n\nIt fell.', 'rises = a'), ['“rises” does not stand there']);
  assert.equal(wrong('costs $2.30$', '2.30 = a'), ['“2.30” does not stand there']);
  assert.equal(wrong('costs $2.30$', '$2.30$ = a'), [], 'a whole formula may be claimed');
});

test('numbers that no claim has are listed, but for those that are names', () => {
  assert.equal(free('From 349 to 113 nats, 4.2e-7, 1,024 and −0.18.', '113 = a'), [
    '349',
    '4.2e-7',
    '1,024',
    '0.18',
  ]);
  assert.equal(free('It has 28×28 pixels, 64 % and 28² more.'), ['28', '28', '64', '28²']);
  const quiet = [
    '## 1.2 Ten of 10\n\nwords',
    '1. first\n2. second',
    'for $x = 3$ and\n\n$$y = 4$$\n\n`const a = 5;`\n\n```\n6\n```\n\n<b title="7">b</b><!-- 8 -->',
    'as in section 1.3, Question 2, Steps 1 and 2, Figures 3–5, fig. 6 and equation (7)',
    'in CS479, ResNet18, x1, float32, in 32-bit arithmetic and in 2-D',
    '[here](https://example.org/1/2) and https://example.org/3',
  ];
  for (const source of quiet) assert.equal(free(source), [], source);
  assert.equal(free('In Figure 2, 93 are; in Figures 2, 3 and 4, 113; tables 1–3, 5 or 6 say 7.'), [
    '93',
    '113',
    '7',
  ]);
  assert.equal(free('three layers (512, 128 and 32 units), 4 steps, 5 tables'), [
    '512',
    '128',
    '32',
    '4',
    '5',
  ]);
  assert.equal(
    unclaimed(notebookOf({ ...bound('113', []), metadata: {} })),
    [],
    'not bound at all',
  );
});

test('a disagreement is told with its sentence, its text and what should stand', () => {
  const cell = bound('# Loss\n\nIt was high. The loss falls to **113** nats\nand rises. Then?', [
    '113 = fixed(loss)',
    'rises = up',
  ]);
  const told = (values: ClaimValues[string]) => disagreements(notebookOf(cell), { 0: values });
  assert.equal(told({ 'fixed(loss)': '113', up: true }), []);
  assert.equal(told({ 'fixed(loss)': '112', up: false }), [
    '“The loss falls to **113** nats and rises.”: “113” should be “112” (fixed(loss))',
    '“The loss falls to **113** nats and rises.”: “rises” is not so (up)',
  ]);
  assert.equal(told({ up: true }), [
    '“The loss falls to **113** nats and rises.”: no run has evaluated “113” = fixed(loss)',
  ]);
});

test('spaces and minus signs may be of any kind, digits may not', () => {
  assert.ok(agrees('99.3\u00a0%', '99.3 %'));
  assert.ok(agrees('4\nand  9', '4 and 9'));
  assert.ok(agrees('-0.18', '−0.18'));
  assert.not.ok(agrees('0.9', '0.90'));
  assert.not.ok(agrees('true', false));
});

test('values are written in, and all other Markdown and metadata stay', () => {
  const cell: Cell = {
    ...bound('', ['113 = a', '4 and 9 = b', 'rises = c', '113 // given'], { nbgrader: { id: 1 } }),
    source: ['**113** nats;\n', '`113`, *4\n', 'and 9*, rises, 113.'],
  };
  const { notebook, count, complaints } = writeValues(notebookOf(cell), {
    0: { a: '98', b: '3 and 5', c: false },
  });
  assert.is(count, 2);
  assert.equal(complaints, []);
  assert.equal(notebook.cells[0], {
    ...cell,
    source: ['**98** nats;\n', '`113`, *3 and 5*, rises, 113.'],
    metadata: {
      claims: ['98 = a', '3 and 5 = b', 'rises = c', '113 // given'],
      nbgrader: { id: 1 },
    },
  });
});

test('two numbers that become equal keep their claims', () => {
  const { source, claims } = written('first 4, then 9', ['4 = a', '9 = b'], { a: '9', b: '9' });
  assert.is(source, 'first 9, then 9');
  assert.equal(claims, ['9 = a', '9 = b']);
});

test('a value that would leave a text in doubt is not written', () => {
  const same = written('4 of 9', ['4 = a'], { a: '9' });
  assert.is(same.source, '4 of 9');
  assert.match(same.complaints[0], 'the cell “4 of 9” stays as it was: with the new values, “9” ');
  for (const value of ['', ' 4', '4\n', '4 // 5']) {
    const { source, complaints } = written('it is 3', ['3 = a'], { a: value });
    assert.is(source, 'it is 3');
    assert.match(complaints[0], `${JSON.stringify(value)} cannot stand in a text`);
  }
});

test('generated texts: values that are written in agree, and any digit changed is found', () => {
  const random = seededRandom(17);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)];
  const number = () =>
    pick([
      () => String(Math.floor(random() * 12)),
      () => (20 * random() - 10).toFixed(2).replace('-', '−'),
      () => wording.percent.say(...([random(), 1] as never[])),
      () => wording.grouped.say(...([1e5 * random()] as never[])),
      () => wording.scientific.say(...([random() ** 9] as never[])),
    ])();
  const between = [
    ' and ',
    ', ',
    ' of\nthe ',
    ' (**',
    ') $x_1 = 3$ ',
    ' `4` ',
    '.\n\n- ',
    ' − CS479 ',
    ' | ',
  ];
  for (let round = 0; round < 500; round++) {
    const claims: string[] = [];
    const values: Record<string, string> = {};
    let source = 'It is ';
    for (let k = 0; k <= Math.floor(random() * 6); k++) {
      const text = number();
      source += `${text}${pick(between)}`;
      claims.push(`${text} = v${k}`);
      values[`v${k}`] = random() < 0.3 ? text : number();
    }
    assert.equal(wrong(source, ...claims), [], source);
    const { notebook, complaints } = writeValues(notebookOf(bound(source, claims)), { 0: values });
    assert.equal(complaints, [], source);
    assert.equal(disagreements(notebook, { 0: values }), [], source);
    assert.equal(unclaimed(notebook), [], source);
    const text = String(notebook.cells[0].source);
    const claimed = notebook.cells[0].metadata.claims as string[];
    assert.is(
      text.replaceAll(/[\s\d.,%·⁰-⁹¹²³⁻−]/g, ''),
      source.replaceAll(/[\s\d.,%·⁰-⁹¹²³⁻−]/g, ''),
    );

    // Another digit in the text alone, and in text and claim.
    const index = Math.floor(random() * claimed.length);
    const old = claimed[index].split(' = ')[0];
    const other = old.replace(/\d/, (digit) => String((Number(digit) + 1) % 10));
    const changed = claimed.with(index, `${other} = v${index}`);
    assert.ok(
      disagreements(notebookOf(bound(text, changed)), { 0: values }).length > 0,
      `${text}: ${changed}`,
    );
    const places = [...text.matchAll(/(?<=^|[^`$_\d])\d(?![^`$]*[`$] )/g)];
    if (places.length === 0) continue;
    const at = pick(places).index;
    const mistyped = text.slice(0, at) + ((Number(text[at]) + 1) % 10) + text.slice(at + 1);
    const isQuiet = /CS$/.test(text.slice(0, at));
    if (!isQuiet) assert.ok(wrong(mistyped, ...claimed).length > 0, `${text} → ${mistyped}`);
  }
});

test('values are worded as a sentence has them', () => {
  const say = (name: string, ...args: unknown[]) => wording[name].say(...(args as never[]));
  assert.is(say('fixed', -0.179, 2), '−0.18');
  assert.is(say('fixed', -0.001, 2), '0.00');
  assert.is(say('fixed', Number.NaN), 'NaN');
  assert.is(say('percent', 0.99341), '99.3 %');
  assert.is(say('percent', 0.99341, 2), '99.34 %');
  assert.is(say('grouped', 60000), '60,000');
  assert.is(say('grouped', -1234.5, 1), '−1,234.5');
  assert.is(say('scientific', 4.23e-7), '4.2·10⁻⁷');
  assert.is(say('scientific', -1.5e12, 2), '−1.50·10¹²');
  assert.is(say('scientific', Number.POSITIVE_INFINITY), 'Infinity');
  assert.is(say('list', [4]), '4');
  assert.is(say('list', [4, 9]), '4 and 9');
  assert.is(say('list', [4, 7, 9]), '4, 7 and 9');
});

test.run();
