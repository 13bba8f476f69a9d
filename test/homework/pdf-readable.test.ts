import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { contrast } from '../support/contrast';
import { temporaryFolder } from '../support/temporary-folder';
import { markdown, printed, ran, shows, writeCells } from './pdf-notebooks';
import { pdfInks, plainPdf } from './pdf-text';

const folder = temporaryFolder();
const html = (text: string) => ran('0', [shows({ 'text/html': text })]);

async function inksOf(path: string): Promise<readonly (readonly number[])[]> {
  return pdfInks(await plainPdf(readFileSync(path.replace('.ipynb', '.pdf'))));
}

test('effects that would hide words are taken off', async () => {
  const effects = [
    'filter: opacity(0)',
    'filter: blur(40px)',
    'backdrop-filter: blur(5px)',
    'clip-path: inset(50%)',
    'contain: strict',
    'content-visibility: hidden',
    'mask-image: linear-gradient(transparent, transparent)',
    'mix-blend-mode: screen',
    '-webkit-text-fill-color: transparent',
    '-webkit-text-stroke: 40px black',
    '-webkit-text-security: disc',
    'letter-spacing: -99px',
    'line-height: 0',
    'animation: gone 1s forwards',
  ];
  const cells = effects.map((effect, i) => html(`<p style="${effect}">word${i}</p>`));
  const { text, plain } = await printed(writeCells(folder, 'effects', [...cells, markdown('end')]));
  effects.forEach((effect, i) => {
    assert.ok(text.includes(`word${i}`), effect);
  });
  assert.not.match(plain, /\/SMask \d|\/BM \/Screen/, 'nothing is masked or blended');
});

test('words of any colour can be read on their ground, in the terminal too', async () => {
  const path = writeCells(folder, 'inks', [
    html('<p style="color: white">one</p><p style="color: #ff0">two</p>'),
    html('<p style="color: oklch(0.95 0.05 200)">three</p><font color="silver">four</font>'),
    html('<style>p { color: rgba(0, 0, 0, 0.1) }</style><p>five</p>'),
    ran('0', [{ output_type: 'stream', name: 'stdout', text: '\u001b[38;5;15msix\u001b[0m' }]),
    markdown('$\\color{white}{seven}$'),
  ]);
  await printed(path);
  for (const ink of await inksOf(path)) {
    assert.ok(contrast(ink, [1, 1, 1]) >= 4.45, `${ink} on white`);
  }
});

test('on a dark ground words become lighter, and with enough contrast they stay as they are', async () => {
  const path = writeCells(folder, 'grounds', [
    html('<div style="background: #123"><p style="color: #234">one</p></div>'),
    html('<p style="color: #b00020">two</p>'),
  ]);
  await printed(path);
  const inks = await inksOf(path);
  const dark = [0x11 / 255, 0x22 / 255, 0x33 / 255];
  assert.ok(inks.some((ink) => contrast(ink, dark) >= 4.45 && contrast(ink, [1, 1, 1]) < 4.45));
  assert.ok(inks.some(([red, green]) => Math.abs(red - 0xb0 / 255) < 0.005 && green === 0));
});

test('an output paints nothing over what is beside it', async () => {
  const path = writeCells(folder, 'beside', [
    markdown('before'),
    html('<p style="position: relative; box-shadow: 0 0 0 9999px black">shadow</p>'),
    html('<p style="outline: 9999px solid black">outline</p>'),
    markdown('after the end'),
  ]);
  await printed(path);
  const drawn = spawnSync('pdftoppm', ['-r', '20', '-gray', path.replace('.ipynb', '.pdf')], {
    maxBuffer: 1e9,
  });
  if (drawn.error) return console.log('skipped: no pdftoppm (poppler-utils), which draws the page');
  const dark = drawn.stdout.filter((grey) => grey < 100).length / drawn.stdout.length;
  assert.ok(dark > 0.001 && dark < 0.2, `${dark} of the page is dark`);
});

test.run();
