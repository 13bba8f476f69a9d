import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { seededRandom } from '../support/mutations';
import { temporaryFolder } from '../support/temporary-folder';
import { type Json, markdown, printed, ran, shows, writeCells } from './pdf-notebooks';

const NOTEBOOKS = 200;
/** Notebooks whose cells are printed together. */
const TOGETHER = 20;

const folder = temporaryFolder();

/** Makes up cells, and remembers a word of each that has to be found in the PDF. */
class Author {
  readonly words: string[] = [];
  private readonly random: () => number;

  constructor(private readonly seed: number) {
    this.random = seededRandom(seed);
  }

  notebook(): Json[] {
    return Array.from({ length: this.below(6) + 1 }, () => this.cell());
  }

  private cell(): Json {
    switch (this.below(4)) {
      case 0:
        return ran(this.code(), this.outputs());
      case 1:
        return { cell_type: 'raw', id: 'r', metadata: {}, source: `raw <b> $ ${this.word()}` };
      default:
        return markdown(this.markdownText());
    }
  }

  private code(): string {
    return this.one([
      () => `const ${this.word()} = "</pre><!-- $";`,
      () => `/* ${this.word()} */ ${'veryLong'.repeat(40)}; // ${this.word()}`,
      () => `if (a < b && ${this.word()}) {\n\tf(\`$\{x}\`);\n}`,
    ]);
  }

  private outputs(): Json[] {
    return Array.from({ length: this.below(4) }, () =>
      this.one<Json>([
        () => ({
          output_type: 'stream',
          name: 'stdout',
          text: `\u001b[31m${this.word()}\u001b[0m <b>`,
        }),
        () => ({ output_type: 'stream', name: 'stderr', text: [`${this.word()}\n`, this.word()] }),
        () => ({ output_type: 'error', ename: 'E', evalue: '', traceback: [this.word()] }),
        () => shows({ 'text/html': this.html(4), 'text/plain': 'no' }),
        () => shows({ 'text/html': this.html(6) }),
        () => shows({ 'text/markdown': this.markdownText() }),
        () => shows({ 'text/latex': `$$\\text{${this.word()}} + 1$$` }),
        () => shows({ 'application/json': { [this.word()]: [this.word(), null] } }),
        () => shows({ 'image/svg+xml': this.svg() }),
        () => shows({ 'text/html': this.table(), 'text/plain': 'no' }),
        () => ({
          output_type: 'stream',
          name: 'stdout',
          text: `\u001b[38;5;15m${this.word()}\u001b[2K\u001b[97m${this.word()}\r\b${this.word()}\u0000\u200b\u202e`,
        }),
        () =>
          shows({
            'text/html': `\u202b${this.word()}\u202c <math><mtext>${this.word()}</mtext></math>`,
          }),
        () => shows({ 'text/plain': `${' '.repeat(90)}${this.word()} &amp; <i>` }),
      ]),
    );
  }

  private markdownText(): string {
    return Array.from({ length: this.below(3) + 1 }, () => this.block()).join('\n\n');
  }

  private block(): string {
    return this.one([
      () => `${'#'.repeat(this.below(4) + 1)} ${this.word()} & $x_1$`,
      () => `Some *${this.word()}* and **${this.word()}**, \`${this.word()} $\`, \\$5.`,
      () => `- ${this.word()}\n    - ${this.word()} $a_i$\n- ${this.word()}`,
      () => `> ${this.word()}\n>\n> ${this.word()}`,
      () => `\`\`\`ts\nconst $ = "${this.word()}</main>";\n\`\`\``,
      () => `| a | b |\n|---|---|\n| ${this.word()} | $|x|$ |\n| \`$\` | ${this.word()} |`,
      () => `$$\\frac{\\text{${this.word()}}}{2} = \\sum_i x_i$$`,
      () => `Then $\\text{${this.word()}}^2 < y$ and [${this.word()}](#there).`,
      () => `<div>\n\n${this.word()}\n\n</div>`,
      () =>
        `${this.word()} in\n${2 + this.below(99)}. ${this.word()}\n\n7. ${this.word()}\n8. ${this.word()}`,
      () => Array.from({ length: 8 }, (_, i) => `${'    '.repeat(i)}- ${this.word()}`).join('\n'),
      () => `${'>'.repeat(1 + this.below(12))} ${this.word()}`,
      () => `${this.word()}[^${this.word()}]\n\n[^${this.word()}]: ${this.word()}`,
      () => `\`\`\`\n${this.word()}\n\n${this.word()}`,
      () =>
        `| ${this.word()} |\n|---|\n| ${this.word()} | ${this.word()} |\n\n<!-- gone -->${this.word()}`,
      () => this.html(3),
    ]);
  }

  /** Elements in any order and depth, one in three of them never closed. */
  private html(depth: number): string {
    if (depth === 0 || this.below(5) === 0) return this.one([() => this.word(), () => this.svg()]);
    const name = this.one(
      'div p span b i a ul li table tr td th details summary pre h2 blockquote section center select option button textarea title template form label noscript main body article col caption colgroup thead dialog slot ruby rt fieldset legend meter progress output font marquee nobr plaintext xmp listing frameset head html link meta base wbr dl dd menu custom-element'
        .split(' ')
        .map((each) => () => each),
    );
    // A text of its own and no markup is what these hold.
    if (/^(?:textarea|title|xmp)$/.test(name)) return `<${name}>${this.word()}</${name}>`;
    const style = this.one([
      () => '',
      () => ' style="color: #333"',
      () => ' style="overflow: hidden"',
      () => ' style="color: white; filter: blur(9px)"',
      () => ' style="clip-path: inset(50%); contain: strict"',
      () => ' style="content-visibility: hidden; line-height: 0"',
      () => ' style="position: fixed; letter-spacing: -9px"',
      () => ' style="mix-blend-mode: screen; -webkit-text-fill-color: transparent"',
      () => ' style="display: contents"',
      () => ' style="direction: rtl"',
    ]);
    const inside = Array.from({ length: this.below(3) + 1 }, () => this.html(depth - 1)).join(' ');

    const isLeftOpen = this.below(3) === 0;
    return `<${name}${style}>${inside}${isLeftOpen ? '' : `</${name}>`}`;
  }

  /** Of a page or more, with a last word. */
  private table(): string {
    const rows = Array.from({ length: 60 }, (_, i) => `<tr><td>${i}<td>${'x '.repeat(i)}`).join('');
    return `<table><thead><tr><th>${this.word()}<th>b</thead>${rows}<tr><td>${this.word()}`;
  }

  private svg(): string {
    return `<svg xmlns="http://www.w3.org/2000/svg" width="200" height="20"><text y="15">${this.word()}</text></svg>`;
  }

  private word(): string {
    const word = `w${this.seed}x${this.words.length}w`;
    this.words.push(word);
    return word;
  }

  private one<T>(choices: readonly (() => T)[]): T {
    return choices[this.below(choices.length)]();
  }

  private below(limit: number): number {
    return Math.floor(this.random() * limit);
  }
}

for (let first = 0; first < NOTEBOOKS; first += TOGETHER) {
  const last = Math.min(first + TOGETHER, NOTEBOOKS) - 1;
  test(`notebooks ${first} to ${last} of generated content print with every word in the PDF`, async () => {
    const authors = Array.from({ length: last - first + 1 }, (_, i) => new Author(first + i));
    const cells = authors.flatMap((author) => author.notebook());
    const { text } = await printed(writeCells(folder, `generated-${first}`, cells));
    const lost = authors.flatMap(({ words }) => words).filter((word) => !text.includes(word));
    assert.equal(lost, []);
  });
}

test.run();
