import { escapeMarkup, type Note } from './house-style';
import { wrapped } from './wrapped';

/** Letters of a label that stand beside each other at most, and lines of them. */
const LABEL_LENGTH = 32;
const LABEL_LINES = 4;
/** CSS pixels: a label's height with the gap to the next, and the mean width of a letter. */
const LABEL_HEIGHT = 13;
const LETTER_WIDTH = 6.6;

export interface LabelledAxis {
  /** What plotly is told. */
  readonly axis: object;
  /** CSS pixels that the labels take from the plot's height. Always 0 beside rows. */
  readonly depth: number;
  /** Says that labels were left out, if any was. */
  readonly notes: readonly Note[];
}

/**
 * An axis of places 0, 1, 2, … with a label each. The places are numbers for plotly, so equal
 * labels stay apart and labels that look like numbers or dates are not read as such. Long ones are
 * broken into lines (at most four of 32 letters); where there are more than fit, only every second,
 * third, … is written.
 *
 * @param room CSS pixels along the axis
 * @param what the labels' name in the note, such as `row`
 */
export function labelledAxis(
  labels: readonly string[],
  room: number,
  along: 'x' | 'y',
  what: string,
): LabelledAxis {
  const every = Math.ceil((labels.length * LABEL_HEIGHT) / room);
  const places = labels.map((_, i) => i).filter((i) => i % every === 0);
  const texts = places.map((i) => visible(labels[i]));
  const share = room / places.length;
  const lengthBeside = Math.floor((0.9 * share) / LETTER_WIDTH);
  const isUpright = along === 'x' && texts.some((text) => !fits(text, lengthBeside));
  const across = along === 'x' && !isUpright;
  const numLines = across ? LABEL_LINES : Math.min(LABEL_LINES, Math.floor(share / LABEL_HEIGHT));
  const lines = texts.map((text) => wrapped(text, across ? lengthBeside : LABEL_LENGTH, numLines));
  const longest = Math.max(...lines.flat().map(({ length }) => length));
  const most = Math.max(...lines.map(({ length }) => length));
  return {
    axis: {
      tickmode: 'array',
      tickvals: places,
      ticktext: lines.map((text) => text.map(escapeMarkup).join('<br>')),
      ...(along === 'x' ? { tickangle: isUpright ? -90 : 0 } : {}),
      range: along === 'x' ? [-0.5, labels.length - 0.5] : [labels.length - 0.5, -0.5],
    },
    depth: isUpright ? longest * LETTER_WIDTH : across ? (most - 1) * LABEL_HEIGHT : 0,
    notes: every > 1 ? [{ text: `every ${ordinal(every)} ${what} is labelled` }] : [],
  };
}

/** Whether a text can stand in a few lines of at most `length` letters without breaking a word. */
function fits(text: string, length: number): boolean {
  const isWhole = text.split(' ').every((word) => word.length <= length);
  return isWhole && wrapped(text, length).length <= LABEL_LINES;
}

const ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** What has no form of its own on paper: line ends and tabs as in a program, a lone blank as ␣. */
function visible(text: string): string {
  return /^ +$/.test(text)
    ? '␣'.repeat(text.length)
    : text.replace(/[\n\r\t]/g, (letter) => ESCAPES[letter]);
}

function ordinal(count: number): string {
  const ending = ['th', 'st', 'nd', 'rd'][count % 100 > 10 && count % 100 < 14 ? 0 : count % 10];
  return `${count}${ending ?? 'th'}`;
}
